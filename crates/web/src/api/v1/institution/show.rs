//! `GET /api/v1/institution`

use axum::Json;
use axum::extract::State;

use super::{Institution, find};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Shows the institution to which the key belongs
#[utoipa::path(
    get,
    path = "/api/v1/institution",
    tag = "institution",
    operation_id = "showInstitution",
    security(("key" = ["read"])),
    responses((status = 200, description = "The institution", body = Institution))
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<Institution>, ApiError> {
    Ok(Json(find(&web.world, &by.tenant).await?))
}
