//! `POST /api/v1/batches/ID/confirm`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::issuing::{self, Confirmation};
use utoipa::ToSchema;

use super::{Batch, find};
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Agrees to exactly what the preview showed: its ready rows will be issued
///
/// Once more, with that fingerprint or the one that the preview shows now, it agrees to nothing new: a step that failed is tried at once.
#[utoipa::path(
    post,
    path = "/api/v1/batches/{id}/confirm",
    tag = "batches",
    operation_id = "confirmBatch",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The batch")),
    request_body = Seen,
    responses(
        (status = 202, description = "It is confirmed, and issued now or when it is no longer held", body = Batch),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`batch_not_found`"),
        (status = 409, description = "`achievement_not_ready`: each finding is named; `not_admitted`, `pilot_ended`, `not_released`, `site_moved`, `batch_changed`, `batch_nothing_ready`, `batch_under_way`, `batch_cancelled`, `batch_not_read_yet`"),
        (status = 422, description = "`wrong_body`"),
    )
)]
pub(crate) async fn confirm(
    State(web): State<Web>,
    Path(batch): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let Seen { fingerprint } = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Confirmation {
                tenant: by.tenant,
                actor: by.actor,
                batch,
                fingerprint,
            };
            issuing::confirm(&world, &order).await?;
            Ok(Made::accepted(
                find(&world, &order.tenant, &order.batch).await?,
            ))
        })
        .await
}

/// What was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// The fingerprint that the preview showed.
    fingerprint: String,
}
