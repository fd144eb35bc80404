//! `POST /credentials/verify`
//!
//! **Invariant:** `verified` is true only where every check that decides passed; what could not be checked is never verified.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_service::verifying::{CheckError, Reach, Way, check, issued_here};
use touchstone_vc::bake::BakeError;
use touchstone_vc::{Check, Credential, CredentialError, HolderMatch, Outcome, Report, Verdict};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::{NoLongerAwarded, read};
use crate::state::Web;
use crate::tally::count;
use crate::text::sentence;

use super::trust_chain::TrustChain;

/// Checks a credential and says what was found
///
/// Nothing about the credential, its holder or the one who asks is kept. An issuer that no register lists is a warning.
#[utoipa::path(
    post,
    path = "/credentials/verify",
    tag = "vc-api",
    operation_id = "verifyCredential",
    request_body = ToCheck,
    responses(
        (status = 200, description = "It was judged; `verified` says how", body = Found),
        (status = 400, description = "`not_json`, `not_a_credential`, `unreadable_credential`, `presentation_given`"),
        (status = 413, description = "`too_large`"),
        (status = 422, description = "`wrong_body`, `envelope_unsupported`"),
    )
)]
pub(crate) async fn check_credential(
    State(web): State<Web>,
    body: Bytes,
) -> Result<Json<Found>, ApiError> {
    let said: ToCheck = read(&body)?;
    let given = said.verifiable_credential.get();
    // A text is a token, or a credential that was packed once more.
    let text = serde_json::from_str::<String>(given);
    let bytes = text.as_deref().unwrap_or(given).as_bytes();
    let checked = check(&web.world, bytes, None, Reach::Network).await?;
    let credential = Credential::parse(&checked.credential).map_err(CheckError::from)?;
    count(&web, &checked.report, &credential, Way::Api).await;
    let mut found = Found::of(&checked.report)?;
    found.trust_chain = checked.trust_chain.map(TrustChain::from);
    found.deprecated = no_longer_used(&web, &credential, &checked.report).await?;
    if let Some(told) = said.options.as_ref().and_then(Options::holder) {
        let matched = credential
            .view()
            .subject
            .belongs_to(told, web.world.crypto.sha256);
        found.holder = Some(matched.into());
    }
    Ok(Json(found))
}

/// That what a credential of an institution here certifies is no longer to be used.
pub(super) async fn no_longer_used(
    web: &Web,
    credential: &Credential<'_>,
    report: &Report,
) -> Result<Option<NoLongerAwarded>, ApiError> {
    let Some(here) = issued_here(&web.world, credential, report).await? else {
        return Ok(None);
    };
    let told = here.no_longer_awarded(&web.world).await?;
    Ok(told.as_ref().map(Into::into))
}

/// A credential to be checked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerifyCredentialRequest)]
pub(crate) struct ToCheck {
    /// The credential with its proof, or a JSON Web Token as a text, or an `EnvelopedVerifiableCredential`.
    // Read byte for byte: judging what a parser made of it could judge something else.
    #[schema(value_type = Object)]
    verifiable_credential: Box<RawValue>,
    /// No option changes what is checked: everything is, always.
    #[serde(default)]
    options: Option<Options>,
}

/// What is asked besides. Options that are not known are passed over, as VC-API has it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerifyCredentialOptions)]
pub(crate) struct Options {
    /// The e-mail address, or another identifier, that the person gave who showed the credential: it is compared with the
    /// hashed `identifier` of a credential that names nobody. Neither kept nor logged.
    #[serde(default)]
    #[schema(example = "ada@example.org")]
    holder: Option<String>,
}

impl Options {
    fn holder(&self) -> Option<&str> {
        self.holder
            .as_deref()
            .map(str::trim)
            .filter(|told| !told.is_empty())
    }
}

/// What comparing `options.holder` came to.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holder {
    /// It was issued to it.
    Same,
    /// It was issued to another one of its kind.
    Other,
    /// It is tied to nothing of its kind: nothing can be said.
    NotTied,
    /// It is tied to one whose hash is not SHA-256: nothing can be said.
    Unreadable,
}

