//! A set or a mapping again, with why it stays as it is.

use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::MappingError;

use super::{Sent, mapping, one};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// The mapping again, with why it stays as it is if it does. `reason` is the field for the words that were sent along.
pub(super) async fn done<T>(
    web: &Web,
    posted: &Posted,
    set: &str,
    id: &str,
    reason: &str,
    outcome: Result<T, MappingError>,
) -> Result<Response, ApiError> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("/mappings/{set}/{id}")).into_response()),
        Err(
            error
            @ (MappingError::NoSuchSet | MappingError::NoSuchMapping | MappingError::Store(_)),
        ) => Err(error.into()),
        Err(error) => {
            let field = match error {
                MappingError::Comment | MappingError::Reason => reason,
                MappingError::Unexplained => "comment",
                MappingError::Declared => "conflict",
                MappingError::Ended => "why-again",
                _ => "vote-100",
            };
            let problems = [problem(field, &error.to_string())];
            let sent = Sent {
                said: &posted.fields,
                problems: &problems,
            };
            mapping::page(web, &posted.by, set, id, sent).await
        }
    }
}

/// The set again, with why nothing was done.
pub(super) async fn refused(
    web: &Web,
    posted: &Posted,
    set: &str,
    field: &str,
    words: &str,
) -> Result<Response, ApiError> {
    let problems = [problem(field, words)];
    let sent = Sent {
        said: &posted.fields,
        problems: &problems,
    };
    one::page(web, &posted.by, set, &one::Asked::default(), sent).await
}

fn problem(field: &str, words: &str) -> Problem {
    Problem {
        field: field.to_owned(),
        words: sentence(words),
    }
}
