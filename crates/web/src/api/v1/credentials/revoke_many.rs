//! `POST /api/v1/credentials/revoke`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{Revocation, revoke};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Revoke;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Takes many credentials back, for good, each on its own
#[utoipa::path(
    post,
    path = "/api/v1/credentials/revoke",
    tag = "credentials",
    operation_id = "revokeCredentials",
    security(("key" = ["revoke"])),
    request_body = Many,
    responses(
        (status = 200, description = "What became of each, in the order asked", body = Results),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`bad_reason`, `too_many_credentials`, `wrong_body`"),
    )
)]
pub(crate) async fn revoke_many(
    State(web): State<Web>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    let said: Many = order.json()?;
    if !(1..=MOST).contains(&said.credentials.len()) {
        let words = format!("Name 1 to {MOST} credentials at once.");
        return Err(
            ApiError::unprocessable("too_many_credentials").with_field("credentials", words)
        );
    }
    order
        .once(&web, async move |world, by| {
            let mut results = Vec::with_capacity(said.credentials.len());
            for credential in said.credentials {
                let order = Revocation {
                    tenant: by.tenant.clone(),
                    credential,
                    actor: by.actor.clone(),
                    reason: said.reason.clone(),
                };
                let error = revoke(&world, &order).await.err().map(ApiError::from);
                match error {
                    // The same reason is refused for all of them.
                    Some(error) if error.code == "bad_reason" => return Err(error),
                    // What was done stays done; asking again says of it that it was.
                    Some(error) if error.status.is_server_error() => return Err(error),
                    error => results.push(Answered::of(order.credential, error)),
                }
            }
            Ok(Made::done(Results { results }))
        })
        .await
}

/// Which credentials, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Revocations)]
pub(crate) struct Many {
    /// Their ids.
    #[schema(min_items = 1, max_items = 1000)]
    credentials: Vec<String>,
    /// Why, in words that the holders and everybody who checks may read.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevocationResults)]
pub(crate) struct Results {
    /// In the order asked.
    results: Vec<Answered>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevocationResult)]
pub(crate) struct Answered {
    /// The credential.
    credential: String,
    /// It is revoked by this request.
    revoked: bool,
    /// Why not: `credential_not_found`, `credential_already_revoked`, `credential_not_revocable`.
    code: Option<&'static str>,
    /// The same in words.
    detail: Option<String>,
}

impl Answered {
    fn of(credential: String, error: Option<ApiError>) -> Self {
        Self {
            credential,
            revoked: error.is_none(),
            code: error.as_ref().map(|error| error.code),
            detail: error.map(|error| error.detail.into_owned()),
        }
    }
}

const MOST: usize = 1_000;
