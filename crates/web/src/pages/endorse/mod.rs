//! Answering a request for an endorsement, by a link and without an account. Opening the link changes nothing; buttons do (threat 30).

mod answer;
mod open;
mod passkey;
mod show;
mod take_back;
mod wallet;

pub use answer::{decline, never, never_again};
pub use open::open;
pub use passkey::{LARGEST_ANSWER, begin, made, signed};
pub(super) use show::{about, problem_of, way, words};
pub use take_back::withdraw;
pub use wallet::{LARGEST, file};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use touchstone_service::endorsing::{AnswerError, look};

use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::edge::with_script;
use crate::state::Web;
use crate::text::sentence;

/// The page of a link as it is now, with what was wrong with what was sent.
async fn again(
    web: &Web,
    token: &str,
    typed: &show::Typed,
    error: Option<AnswerError>,
) -> Result<Response, ApiError> {
    let problem = match &error {
        None => None,
        Some(said) => match show::problem_of(said) {
            Some(problem) => Some(problem),
            None => return Err(error.map_or_else(unknown, ApiError::from)),
        },
    };
    let found = look(&web.world, token).await?.ok_or_else(unknown)?;
    let page = with_script(show::page(web, token, &found, typed, problem.as_ref()));
    let status = match problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(keep((status, page).into_response(), Cache::Never))
}

/// There is nothing behind this link, and why that can be.
fn unknown() -> ApiError {
    ApiError::not_found("endorsement_link_not_found").with_detail(
        "There is no request behind this link. A newer link was sent, or the address was not copied completely.",
    )
}

impl From<AnswerError> for ApiError {
    fn from(error: AnswerError) -> Self {
        let said = sentence(&error.to_string());
        let problem = show::problem_of(&error);
        match error {
            AnswerError::NoSuchLink => return unknown(),
            AnswerError::Store(error) => return error.into(),
            AnswerError::Passkey(error) if problem.is_none() => return error.into(),
            AnswerError::Passkey(error) => return Self::from(error).with_detail(said),
            AnswerError::Draft(error) => return Self::internal(&error),
            AnswerError::Sign(error) => {
                tracing::error!(%error, "an endorsement was not signed");
                return Self::unavailable("not_signed").with_detail(said);
            }
            AnswerError::Answered => return Self::conflict("answered_before").with_detail(said),
            AnswerError::Ended | AnswerError::TakenBack => {
                return Self::gone("request_ended").with_detail(said);
            }
            AnswerError::Changed => return Self::conflict("changed").with_detail(said),
            AnswerError::Elsewhere(_) => return Self::conflict("site_moved").with_detail(said),
            AnswerError::InBetween => return Self::conflict("key_changed").with_detail(said),
            AnswerError::OwnInstitution => {
                return Self::conflict("own_institution").with_detail(said);
            }
            AnswerError::NotShown => return Self::conflict("domain_not_shown").with_detail(said),
            AnswerError::NoKey(_) => return Self::conflict("no_key").with_detail(said),
            _ => {}
        }
        let faulty = Self::unprocessable("faulty_endorsement").with_detail(said.clone());
        match problem {
            Some(problem) => faulty.with_field(problem.field, said),
            None => faulty,
        }
    }
}
