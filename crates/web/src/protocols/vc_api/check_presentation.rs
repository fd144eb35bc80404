//! `POST /presentations/verify`
//!
//! **Invariant:** `verified` is true only where the presentation and every credential in it were checked and stand. What was
//! asked of the holder is said by who asked; without a challenge the answer warns that it may be a copy.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_service::verifying::{
    CheckPresentationError, Reach, Way, check_presentation as check,
};
use touchstone_vc::{
    Asked, Presentation, PresentationError, PresentationReport, Presented, Report, Verdict,
};
use utoipa::ToSchema;

use super::check_credential::{no_longer_used, said, said_of};
use crate::ApiError;
use crate::api::{NoLongerAwarded, read};
use crate::state::Web;
use crate::tally::count_all;
use crate::text::sentence;

/// Checks a presentation and every credential in it
///
/// Nothing about the presentation, its holder or the one who asks is kept: whether a challenge was answered before is known to
/// who made it.
#[utoipa::path(
    post,
    path = "/presentations/verify",
    tag = "vc-api",
    operation_id = "verifyPresentation",
    request_body = ToCheck,
    responses(
        (status = 200, description = "It was judged; `verified` says how", body = Found),
        (status = 400, description = "`not_json`, `not_a_presentation`, `unreadable_presentation`"),
        (status = 413, description = "`too_large`"),
        (status = 422, description = "`wrong_body`, `envelope_unsupported`, `too_many_credentials`"),
    )
)]
pub(crate) async fn check_presentation(
    State(web): State<Web>,
    body: Bytes,
) -> Result<Json<Found>, ApiError> {
    let said: ToCheck = read(&body)?;
    let given = said.verifiable_presentation.get();
    // A text is a token, or a presentation that was packed once more.
    let text = serde_json::from_str::<String>(given);
    let bytes = text.as_deref().unwrap_or(given).as_bytes();
    let asked = said.options.unwrap_or_default().asked()?;
    let report = check(&web.world, bytes, &asked, None, Reach::Network).await?;
    let presentation = Presentation::parse(bytes).map_err(CheckPresentationError::from)?;
    count_all(&web, &report, &presentation, Way::Api).await;
    let mut found = Found::of(&report)?;
    let inside = report.credentials.iter().zip(presentation.credentials());
    for (result, (presented, enclosed)) in found.credential_results.iter_mut().zip(inside) {
        if let (Ok(credential), Ok(report)) = (&enclosed.credential, &presented.found) {
            result.deprecated = no_longer_used(&web, credential, report).await?;
        }
    }
    Ok(Json(found))
}

/// A presentation to be checked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerifyPresentationRequest)]
pub(crate) struct ToCheck {
    /// The presentation with its proof, or a JSON Web Token as a text, or an `EnvelopedVerifiablePresentation`.
    // Read byte for byte: judging what a parser made of it could judge something else.
    #[schema(value_type = Object)]
    verifiable_presentation: Box<RawValue>,
    /// What the holder was asked to sign.
    #[serde(default)]
    options: Option<Options>,
}

/// What the holder was asked to sign. Other options change nothing: everything is checked, always.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = VerifyPresentationOptions)]
pub(crate) struct Options {
    /// The challenge that was made for this presentation.
    #[serde(default)]
    challenge: Option<String>,
    /// For whom the answer has to be. Goes with a challenge only.
    #[serde(default)]
    domain: Option<String>,
}

impl Options {
    fn asked(&self) -> Result<Asked, ApiError> {
        Asked::of(self.challenge.as_deref(), self.domain.as_deref()).ok_or_else(|| {
            ApiError::unprocessable("wrong_body").with_detail(
                "A domain alone keeps nobody from showing a presentation twice. Give the challenge too.",
            )
        })
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerifyPresentationResponse)]
pub(crate) struct Found {
    /// Every check that decides passed, of the presentation and of each credential.
    verified: bool,
    /// What was looked at in the presentation itself.
    checks: Vec<String>,
    /// What does not decide, but should be known.
    warnings: Vec<String>,
    /// Why it is not verified: check and fault, `challenge: challenge_mismatch`; of a credential with its place in front.
    errors: Vec<String>,
    /// Who presents it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
    /// The credentials in it, in their order.
    credential_results: Vec<Inside>,
    /// The report, as everywhere in Touchstone.
    #[schema(value_type = Object)]
    report: Box<RawValue>,
}

/// A credential in the presentation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PresentedCredential)]
pub(crate) struct Inside {
    /// Its place, as a JSON Pointer.
    path: String,
    /// Whom it is about: `holder`, `other` or `open`.
    about: &'static str,
    /// Every check of it that decides passed.
    verified: bool,
    /// What was looked at.
    checks: Vec<String>,
    /// What does not decide, but should be known.
    warnings: Vec<String>,
    /// Why it is not verified.
    errors: Vec<String>,
    /// That its issuer, an institution of this installation, no longer uses what it certifies. `verified` is apart from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<NoLongerAwarded>,
}

impl Found {
    fn of(report: &PresentationReport) -> Result<Self, ApiError> {
        let verified = stands(report.verdict());
        let json = report.to_json().to_string();
        let credential_results: Vec<_> = report.credentials.iter().map(Inside::of).collect();
        let own = said_of(&report.checks, |_| !verified);
        let mut errors = own.errors;
        let mut warnings = own.warnings;
        // That nothing was asked is known to who asked nothing.
        if let Some(at) = errors.iter().position(|error| error == NOT_ASKED) {
            warnings.push(errors.remove(at));
        }
        for inside in &credential_results {
            errors.extend(
                inside
                    .errors
                    .iter()
                    .map(|error| format!("{}: {error}", inside.path)),
            );
        }
        Ok(Self {
            verified,
            checks: own.checks,
            warnings,
            errors,
            holder: report.holder.clone(),
            credential_results,
            report: RawValue::from_string(json).map_err(|error| ApiError::internal(&error))?,
        })
    }
}

impl Inside {
    fn of(presented: &Presented) -> Self {
        let about = presented.about.code();
        let path = presented.path.clone();
        match &presented.found {
            Ok(report) => {
                let verified = stands(Report::verdict(report));
                let said = said(report);
                Self {
                    path,
                    about,
                    verified,
                    checks: said.checks,
                    warnings: said.warnings,
                    errors: said.errors,
                    deprecated: None,
                }
            }
            Err(error) => Self {
                path,
                about,
                verified: false,
                checks: Vec::new(),
                warnings: Vec::new(),
                errors: vec![format!("credential: could_not_check: {error}")],
                deprecated: None,
            },
        }
    }
}

const fn stands(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Pass | Verdict::TakeCare | Verdict::NotListed => true,
        Verdict::Unknown | Verdict::Failed => false,
    }
}

impl From<CheckPresentationError> for ApiError {
    fn from(error: CheckPresentationError) -> Self {
        let said = sentence(&error.to_string());
        let refused = match error {
            CheckPresentationError::Store(error) => return error.into(),
            CheckPresentationError::Presentation(error) => error,
        };
        let refused = match refused {
            PresentationError::Json(_) | PresentationError::Token => {
                Self::bad_request("unreadable_presentation")
            }
            PresentationError::NotAPresentation => Self::bad_request("not_a_presentation"),
            PresentationError::Envelope => Self::unprocessable("envelope_unsupported"),
            PresentationError::TooMany => Self::unprocessable("too_many_credentials"),
        };
        refused.with_detail(said)
    }
}

const NOT_ASKED: &str = "challenge: could_not_check: challenge_not_asked";
