//! A competency again, with why it stays as it is if it does.

use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::competency::CompetencyError;

use super::one;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// The competency at a version again, with what came of a form on it. `field` is where an error belongs that names no other.
pub(super) async fn done<T>(
    web: &Web,
    posted: &Posted,
    id: &str,
    version: Option<i64>,
    field: &str,
    outcome: Result<T, CompetencyError>,
) -> Result<Response, ApiError> {
    let here = match version {
        Some(version) => format!("/competencies/{id}?version={version}"),
        None => format!("/competencies/{id}"),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(
            error @ (CompetencyError::NoSuchCompetency
            | CompetencyError::NoSuchVersion
            | CompetencyError::Store(_)),
        ) => Err(error.into()),
        Err(error) => {
            let field = match error {
                CompetencyError::Declared => "conflict",
                CompetencyError::Unexplained => "comment",
                CompetencyError::Ended => "why-again",
                CompetencyError::NoSuchRole => "role",
                _ => field,
            };
            refused(web, posted, id, version, field, &error.to_string()).await
        }
    }
}

/// The competency again, with why nothing was done.
pub(super) async fn refused(
    web: &Web,
    posted: &Posted,
    id: &str,
    version: Option<i64>,
    field: &str,
    words: &str,
) -> Result<Response, ApiError> {
    let problems = [Problem {
        field: field.to_owned(),
        words: sentence(words),
    }];
    one::page(web, &posted.by, id, version, &posted.fields, &problems).await
}
