//! What was issued.

mod change_many;
mod correct;
mod export;
mod list;
mod reinstate;
mod revoke;
mod show;
mod suspend;

pub(super) use change_many::code as why_code;
use serde::Serialize;
use touchstone_service::issuing::{
    CohortError, CorrectError, ReinstateError, RevokeError, SuspendError,
};
use touchstone_service::rows::CredentialSummary;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(export::export))
        .routes(routes!(revoke::revoke))
        .routes(routes!(change_many::revoke_many))
        .routes(routes!(change_many::suspend_many))
        .routes(routes!(change_many::reinstate_many))
        .routes(routes!(suspend::suspend))
        .routes(routes!(reinstate::reinstate))
        .routes(routes!(correct::correct))
}

/// A credential in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Its id: in the credential itself `urn:uuid:` stands before it.
    id: String,
    /// How it stands: `standing`, `suspended`, `revoked` or `expired`.
    state: &'static str,
    /// The achievement's id.
    achievement: String,
    /// The version of the achievement.
    version: i64,
    /// Its batch.
    batch: Option<String>,
    /// To whom it was issued.
    learner: Learner,
    /// When it was sealed.
    issued_at: String,
    /// When it ends.
    valid_until: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// When it was suspended.
    suspended_at: Option<String>,
    /// The credential that it corrects.
    replaces: Option<String>,
    /// The credential that corrects it.
    replaced_by: Option<String>,
}

/// Somebody to whom something was issued.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Learner {
    /// Their id.
    id: String,
    /// Their name.
    name: String,
    /// Their mail address.
    email: Option<String>,
    /// The institution's own identifier.
    identifier: Option<String>,
    /// Their DID.
    did: Option<String>,
}

impl Summary {
    fn of(row: CredentialSummary, now: i64) -> Self {
        Self {
            state: standing(row.revoked_at, row.suspended_at, row.valid_until, now),
            id: row.id,
            achievement: row.achievement,
            version: row.version,
            batch: row.batch,
            learner: Learner {
                id: row.learner,
                name: row.learner_name,
                email: row.learner_email,
                identifier: row.learner_identifier,
                did: row.learner_did,
            },
            issued_at: time(row.issued_at),
            valid_until: row.valid_until.map(time),
            revoked_at: row.revoked_at.map(time),
            suspended_at: row.suspended_at.map(time),
            replaces: row.replaces,
            replaced_by: row.replaced_by,
        }
    }
}

/// How a credential stands, by its row.
fn standing(
    revoked_at: Option<i64>,
    suspended_at: Option<i64>,
    valid_until: Option<i64>,
    now: i64,
) -> &'static str {
    match (revoked_at, suspended_at) {
        (Some(_), _) => "revoked",
        (None, Some(_)) => "suspended",
        (None, None) if valid_until.is_some_and(|until| until < now) => "expired",
        (None, None) => "standing",
    }
}

impl From<RevokeError> for ApiError {
    fn from(error: RevokeError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            RevokeError::AlreadyRevoked => {
                Self::conflict("credential_already_revoked").with_detail(said)
            }
            RevokeError::NoSuchCredential => Self::not_found("credential_not_found"),
            RevokeError::NotRevocable => {
                Self::conflict("credential_not_revocable").with_detail(said)
            }
            RevokeError::Reason(_) => Self::unprocessable("bad_reason").with_field("reason", said),
            RevokeError::Store(error) => error.into(),
        }
    }
}

impl From<SuspendError> for ApiError {
    fn from(error: SuspendError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            SuspendError::NoSuchCredential => Self::not_found("credential_not_found"),
            SuspendError::Revoked => Self::conflict("credential_already_revoked").with_detail(said),
            SuspendError::AlreadySuspended => {
                Self::conflict("credential_already_suspended").with_detail(said)
            }
            SuspendError::NotSuspendable => {
                Self::conflict("credential_not_suspendable").with_detail(said)
            }
            SuspendError::Reason(_) => Self::unprocessable("bad_reason").with_field("reason", said),
            SuspendError::Store(error) => error.into(),
        }
    }
}

impl From<ReinstateError> for ApiError {
    fn from(error: ReinstateError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ReinstateError::NoSuchCredential => Self::not_found("credential_not_found"),
            ReinstateError::Reason(_) => {
                Self::unprocessable("bad_reason").with_field("reason", said)
            }
            ReinstateError::Store(error) => error.into(),
            _ => Self::conflict("credential_not_suspended").with_detail(said),
        }
    }
}

impl From<CorrectError> for ApiError {
    fn from(error: CorrectError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            CorrectError::NoSuchCredential => Self::not_found("credential_not_found"),
            CorrectError::AlreadyCorrected => {
                Self::conflict("credential_already_corrected").with_detail(said)
            }
            CorrectError::NotRevocable => {
                Self::conflict("credential_not_revocable").with_detail(said)
            }
            CorrectError::Faulty(_) => Self::unprocessable("correction_faulty").with_detail(said),
            CorrectError::Suspended => Self::conflict("credential_suspended").with_detail(said),
            CorrectError::Cohort(CohortError::Elsewhere(_)) => {
                Self::conflict("site_moved").with_detail(said)
            }
            CorrectError::Cohort(error) => Self::internal(&error),
            CorrectError::NoRow => Self::conflict("credential_row_gone").with_detail(said),
            CorrectError::Store(error) => error.into(),
        }
    }
}
