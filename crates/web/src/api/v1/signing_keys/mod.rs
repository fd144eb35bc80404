//! The keys that sign.

mod activate;
mod compromise;
mod destroy;
mod list;
mod make;
mod reissue;
mod retire;
mod rotate;

use serde::{Deserialize, Serialize};
use touchstone_service::World;
use touchstone_service::operations::signing_key::{
    KeyAct, KeyStep, SigningKey, SigningKeyError, signing_key,
};
use touchstone_service::rows::TenantId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::caller::{Administer, By};
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list, make::make))
        .routes(routes!(rotate::rotate))
        .routes(routes!(activate::activate))
        .routes(routes!(retire::retire))
        .routes(routes!(compromise::compromise))
        .routes(routes!(reissue::reissue))
        .routes(routes!(destroy::destroy))
}

/// Why something is done to a key, for the record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyReason)]
pub(crate) struct Why {
    /// 1 to 1,000 characters.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

impl Why {
    fn act(self, by: &By<Administer>, key: String) -> KeyAct {
        KeyAct {
            tenant: by.tenant.clone(),
            actor: by.actor.clone(),
            key,
            reason: self.reason,
        }
    }
}

/// A key that signs, signed, or will.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SigningKey)]
pub(crate) struct Shown {
    /// Its id.
    id: String,
    /// The name under which it stands in proofs and in the document of the issuer.
    verification_method: String,
    /// The public key, as Multikey.
    public_key_multibase: String,
    /// `Ed25519` or `P-256`.
    algorithm: &'static str,
    /// Whose hands it is in: `file`, `pkcs11` or `aws-kms`.
    custody: &'static str,
    /// `pending`, `active`, `retired`, `compromised`, `destroyed`.
    state: &'static str,
    /// When it was made.
    made_at: String,
    /// When a pending key is to sign.
    signs_from: Option<String>,
    /// The moment before which nobody else had it, of a compromised key.
    compromised_since: Option<String>,
    /// All that became of it, in order.
    history: Vec<ShownStep>,
}

/// Something that became of a key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigningKeyStep)]
pub(crate) struct ShownStep {
    /// What.
    state: &'static str,
    /// When.
    at: String,
    /// Since when it holds, as was said.
    since: String,
    /// Who did it.
    actor: String,
    /// Why.
    reason: String,
    /// Where it stands in the log, once it does.
    entry: Option<u64>,
}

impl From<SigningKey> for Shown {
    fn from(key: SigningKey) -> Self {
        Self {
            algorithm: key.algorithm(),
            custody: key.custody,
            state: key.state.as_str(),
            made_at: key.made_at.to_string(),
            signs_from: key.signs_from.map(|at| at.to_string()),
            compromised_since: key.compromised_since.map(|at| at.to_string()),
            history: key.history.into_iter().map(ShownStep::from).collect(),
            id: key.id,
            verification_method: key.name,
            public_key_multibase: key.public_key,
        }
    }
}

impl From<KeyStep> for ShownStep {
    fn from(step: KeyStep) -> Self {
        Self {
            state: step.state.as_str(),
            at: step.at.to_string(),
            since: step.since.to_string(),
            actor: step.actor,
            reason: step.reason,
            entry: step.entry,
        }
    }
}

async fn shown(world: &World, tenant: &TenantId, key: &str) -> Result<Shown, ApiError> {
    let found = signing_key(world, tenant, key).await?;
    found
        .map(Shown::from)
        .ok_or(SigningKeyError::NoSuchKey.into())
}

impl From<SigningKeyError> for ApiError {
    fn from(error: SigningKeyError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            SigningKeyError::NoSuchKey => Self::not_found("signing_key_not_found"),
            SigningKeyError::NoSuchInstitution => Self::not_found("institution_not_found"),
            SigningKeyError::DidKey => Self::conflict("issuer_is_its_key").with_detail(said),
            SigningKeyError::Refused(_) | SigningKeyError::NotPublished => {
                Self::conflict("wrong_key_state").with_detail(said)
            }
            SigningKeyError::HistoryFull => Self::conflict("did_history_full").with_detail(said),
            SigningKeyError::OnlyKey => Self::conflict("only_signing_key").with_detail(said),
            SigningKeyError::UnderWay(_) => Self::conflict("key_in_use").with_detail(said),
            SigningKeyError::NotCompromised => {
                Self::conflict("key_not_compromised").with_detail(said)
            }
            SigningKeyError::Rotates
            | SigningKeyError::Itself
            | SigningKeyError::Succeeded
            | SigningKeyError::GoesOnAs(..)
            | SigningKeyError::CannotSign(_) => Self::conflict("not_succeeded").with_detail(said),
            SigningKeyError::Known(_) | SigningKeyError::KnownElsewhere => {
                Self::conflict("signing_key_known").with_detail(said)
            }
            SigningKeyError::Future => Self::unprocessable("bad_time").with_field("since", said),
            SigningKeyError::Reason => Self::unprocessable("bad_reason").with_field("reason", said),
            SigningKeyError::Sign(_) => Self::unavailable("signer_unavailable"),
            SigningKeyError::Store(error) => error.into(),
        }
    }
}
