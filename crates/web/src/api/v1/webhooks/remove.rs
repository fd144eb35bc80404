//! `DELETE /api/v1/webhooks/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::hiring::{WebhookRemoval, remove_webhook};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Has a program told nothing more
///
/// What waits for it is forgotten.
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{id}",
    tag = "hiring",
    operation_id = "removeWebhook",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "It is removed", body = WebhookId),
        (status = 404, description = "`webhook_not_found`"),
    )
)]
pub(crate) async fn remove(
    State(web): State<Web>,
    Path(webhook): Path<String>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = WebhookRemoval {
                tenant: by.tenant,
                actor: by.actor,
                webhook,
            };
            remove_webhook(&world, &order).await?;
            Ok(Made::done(WebhookId { id: order.webhook }))
        })
        .await
}

/// The webhook that was removed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookId {
    /// Its id.
    id: String,
}
