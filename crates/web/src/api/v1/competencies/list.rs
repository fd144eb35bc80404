//! `GET /api/v1/competencies`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::competency::competencies;
use utoipa::{IntoParams, ToSchema};

use super::Competency;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::state::Web;

/// Lists the competencies of the mapping sets in which your institution takes part or was asked to
#[utoipa::path(
    get,
    path = "/api/v1/competencies",
    tag = "competencies",
    operation_id = "listCompetencies",
    security(("key" = ["read"])),
    params(Sought),
    responses(
        (status = 200, description = "All of them", body = Competencies),
        (status = 400, description = "`bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(sought): Asked<Sought>,
) -> Result<Json<Competencies>, ApiError> {
    let all = competencies(&web.world, &by.tenant, sought.set.as_deref()).await?;
    Ok(Json(Competencies {
        competencies: all.iter().map(Competency::of).collect(),
    }))
}

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// Of this mapping set, by id.
    set: Option<String>,
}

/// Competencies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Competencies {
    /// By mapping set.
    competencies: Vec<Competency>,
}
