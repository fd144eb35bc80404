//! Who answers for achievements, roles and mapping sets.

mod endings;
mod entrust;
mod list;

use serde::Serialize;
use touchstone_service::governing;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::wire::time;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(endings::list_endings))
        .routes(routes!(entrust::entrust))
}

/// A thing, and who answers for it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Responsibility {
    /// `achievement`, `role`, `mapping-set` or `competency`.
    kind: &'static str,
    /// Its id.
    id: String,
    /// What it is called.
    title: String,
    /// Who answers for it; `null` where nobody was named.
    steward: Option<String>,
    /// Until when; `null` where no end is set.
    until: Option<String>,
    /// Whether that is over.
    ended: bool,
    /// Who takes over then; empty where nobody was named.
    successor: String,
    /// Since when it should no longer be used.
    deprecated_at: Option<String>,
    /// What takes its place.
    replaced_by: String,
    /// When that was said; `null` where nobody was named.
    changed_at: Option<String>,
}

impl Responsibility {
    fn of(one: governing::Responsibility) -> Self {
        let said = one.said.as_ref();
        Self {
            kind: one.thing.as_str(),
            steward: said.map(|said| said.steward.clone()),
            until: said.and_then(|said| said.until).map(time),
            successor: said.map_or_else(String::new, |said| said.successor.clone()),
            deprecated_at: said.and_then(|said| said.deprecated_at).map(time),
            replaced_by: said.map_or_else(String::new, |said| said.replaced_by.clone()),
            changed_at: said.map(|said| time(said.changed_at)),
            ended: one.ended,
            id: one.id,
            title: one.title,
        }
    }
}
