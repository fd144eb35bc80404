//! `POST /endorse/TOKEN/passkey/begin`, `/passkey/made` and `/passkey`: the three steps of an answer with a passkey.

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use touchstone_service::endorsing::{
    AnswerError, PasskeyMade, PasskeySigned, Said, answer_with_passkey, begin_passkey, passkey_made,
};

use super::{again, show::Typed};
use crate::ApiError;
use crate::pages::day::end_of;
use crate::pages::me::asked;
use crate::state::Web;

/// Takes what is said, and has the browser make a passkey for it.
pub async fn begin(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, ApiError> {
    let said = Said {
        until: end_of(typed.until.trim()).ok_or(AnswerError::Until)?,
        organization: typed.organization,
        person: typed.person,
        comment: typed.comment,
    };
    asked(begin_passkey(&web.world, &token, &said).await?)
}

/// Takes the passkey, and has it sign.
pub async fn made(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(shown): Form<Shown>,
) -> Result<Response, ApiError> {
    let made = PasskeyMade {
        ceremony: shown.ceremony,
        answer: shown.answer,
    };
    asked(passkey_made(&web.world, &token, &made).await?)
}

/// Takes what it signed.
pub async fn signed(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(shown): Form<Signed>,
) -> Result<Response, ApiError> {
    let signed = PasskeySigned {
        ceremony: shown.ceremony,
        answer: shown.answer,
    };
    match answer_with_passkey(&web.world, &token, &signed).await {
        Ok(()) => Ok(Redirect::to(&format!("/endorse/{token}")).into_response()),
        Err(error) => again(&web, &token, &shown.typed, Some(error)).await,
    }
}

/// What the browser says of a passkey.
#[derive(Debug, Deserialize)]
pub struct Shown {
    ceremony: String,
    answer: String,
}

/// The same, with what was typed.
#[derive(Debug, Deserialize)]
pub struct Signed {
    ceremony: String,
    answer: String,
    #[serde(flatten)]
    typed: Typed,
}

/// What is typed, at most 2,000 characters as a form writes them, and what a passkey says.
pub const LARGEST_ANSWER: usize = 64 << 10;
