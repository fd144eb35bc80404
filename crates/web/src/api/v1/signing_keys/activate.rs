//! `POST /api/v1/signing-keys/ID/activate`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::operations::signing_key;

use super::{Shown, Why};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Has a pending key sign from now on, before its time
#[utoipa::path(
    post,
    path = "/api/v1/signing-keys/{id}/activate",
    tag = "signing-keys",
    operation_id = "activateSigningKey",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The key")),
    request_body = Why,
    responses(
        (status = 200, description = "It signs", body = Shown),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`signing_key_not_found`"),
        (status = 409, description = "`wrong_key_state`"),
        (status = 422, description = "`bad_reason`, `wrong_body`"),
    )
)]
pub(crate) async fn activate(
    State(web): State<Web>,
    Path(key): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Why = order.json()?;
    order
        .once(&web, async move |world, by| {
            let act = said.act(&by, key);
            let changed = signing_key::activate(&world, &act).await?;
            Ok(Made::done(Shown::from(changed)))
        })
        .await
}
