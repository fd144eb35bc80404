//! Refusals as RFC 9457 has them, with the type that the specification behind each has.
//!
//! Types are those of [VC Data Model 2.0 §7.2](https://www.w3.org/TR/vc-data-model-2.0/#problem-details), [VC Data Integrity
//! §4.9](https://www.w3.org/TR/vc-data-integrity/#processing-errors), the cryptosuites, and [Bitstring Status List
//! §3.5](https://www.w3.org/TR/vc-bitstring-status-list/#processing-errors).

use std::borrow::Cow;

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use touchstone_service::conformance::SecureError;
use touchstone_vc::schema::Misfit;
use touchstone_vc::{Check, CheckKind, DraftError, Fault, Outcome};

use crate::text::sentence;

pub(super) const PARSING: &str = "https://www.w3.org/TR/vc-data-model#PARSING_ERROR";
pub(super) const MALFORMED: &str = "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR";
const RANGE: &str = "https://www.w3.org/TR/vc-data-model#RANGE_ERROR";
const CRYPTOGRAPHIC: &str = "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR";
const GENERATION: &str = "https://w3id.org/security#PROOF_GENERATION_ERROR";
const TRANSFORMATION: &str = "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR";
const VERIFICATION: &str = "https://w3id.org/security#PROOF_VERIFICATION_ERROR";
const CHALLENGE: &str = "https://w3id.org/security#INVALID_CHALLENGE_ERROR";
const DOMAIN: &str = "https://w3id.org/security#INVALID_DOMAIN_ERROR";
const STATUS: &str = "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR";
const STATUS_RETRIEVAL: &str =
    "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR";

/// What is wrong, and where.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    /// Stable name of this problem.
    code: &'static str,
    detail: Cow<'static, str>,
    /// The place in what was sent, as a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

impl Problem {
    /// 400 with this type and code.
    pub(super) fn new(kind: &'static str, code: &'static str) -> Self {
        Self {
            r#type: kind,
            title: kind.split_once('#').map_or(kind, |(_, name)| name),
            status: 400,
            code,
            detail: Cow::Borrowed(""),
            path: None,
        }
    }

    /// Says more.
    pub(super) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Says where.
    pub(super) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// A document that is not as the data model asks; `member` is where it stands in the request.
    pub(super) fn misfit(misfit: &Misfit, member: &str) -> Self {
        Self::new(MALFORMED, misfit.fault.code())
            .with_detail("This is not as the data model asks.")
            .at(format!("/{member}{}", misfit.path))
    }

    /// Nothing was signed.
    pub(super) fn unsigned(error: &SecureError) -> Self {
        let (kind, code) = match error {
            SecureError::Draft(DraftError::Canon(_)) => (TRANSFORMATION, "not_canonicalizable"),
            SecureError::Draft(_) => (GENERATION, "not_signable"),
            SecureError::Sign(_) => {
                return Self {
                    status: 500,
                    ..Self::new(GENERATION, "signer_failed").with_detail(
                        "The key did not sign. Start `touchstone serve --conformance` anew.",
                    )
                };
            }
        };
        Self::new(kind, code).with_detail(sentence(&error.to_string()))
    }

    /// A check that did not pass.
    pub(super) fn of(check: &Check) -> Option<Self> {
        let (fault, unknown) = match check.outcome {
            Outcome::Fail(fault) => (fault, false),
            Outcome::Unknown(fault) => (fault, true),
            Outcome::Pass | Outcome::NotListed => return None,
        };
        let kind = match (check.kind, fault) {
            (_, Fault::ChallengeMismatch | Fault::ChallengeNotAsked) => CHALLENGE,
            (_, Fault::DomainUnexpected) => DOMAIN,
            (CheckKind::Status, _) if unknown => STATUS_RETRIEVAL,
            (CheckKind::Status, _) => STATUS,
            (CheckKind::Validity, _) => RANGE,
            (CheckKind::Evidence, _) => CRYPTOGRAPHIC,
            (CheckKind::Schema, _) => MALFORMED,
            _ => VERIFICATION,
        };
        let words = match unknown {
            true => "This could not be checked, so it is not verified.",
            false => "This was checked and does not hold.",
        };
        Some(
            Self::new(kind, fault.code())
                .with_detail(words)
                .at(check.path.clone()),
        )
    }

    /// Its name, for the short list of errors.
    pub(super) const fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}
