//! What the forms on a credential's page answer: the page, or the same page with what was refused.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::ReasonError;

use super::one::show;
use super::open::{Refused, view};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// Done: the page as it is now.
pub(super) fn back(id: &str) -> Response {
    Redirect::to(&format!("/credentials/{id}")).into_response()
}

/// The page again, because of the reason that was given for a verb.
pub(super) async fn ask_again(
    web: &Web,
    posted: &Posted,
    id: &str,
    verb: &str,
    error: ReasonError,
) -> Result<Response, ApiError> {
    let problem = Problem {
        field: format!("reason-{verb}"),
        words: sentence(&error.to_string()),
    };
    refused(web, posted, id, problem).await
}

/// The page again, with what was entered and why it was refused.
pub(super) async fn refused(
    web: &Web,
    posted: &Posted,
    id: &str,
    problem: Problem,
) -> Result<Response, ApiError> {
    let reason = posted.fields.text("reason").to_owned();
    let view = view(
        web,
        &posted.by,
        id,
        Refused {
            problems: vec![problem],
            reason,
            code: None,
        },
    )
    .await?;
    Ok((
        StatusCode::UNPROCESSABLE_ENTITY,
        show(&posted.by.desk, &view),
    )
        .into_response())
}
