//! `POST /api/v1/credentials/ID/correct`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::issuing::{self, Changes, Correction};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Revoke;
use crate::api::order::{Made, Order};
use crate::api::wire::BatchRef;
use crate::state::Web;

/// Mends a wrong name or result: issues anew and revokes the wrong one, linked, in one step
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/correct",
    tag = "credentials",
    operation_id = "correctCredential",
    security(("key" = ["revoke"])),
    params(("id" = String, Path, description = "The credential")),
    request_body = Changed,
    responses(
        (status = 202, description = "The batch of one that issues the right credential", body = BatchRef),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`credential_not_found`"),
        (status = 409, description = "`credential_already_corrected`, `credential_not_revocable`, `credential_row_gone`, `credential_suspended`"),
        (status = 422, description = "`nothing_changed`, `correction_faulty`, `wrong_body`"),
    )
)]
pub(crate) async fn correct(
    State(web): State<Web>,
    Path(credential): Path<String>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    let said: Changed = order.json()?;
    if said.name.is_none() && said.email.is_none() && said.level.is_none() && said.result.is_none()
    {
        return Err(ApiError::unprocessable("nothing_changed")
            .with_detail("Say what changes: name, email, level or result."));
    }
    order
        .once(&web, async move |world, by| {
            let order = Correction {
                tenant: by.tenant,
                credential,
                actor: by.actor,
                changes: Changes {
                    name: said.name,
                    email: said.email,
                    level: said.level,
                    result: said.result,
                },
                drawn: None,
            };
            let batch = issuing::correct(&world, &order).await?;
            Ok(Made::accepted(BatchRef { batch }))
        })
        .await
}

/// What changes; everything else stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CredentialChanges)]
pub(crate) struct Changed {
    /// The learner's name.
    name: Option<String>,
    /// The learner's mail address.
    email: Option<String>,
    /// The level reached.
    level: Option<u32>,
    /// The result, in the institution's words.
    result: Option<String>,
}
