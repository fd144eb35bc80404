//! `GET /api/v1/responsibilities`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::governing::responsibilities;
use utoipa::ToSchema;

use super::Responsibility;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Lists who answers for what, what ends first first
#[utoipa::path(
    get,
    path = "/api/v1/responsibilities",
    tag = "institution",
    operation_id = "listResponsibilities",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Responsibilities))
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<Responsibilities>, ApiError> {
    let all = responsibilities(&web.world, &by.tenant).await?;
    Ok(Json(Responsibilities {
        responsibilities: all.into_iter().map(Responsibility::of).collect(),
    }))
}

/// Who answers for what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Responsibilities {
    /// What ends first stands first.
    responsibilities: Vec<Responsibility>,
}
