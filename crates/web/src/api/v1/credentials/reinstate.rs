//! `POST /api/v1/credentials/ID/reinstate`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, Reinstatement};

use super::show::{Credential, find};
use crate::ApiError;
use crate::api::caller::Revoke;
use crate::api::order::{Made, Order};
use crate::api::wire::Reason;
use crate::state::Web;

/// Ends a suspension
///
/// From the next published status list on, the credential stands again. What is revoked stays revoked.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/reinstate",
    tag = "credentials",
    operation_id = "reinstateCredential",
    security(("key" = ["revoke"])),
    params(("id" = String, Path, description = "The credential")),
    request_body = Reason,
    responses(
        (status = 200, description = "The credential as it stands now", body = Credential),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`credential_not_found`"),
        (status = 409, description = "`credential_not_suspended`"),
        (status = 422, description = "`bad_reason`, `wrong_body`"),
    )
)]
pub(crate) async fn reinstate(
    State(web): State<Web>,
    Path(credential): Path<String>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    let Reason { reason } = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Reinstatement {
                tenant: by.tenant,
                credential,
                actor: by.actor,
                reason,
            };
            issuing::reinstate(&world, &order).await?;
            Ok(Made::done(
                find(&world, &order.tenant, &order.credential).await?,
            ))
        })
        .await
}
