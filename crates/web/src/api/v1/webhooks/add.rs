//! `POST /api/v1/webhooks`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::hiring::{NewWebhook, add_webhook};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Has a program told what became of applications
///
/// The answer has the secret by which messages are signed. It is told this once.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks",
    tag = "hiring",
    operation_id = "addWebhook",
    security(("key" = ["hire"])),
    request_body = WebhookWanted,
    responses(
        (status = 201, description = "It is told from now on", body = WebhookSecret),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`webhook_known`: the address is told already; `too_many_webhooks`: five are told at most"),
        (status = 422, description = "`bad_webhook_address`, `wrong_body`"),
    )
)]
pub(crate) async fn add(State(web): State<Web>, order: Order<Hire>) -> Result<Response, ApiError> {
    let said: WebhookWanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = NewWebhook {
                tenant: by.tenant,
                actor: by.actor,
                address: said.address,
            };
            let added = add_webhook(&world, &order).await?;
            let made = WebhookSecret {
                id: added.id,
                secret: None,
            };
            Ok(Made::new(made).and_secret("secret", added.secret))
        })
        .await
}

/// Which program.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookWanted {
    /// Where it listens, with `https://`.
    #[schema(max_length = 2000)]
    address: String,
}

/// A webhook that was added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookSecret {
    /// Its id.
    id: String,
    /// By which messages are signed: `whsec_` and 32 bytes in base64; `null` where the request was repeated.
    secret: Option<String>,
}
