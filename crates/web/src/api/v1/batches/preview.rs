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
    Ok(Json(Preview {
        batch: shown.batch.into(),
        rows_duplicate: shown.duplicate,
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
    /// Stands for exactly the rows that are ready. Confirming names it.
    fingerprint: String,
    /// The first rows that have to be mended.
    faulty: Vec<Row>,
    /// The first rows that can go.
    ready: Vec<Row>,
}
