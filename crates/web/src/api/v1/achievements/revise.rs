//! `PUT /api/v1/achievements/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::issuing::{self, Definition, DefinitionOrder, achievement};
use utoipa::IntoParams;

use super::WrittenVersion;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::query::Asked;
use crate::api::wire::DefinitionDocument;
use crate::state::Web;

/// Says anew what can be earned
///
/// While nothing was issued under the newest version, it is replaced; from then on it stands, and a new version follows. With `seen`,
/// the `sha256` of the version that was looked at, nothing is written over that somebody else saved since.
#[utoipa::path(
    put,
    path = "/api/v1/achievements/{id}",
    tag = "achievements",
    operation_id = "reviseAchievement",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "Its id or its short name"), Seen),
    request_body = DefinitionDocument,
    responses(
        (status = 200, description = "It is revised", body = WrittenVersion),
        (status = 400, description = "`not_json`, `bad_query`"),
        (status = 404, description = "`achievement_not_found`"),
        (status = 409, description = "`written_in_between`: the newest version is not `seen`"),
        (status = 413, description = "`definition_too_large`"),
        (status = 422, description = "`faulty_definition`: each field is named; `other_slug`, `unknown_achievement`, `circle`"),
    )
)]
pub(crate) async fn revise(
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Seen>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let known = achievement(&web.world, &order.by.tenant, &id, None).await?;
    let known = known.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let definition = Definition::from_json(&order.body)?;
    if definition.slug.as_str() != known.achievement.slug {
        let words = format!(
            "The short name of this achievement is “{}” and stays so.",
            known.achievement.slug
        );
        return Err(ApiError::unprocessable("other_slug").with_field("slug", words));
    }
    order
        .once(&web, async move |world, by| {
            let order = DefinitionOrder {
                tenant: by.tenant,
                actor: by.actor,
                definition,
                seen: asked.seen,
            };
            let written = issuing::revise(&world, &order).await?;
            Ok(Made::done(WrittenVersion::from(written)))
        })
        .await
}

/// On what a revision rests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Seen {
    /// `sha256` of the version that was looked at; left out, whichever is the newest is replaced.
    seen: Option<String>,
}
