//! `POST /api/v1/credentials/ID/resend`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::holding::{self, Resending};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Sends the claim again, to the same address or a corrected one
///
/// Links sent before stop working, unless they were used.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/resend",
    tag = "deliveries",
    operation_id = "resendClaim",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The credential")),
    request_body = To,
    responses(
        (status = 202, description = "It is queued", body = Queued),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`credential_not_found`"),
        (status = 409, description = "`no_address`"),
        (status = 422, description = "`bad_address`, `wrong_body`"),
    )
)]
pub(crate) async fn resend(
    State(web): State<Web>,
    Path(credential): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let To { address } = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Resending {
                tenant: by.tenant,
                credential,
                actor: by.actor,
                address,
                drawn: None,
            };
            holding::resend(&world, &order).await?;
            Ok(Made::accepted(Queued {
                credential: order.credential,
            }))
        })
        .await
}

/// Where to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ResendTo)]
pub(crate) struct To {
    /// The right address, if the one on record is wrong. It becomes the learner's.
    address: Option<String>,
}

/// What was queued.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResendQueued)]
pub(crate) struct Queued {
    /// The credential whose claim is sent.
    credential: String,
}
