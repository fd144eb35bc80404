//! `POST /api/v1/credentials/revoke`, `/suspend` and `/reinstate`: many at once.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{self, ChangeOutcome, Fate, ManyChanges, ManyError, Unchanged};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Revoke;
use crate::api::order::{Made, Order};
use crate::state::Web;
use crate::text::sentence;

/// Takes many credentials back, for good, each on its own
#[utoipa::path(
    post,
    path = "/api/v1/credentials/revoke",
    tag = "credentials",
    operation_id = "revokeCredentials",
    security(("key" = ["revoke"])),
    request_body = Chosen,
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
    change(web, order, Fate::Revoke).await
}

/// Pauses many credentials, each on its own
#[utoipa::path(
    post,
    path = "/api/v1/credentials/suspend",
    tag = "credentials",
    operation_id = "suspendCredentials",
    security(("key" = ["revoke"])),
    request_body = Chosen,
    responses(
        (status = 200, description = "What became of each, in the order asked", body = Results),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`bad_reason`, `too_many_credentials`, `wrong_body`"),
    )
)]
pub(crate) async fn suspend_many(
    State(web): State<Web>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    change(web, order, Fate::Suspend).await
}

/// Ends the pause of many credentials, each on its own
#[utoipa::path(
    post,
    path = "/api/v1/credentials/reinstate",
    tag = "credentials",
    operation_id = "reinstateCredentials",
    security(("key" = ["revoke"])),
    request_body = Chosen,
    responses(
        (status = 200, description = "What became of each, in the order asked", body = Results),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`bad_reason`, `too_many_credentials`, `wrong_body`"),
    )
)]
pub(crate) async fn reinstate_many(
    State(web): State<Web>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    change(web, order, Fate::Reinstate).await
}

async fn change(web: Web, order: Order<Revoke>, fate: Fate) -> Result<Response, ApiError> {
    let said: Chosen = order.json()?;
    if !(1..=MOST).contains(&said.credentials.len()) {
        let words = format!("Name 1 to {MOST} credentials at once.");
        return Err(
            ApiError::unprocessable("too_many_credentials").with_field("credentials", words)
        );
    }
    order
        .once(&web, async move |world, by| {
            let order = ManyChanges {
                tenant: by.tenant,
                credentials: said.credentials,
                actor: by.actor,
                fate,
                reason: said.reason,
            };
            let changed = issuing::change_many(&world, &order).await?;
            let results = changed.into_iter().map(|one| Answered {
                credential: one.credential,
                changed: one.outcome == ChangeOutcome::Changed,
                code: one.outcome.why().map(code),
                detail: one.outcome.why().map(|why| sentence(&why.to_string())),
            });
            Ok(Made::done(Results {
                results: results.collect(),
            }))
        })
        .await
}

/// Which credentials, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ManyChanges)]
pub(crate) struct Chosen {
    /// Their ids.
    #[schema(min_items = 1, max_items = 1000)]
    credentials: Vec<String>,
    /// Why, in words that the holders and everybody who checks may read.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeResults)]
pub(crate) struct Results {
    /// In the order asked.
    results: Vec<Answered>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeResult)]
pub(crate) struct Answered {
    /// The credential.
    credential: String,
    /// It is changed by this request.
    changed: bool,
    /// Why not: `credential_not_found`, `credential_already_revoked`, `credential_already_suspended`,
    /// `credential_not_suspended`, `credential_not_revocable`, `credential_not_suspendable`.
    code: Option<&'static str>,
    /// The same in words.
    detail: Option<String>,
}

pub(in crate::api::v1) fn code(why: Unchanged) -> &'static str {
    match why {
        Unchanged::NoSuchCredential => "credential_not_found",
        Unchanged::AlreadyRevoked => "credential_already_revoked",
        Unchanged::AlreadySuspended => "credential_already_suspended",
        Unchanged::NotSuspended => "credential_not_suspended",
        Unchanged::NotRevocable => "credential_not_revocable",
        Unchanged::NotSuspendable => "credential_not_suspendable",
    }
}

impl From<ManyError> for ApiError {
    fn from(error: ManyError) -> Self {
        match error {
            ManyError::Reason(error) => {
                Self::unprocessable("bad_reason").with_field("reason", sentence(&error.to_string()))
            }
            ManyError::NoSuchChange => Self::not_found("change_not_found"),
            ManyError::Store(error) => error.into(),
        }
    }
}

const MOST: usize = 1_000;
