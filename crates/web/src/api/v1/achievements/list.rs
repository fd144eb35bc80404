//! `GET /api/v1/achievements`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::issuing::achievements;
use utoipa::ToSchema;

use super::Achievement;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Lists what can be earned, by name, each in its newest version
#[utoipa::path(
    get,
    path = "/api/v1/achievements",
    tag = "achievements",
    operation_id = "listAchievements",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Achievements))
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<Achievements>, ApiError> {
    let listed = achievements(&web.world, &by.tenant).await?;
    Ok(Json(Achievements {
        achievements: listed.iter().map(Achievement::of).collect(),
    }))
}

/// What can be earned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Achievements {
    /// By name.
    achievements: Vec<Achievement>,
}
