//! `GET /api/v1/batches`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::governing::all_no_longer_used;
use touchstone_service::issuing::search::{self, Place};
use utoipa::{IntoParams, ToSchema};

use super::Batch;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, place};
use crate::state::Web;

/// Lists batches, newest first
#[utoipa::path(
    get,
    path = "/api/v1/batches",
    tag = "batches",
    operation_id = "listBatches",
    security(("key" = ["read"])),
    params(Part),
    responses(
        (status = 200, description = "A page of them", body = Batches),
        (status = 400, description = "`bad_cursor`, `bad_limit`, `bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(asked): Asked<Part>,
) -> Result<Json<Batches>, ApiError> {
    let place = place(asked.after.as_deref(), asked.limit)?;
    let found = search::batches(
        &web.world,
        &by.tenant,
        asked.q.as_deref().unwrap_or_default(),
        &place,
    )
    .await?;
    let over = all_no_longer_used(&web.world, &by.tenant).await?;
    let batches = found.rows.into_iter().map(|row| {
        let told = over.get(&row.achievement).cloned();
        Batch::of(row, told)
    });
    Ok(Json(Batches {
        batches: batches.collect(),
        next: found.next.as_ref().map(Place::written),
    }))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// Contained in the name of the batch or of its file.
    q: Option<String>,
    /// What the page before answered as its `next`.
    after: Option<String>,
    /// How many at most; 50 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of batches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Batches {
    /// Newest first.
    batches: Vec<Batch>,
    /// Where the next page starts.
    next: Option<String>,
}
