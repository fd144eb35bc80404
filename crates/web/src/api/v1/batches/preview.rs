//! `GET /api/v1/batches/ID`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use touchstone_service::issuing;
use utoipa::ToSchema;

use super::{Batch, Row};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Shows what a confirmation will issue, and what needs somebody
#[utoipa::path(
    get,
    path = "/api/v1/batches/{id}",
    tag = "batches",
    operation_id = "previewBatch",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The batch")),
    responses(
        (status = 200, description = "The batch, with its first rows", body = Preview),
        (status = 404, description = "`batch_not_found`"),
    )
)]
pub(crate) async fn preview(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Preview>, ApiError> {
    let shown = issuing::preview(&web.world, &by.tenant, &id).await?;
    let shown = shown.ok_or_else(|| ApiError::not_found("batch_not_found"))?;
    let failing = issuing::stalled(&web.world, &by.tenant, &id).await?;
    Ok(Json(Preview {
        batch: Batch::of(shown.batch, shown.no_longer_used),
        rows_duplicate: shown.duplicate,
        rows_sealed: shown.sealed,
        failing: failing.map(|why| Failing {
            reason: why.reason,
            tries: why.tries,
            next_at: why.next_at.map(|at| at.to_string()),
        }),
        fingerprint: shown.fingerprint,
        faulty: shown.faulty.into_iter().map(Row::from).collect(),
        ready: shown.ready.into_iter().map(Row::from).collect(),
    }))
}

/// A batch, before it is confirmed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BatchPreview)]
pub(crate) struct Preview {
    #[serde(flatten)]
    batch: Batch,
    /// Rows that were issued before and go no second time.
    rows_duplicate: i64,
    /// Rows whose credential is signed.
    rows_sealed: i64,
    /// Why it is not issued yet, where it is confirmed and a step failed. It is tried again by itself, at least once an hour; confirming it
    /// again tries it at once, and `cancel` gives up what is not signed of it.
    failing: Option<Failing>,
    /// Stands for exactly the rows that are ready. Confirming names it.
    fingerprint: String,
    /// The first rows that have to be mended.
    faulty: Vec<Row>,
    /// The first rows that can go.
    ready: Vec<Row>,
}

/// A step that failed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BatchFailing)]
pub(crate) struct Failing {
    /// What failed.
    reason: String,
    /// How often it was tried; 0 where it waits for a signer that is away.
    tries: i64,
    /// When it is tried again; none while it is being tried.
    next_at: Option<String>,
}
