//! `POST /api/v1/postings/ID/close`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::hiring::{Closing, close_posting};

use super::PostingId;
use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Takes no more applications
///
/// What was sent stays until its time ends, or its sender takes it back.
#[utoipa::path(
    post,
    path = "/api/v1/postings/{id}/close",
    tag = "hiring",
    operation_id = "closePosting",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "It is closed", body = PostingId),
        (status = 404, description = "`posting_not_found`"),
        (status = 409, description = "`posting_closed`"),
    )
)]
pub(crate) async fn close(
    State(web): State<Web>,
    Path(posting): Path<String>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = Closing {
                tenant: by.tenant,
                actor: by.actor,
                posting,
            };
            close_posting(&world, &order).await?;
            Ok(Made::done(PostingId { id: order.posting }))
        })
        .await
}
