//! `GET /api/v1/members`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::operations::members;
use utoipa::ToSchema;

use super::Shown;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Lists who works at the institution
#[utoipa::path(
    get,
    path = "/api/v1/members",
    tag = "members",
    operation_id = "listMembers",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Members))
)]
pub(crate) async fn list(by: By<Read>, State(web): State<Web>) -> Result<Json<Members>, ApiError> {
    let found = members(&web.world, &by.tenant).await?;
    Ok(Json(Members {
        members: found.into_iter().map(Shown::from).collect(),
    }))
}

/// Who works at the institution.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Members {
    /// All of them.
    members: Vec<Shown>,
}
