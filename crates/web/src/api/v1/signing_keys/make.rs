//! `POST /api/v1/signing-keys`

use axum::extract::State;
use axum::response::Response;
use touchstone_service::operations::signing_key;

use super::{Shown, Why};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Makes a key and publishes it; it signs when it is activated
#[utoipa::path(
    post,
    path = "/api/v1/signing-keys",
    tag = "signing-keys",
    operation_id = "makeSigningKey",
    security(("key" = ["administer"])),
    request_body = Why,
    responses(
        (status = 201, description = "The key", body = Shown),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`issuer_is_its_key`, `did_history_full`"),
        (status = 422, description = "`bad_reason`, `wrong_body`"),
        (status = 503, description = "`signer_unavailable`"),
    )
)]
pub(crate) async fn make(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Why = order.json()?;
    order
        .once(&web, async move |world, by| {
            let made = signing_key::make(&world, &by.tenant, &by.actor, &said.reason).await?;
            Ok(Made::new(Shown::from(made)))
        })
        .await
}
