//! `POST /api/v1/credentials/ID/revoke`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, Revocation};

use super::show::{Credential, find};
use crate::ApiError;
use crate::api::caller::Revoke;
use crate::api::order::{Made, Order};
use crate::api::wire::Reason;
use crate::state::Web;

/// Takes a credential back, for good
///
/// From the next published status list on, it verifies as revoked.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/revoke",
    tag = "credentials",
    operation_id = "revokeCredential",
    security(("key" = ["revoke"])),
    params(("id" = String, Path, description = "The credential")),
    request_body = Reason,
    responses(
        (status = 200, description = "The credential as it stands now", body = Credential),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`credential_not_found`"),
        (status = 409, description = "`credential_already_revoked`, `credential_not_revocable`"),
        (status = 422, description = "`bad_reason`, `wrong_body`"),
    )
)]
pub(crate) async fn revoke(
    State(web): State<Web>,
    Path(credential): Path<String>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    let Reason { reason } = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Revocation {
                tenant: by.tenant,
                credential,
                actor: by.actor,
                reason,
            };
            issuing::revoke(&world, &order).await?;
            Ok(Made::done(
                find(&world, &order.tenant, &order.credential).await?,
            ))
        })
        .await
}