impl From<HolderMatch> for Holder {
    fn from(found: HolderMatch) -> Self {
        match found {
            HolderMatch::Same => Self::Same,
            HolderMatch::Other => Self::Other,
            HolderMatch::NotTied => Self::NotTied,
            HolderMatch::Unreadable => Self::Unreadable,
        }
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerifyCredentialResponse)]
pub(crate) struct Found {
    /// Every check that decides passed.
    verified: bool,
    /// What was looked at.
    checks: Vec<String>,
    /// What does not decide, but should be known: check and fault, `recognition: not_listed`.
    warnings: Vec<String>,
    /// Why it is not verified: check and fault, `status: revoked`. `could_not_check` means just that.
    errors: Vec<String>,
    /// What comparing `options.holder` came to, if it was given. Says nothing about the credential: `verified` is apart from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
    /// By which chain the issuer is known, where a federation has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_chain: Option<TrustChain>,
    /// That its issuer, an institution of this installation, no longer uses what it certifies. `verified` is apart from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<NoLongerAwarded>,
    /// The report, as everywhere in Touchstone: `verdict` is `pass`, `take_care`, `not_listed`, `unknown` or `failed`.
    #[schema(value_type = Object)]
    report: Box<RawValue>,
}

impl Found {
    fn of(report: &Report) -> Result<Self, ApiError> {
        let verified = match report.verdict() {
            Verdict::Pass | Verdict::TakeCare | Verdict::NotListed => true,
            Verdict::Unknown | Verdict::Failed => false,
        };
        let json = report.to_json().to_string();
        let said = said(report);
        Ok(Self {
            verified,
            checks: said.checks,
            warnings: said.warnings,
            errors: said.errors,
            holder: None,
            trust_chain: None,
            deprecated: None,
            report: RawValue::from_string(json).map_err(|error| ApiError::internal(&error))?,
        })
    }
}

/// A report in the short form of the VC API.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) checks: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) errors: Vec<String>,
}

/// What is said of a credential.
pub(super) fn said(report: &Report) -> Said {
    let bad = matches!(report.verdict(), Verdict::Unknown | Verdict::Failed);
    said_of(&report.checks, |check| {
        bad && DECIDING.contains(&check.kind.code())
    })
}

/// Each check by name; what did not pass is an error where it decides, and a warning elsewhere.
pub(super) fn said_of(checks: &[Check], decides: impl Fn(&Check) -> bool) -> Said {
    let mut said = Said::default();
    for check in checks {
        let kind = check.kind.code();
        said.checks.push(kind.to_owned());
        let words = match check.outcome {
            Outcome::Pass => continue,
            Outcome::NotListed => format!("{kind}: not_listed"),
            Outcome::Fail(fault) => format!("{kind}: {}", fault.code()),
            Outcome::Unknown(fault) => format!("{kind}: could_not_check: {}", fault.code()),
        };
        match decides(check) {
            true => said.errors.push(words),
            false => said.warnings.push(words),
        }
    }
    said
}

impl From<CheckError> for ApiError {
    fn from(error: CheckError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            CheckError::Bake(BakeError::TooLarge) => Self::too_large("too_large").with_detail(said),
            CheckError::Bake(_) => Self::bad_request("not_a_credential").with_detail(said),
            CheckError::Credential(CredentialError::Json(_) | CredentialError::Token) => {
                Self::bad_request("unreadable_credential").with_detail(said)
            }
            CheckError::Credential(CredentialError::NotACredential) => {
                Self::bad_request("not_a_credential").with_detail(said)
            }
            CheckError::Credential(CredentialError::Envelope) => {
                Self::unprocessable("envelope_unsupported").with_detail(said)
            }
            CheckError::Credential(CredentialError::Presentation) => {
                Self::bad_request("presentation_given").with_detail(said)
            }
            CheckError::Store(error) => error.into(),
        }
    }
}

/// The checks of which each has to pass.
const DECIDING: [&str; 4] = ["proof", "issuer", "validity", "status"];
