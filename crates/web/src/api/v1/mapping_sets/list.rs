//! `GET /api/v1/mapping-sets`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::crosswalk::sets;
use utoipa::ToSchema;

use super::MappingSet;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Lists the mapping sets in which your institution takes part or was asked to, by title
#[utoipa::path(
    get,
    path = "/api/v1/mapping-sets",
    tag = "crosswalk",
    operation_id = "listMappingSets",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = MappingSets))
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<MappingSets>, ApiError> {
    let all = sets(&web.world, &by.tenant).await?;
    Ok(Json(MappingSets {
        mapping_sets: all.iter().map(MappingSet::of).collect(),
    }))
}

/// Mapping sets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingSets {
    /// By title.
    mapping_sets: Vec<MappingSet>,
}
