//! `GET /api/v1/changes`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{changes, changes_of_batch};
use utoipa::{IntoParams, ToSchema};

use super::{Change, told};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::state::Web;

/// Lists the last changes that were begun, newest first
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    tag = "credentials",
    operation_id = "listChanges",
    security(("key" = ["read"])),
    params(Part),
    responses(
        (status = 200, description = "The last twenty", body = Changes),
        (status = 400, description = "`bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(asked): Asked<Part>,
) -> Result<Json<Changes>, ApiError> {
    let found = match &asked.batch {
        None => changes(&web.world, &by.tenant).await?,
        Some(batch) => changes_of_batch(&web.world, &by.tenant, batch).await?,
    };
    let changes = found.into_iter().map(told).collect();
    Ok(Json(Changes { changes }))
}

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// Only those that are about credentials of this batch.
    batch: Option<String>,
}

/// Changes of many credentials.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changes {
    /// Newest first.
    changes: Vec<Change>,
}
