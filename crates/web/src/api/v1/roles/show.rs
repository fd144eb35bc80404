//! `GET /api/v1/roles/ID`

use axum::Json;
use axum::extract::{Path, State};
use touchstone_service::crosswalk::role;

use super::{Role, told};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Shows a role
#[utoipa::path(
    get,
    path = "/api/v1/roles/{id}",
    tag = "roles",
    operation_id = "showRole",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The role", body = Role),
        (status = 404, description = "`role_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Role>, ApiError> {
    let found = role(&web.world, &by.tenant, &id).await?;
    let found = told(&web, &by.tenant, found.as_slice()).await?.pop();
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    Ok(Json(found))
}
