//! `POST /api/v1/batches/ID/cancel`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, Cancellation};

use super::{Batch, find};
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Gives a batch up before anything of it is issued
///
/// Also one that is confirmed, while it is held or a step of it failed. What is signed stays: then the batch ends with it, as `sealed`, and its
/// other rows can be mended and confirmed again.
#[utoipa::path(
    post,
    path = "/api/v1/batches/{id}/cancel",
    tag = "batches",
    operation_id = "cancelBatch",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The batch")),
    responses(
        (status = 200, description = "The batch", body = Batch),
        (status = 404, description = "`batch_not_found`"),
        (status = 409, description = "`batch_under_way`: it is issued, or on its way without a fault"),
    )
)]
pub(crate) async fn cancel(
    State(web): State<Web>,
    Path(batch): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = Cancellation {
                tenant: by.tenant,
                actor: by.actor,
                batch,
            };
            issuing::cancel(&world, &order).await?;
            Ok(Made::done(find(&world, &order.tenant, &order.batch).await?))
        })
        .await
}
