//! `POST /conformance/SUITE/KEY/credentials/verify`

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use touchstone_service::conformance::{CheckError, GatherError, check as judge};
use touchstone_vc::CredentialError;

use super::found::Found;
use super::problem::{MALFORMED, PARSING, Problem};
use super::{Of, Options, Room, body};
use crate::ApiError;
use crate::text::sentence;

/// Checks a credential. `options.checks` says what is asked; without it, what is usual for the instance.
pub(super) async fn check(
    State(room): Room,
    Of(instance): Of,
    bytes: Bytes,
) -> Result<Found, Refusal> {
    let said: ToCheck = body(&bytes)?;
    let scope = said.options.scope(instance.scope)?;
    let given = document(&said.verifiable_credential)?;
    let checked = judge(&room, &given, scope).await?;
    let mut found = Found::new(checked.verified, checked.report.to_json().to_string());
    found.form(checked.misfit.as_ref(), "verifiableCredential");
    found.add(&checked.report.checks, scope, "");
    Ok(found)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToCheck {
    /// Read byte for byte: judging what a parser made of it could judge something else.
    verifiable_credential: Box<RawValue>,
    #[serde(default)]
    options: Options,
}

/// The bytes of a document: an object, or a text that is a token. A text that is JSON once more is no document.
pub(super) fn document(given: &RawValue) -> Result<Cow<'_, [u8]>, Problem> {
    let json = given.get();
    let text = match serde_json::from_str::<String>(json) {
        Ok(text) => text,
        Err(_) => return Ok(Cow::Borrowed(json.as_bytes())),
    };
    match text.trim_start().starts_with('{') {
        true => Err(Problem::new(PARSING, "not_an_object")
            .with_detail("Send the document itself, not a text that it is written in.")),
        false => Ok(Cow::Owned(text.into_bytes())),
    }
}

/// Why nothing was checked.
pub(super) enum Refusal {
    /// What was sent cannot be read.
    Unread(Problem),
    /// This process failed.
    Failed(ApiError),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Unread(problem) => Found::refused(problem).into_response(),
            Self::Failed(error) => error.into_response(),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Unread(problem)
    }
}

impl From<CheckError> for Refusal {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Credential(error) => Self::Unread(unread(&error)),
            CheckError::Gather(error) => error.into(),
        }
    }
}

impl From<GatherError> for Refusal {
    fn from(error: GatherError) -> Self {
        Self::Failed(match error {
            GatherError::Secure(error) => ApiError::internal(&error),
            GatherError::Store(error) => error.into(),
        })
    }
}

/// A credential that cannot be read.
pub(super) fn unread(error: &CredentialError) -> Problem {
    let (kind, code) = match error {
        CredentialError::Json(_) => (PARSING, "not_json"),
        CredentialError::Token => (PARSING, "not_a_token"),
        CredentialError::NotACredential => (MALFORMED, "not_a_credential"),
        CredentialError::Envelope => (MALFORMED, "envelope_unsupported"),
        CredentialError::Presentation => (MALFORMED, "presentation_given"),
    };
    Problem::new(kind, code).with_detail(sentence(&error.to_string()))
}
