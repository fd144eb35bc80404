//! `GET /api/v1/roles`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::crosswalk::roles;
use utoipa::ToSchema;

use super::{Role, told};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Lists the roles of your institution, by title
#[utoipa::path(
    get,
    path = "/api/v1/roles",
    tag = "roles",
    operation_id = "listRoles",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Roles))
)]
pub(crate) async fn list(by: By<Read>, State(web): State<Web>) -> Result<Json<Roles>, ApiError> {
    let all = roles(&web.world, &by.tenant).await?;
    let roles = told(&web, &by.tenant, &all).await?;
    Ok(Json(Roles { roles }))
}

/// Roles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Roles {
    /// By title.
    roles: Vec<Role>,
}
