//! `GET /api/v1/changes/ID`

use axum::Json;
use axum::extract::{Path, State};

use super::{Change, find};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Shows how far a change is
#[utoipa::path(
    get,
    path = "/api/v1/changes/{id}",
    tag = "credentials",
    operation_id = "showChange",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The change")),
    responses(
        (status = 200, description = "The change as it stands", body = Change),
        (status = 404, description = "`change_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Change>, ApiError> {
    Ok(Json(find(&web.world, &by.tenant, &id).await?))
}
