//! `POST /conformance/SUITE/KEY/presentations/verify`

use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use touchstone_service::conformance::{CheckPresentationError, check_presentation as judge};
use touchstone_vc::{Asked, PresentationError};

use super::check::{Refusal, document, unread};
use super::found::Found;
use super::problem::{MALFORMED, PARSING, Problem};
use super::{Of, Options, Room, body};
use crate::text::sentence;

/// Checks a presentation and every credential in it, and that it answers `options.challenge` for `options.domain`.
pub(super) async fn check_presentation(
    State(room): Room,
    Of(instance): Of,
    bytes: Bytes,
) -> Result<Found, Refusal> {
    let said: ToCheck = body(&bytes)?;
    let scope = said.options.scope(instance.scope)?;
    let asked = asked(&said.options)?;
    let given = document(&said.verifiable_presentation)?;
    let checked = judge(&room, &given, &asked, scope).await?;
    let mut found = Found::new(checked.verified, checked.report.to_json().to_string());
    found.form(checked.misfit.as_ref(), "verifiablePresentation");
    found.add(&checked.report.checks, scope, "");
    for presented in &checked.report.credentials {
        match &presented.found {
            Ok(report) => found.add(&report.checks, scope, &presented.path),
            Err(error) => found.unread(&presented.path, unread(error)),
        }
    }
    Ok(found)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToCheck {
    verifiable_presentation: Box<RawValue>,
    #[serde(default)]
    options: Options,
}

fn asked(options: &Options) -> Result<Asked, Problem> {
    Asked::of(options.challenge.as_deref(), options.domain.as_deref()).ok_or_else(|| {
        Problem::new(MALFORMED, "challenge_missing")
            .with_detail(
                "A domain alone keeps nobody from showing a presentation twice. Give options.challenge too.",
            )
            .at("/options")
    })
}

impl From<CheckPresentationError> for Refusal {
    fn from(error: CheckPresentationError) -> Self {
        match error {
            CheckPresentationError::Gather(error) => error.into(),
            CheckPresentationError::Presentation(error) => {
                let (kind, code) = match error {
                    PresentationError::Json(_) => (PARSING, "not_json"),
                    PresentationError::Token => (PARSING, "not_a_token"),
                    PresentationError::NotAPresentation => (MALFORMED, "not_a_presentation"),
                    PresentationError::Envelope => (MALFORMED, "envelope_unsupported"),
                    PresentationError::TooMany => (MALFORMED, "too_many_credentials"),
                };
                Problem::new(kind, code)
                    .with_detail(sentence(&error.to_string()))
                    .into()
            }
        }
    }
}
