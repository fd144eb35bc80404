//! `GET /api/v1/achievements/ID`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{Definition, achievement};
use utoipa::{IntoParams, ToSchema};

use super::Achievement;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::state::Web;

/// Shows an achievement with its definition document
#[utoipa::path(
    get,
    path = "/api/v1/achievements/{id}",
    tag = "achievements",
    operation_id = "showAchievement",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id or its short name"), Version),
    responses(
        (status = 200, description = "The achievement", body = Shown),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`achievement_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Version>,
) -> Result<Json<Shown>, ApiError> {
    let found = achievement(&web.world, &by.tenant, &id, asked.version).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    Ok(Json(Shown {
        achievement: Achievement::of(&found),
        definition: found.definition,
    }))
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Version {
    /// The version; left out, the newest.
    version: Option<i64>,
}

/// An achievement with its definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AchievementWithDefinition)]
pub(crate) struct Shown {
    #[serde(flatten)]
    achievement: Achievement,
    /// The definition document, as it can be sent again.
    #[schema(value_type = Object)]
    definition: Definition,
}
