//! `POST /api/v1/deliveries/resend`

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use touchstone_service::holding;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Sends again every mail that was given up
///
/// To the addresses that are on record now, once the mail server takes mail again. What came back is not sent again: correct its address. What was
/// taken already is left out.
#[utoipa::path(
    post,
    path = "/api/v1/deliveries/resend",
    tag = "deliveries",
    operation_id = "resendGivenUp",
    security(("key" = ["issue"])),
    responses(
        (status = 202, description = "They are queued", body = Queued),
    )
)]
pub(crate) async fn resend_given_up(
    State(web): State<Web>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let sent = holding::resend_given_up(&world, &by.tenant, &by.actor).await?;
            Ok(Made::accepted(Queued {
                queued: sent.queued,
                without_address: sent.without_address,
            }))
        })
        .await
}

/// What was queued.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ResendGivenUpQueued)]
pub(crate) struct Queued {
    /// How many mails.
    queued: u64,
    /// For how many nobody knows an address any more.
    without_address: u64,
}
