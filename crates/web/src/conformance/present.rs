//! `POST /conformance/SUITE/KEY/presentations`

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_service::conformance::{PresentError, present as sign};

use super::problem::{MALFORMED, PARSING, Problem};
use super::{Of, Options, Room, body};
use crate::text::sentence;

/// Signs a presentation in answer to `options.challenge`, for `options.domain`.
pub(super) async fn present(
    State(room): Room,
    Of(instance): Of,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Presented>), Problem> {
    let said: ToPresent = body(&bytes)?;
    let (Some(challenge), Some(domain)) = (&said.options.challenge, &said.options.domain) else {
        return Err(Problem::new(MALFORMED, "challenge_missing")
            .with_detail(
                "Give options.challenge and options.domain: a presentation answers somebody.",
            )
            .at("/options"));
    };
    let presentation = said.presentation.get().as_bytes();
    let signed = sign(&room, instance, presentation, (challenge, domain))?;
    let verifiable_presentation =
        RawValue::from_string(signed.to_string()).expect("what is written as JSON is JSON");
    Ok((
        StatusCode::CREATED,
        Json(Presented {
            verifiable_presentation,
        }),
    ))
}

#[derive(Deserialize)]
struct ToPresent {
    presentation: Box<RawValue>,
    #[serde(default)]
    options: Options,
}

/// The presentation with its proof.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Presented {
    verifiable_presentation: Box<RawValue>,
}

impl From<PresentError> for Problem {
    fn from(error: PresentError) -> Self {
        match &error {
            PresentError::Json(_) => {
                Self::new(PARSING, "not_json").with_detail(sentence(&error.to_string()))
            }
            PresentError::Form(misfit) => Self::misfit(misfit, "presentation"),
            PresentError::Secure(error) => Self::unsigned(error),
        }
    }
}
