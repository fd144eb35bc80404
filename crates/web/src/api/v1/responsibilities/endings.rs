//! `GET /api/v1/endings`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::governing::endings;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::wire::time;
use crate::state::Web;

/// Lists what ended or ends and has to be looked at again, the first first
///
/// Also agreements on what other institutions released, of the mapping sets in which yours takes part and of what is written together there. What should no longer be used is left out, and what concerns a version that has a later one.
#[utoipa::path(
    get,
    path = "/api/v1/endings",
    tag = "institution",
    operation_id = "listEndings",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Endings))
)]
pub(crate) async fn list_endings(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<Endings>, ApiError> {
    let all = endings(&web.world, &by.tenant).await?.into_iter();
    let endings = all.map(|one| Ending {
        at: time(one.at),
        over: one.over,
        what: one.what.as_str(),
        kind: one.thing.as_str(),
        id: one.id,
        title: one.title,
        whose: one.whose,
    });
    Ok(Json(Endings {
        endings: endings.collect(),
    }))
}

/// What ends.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Endings {
    /// What ended or ends first stands first.
    endings: Vec<Ending>,
}

/// Something that ends on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ending {
    /// When it ends.
    at: String,
    /// Whether that is over.
    over: bool,
    /// What ends: `agreement`, `endorsement`, `pilot` or `responsibility`.
    what: &'static str,
    /// Of what: `achievement`, `role`, `mapping-set` or `competency`.
    kind: &'static str,
    /// Its id.
    id: String,
    /// What it is called.
    title: String,
    /// Of an endorsement, who gave it, with what was shown of them; of a responsibility, who has it; of an agreement on what another institution
    /// released, which institution that is. `null` of an agreement on what is one's own, and of a pilot.
    whose: Option<String>,
}
