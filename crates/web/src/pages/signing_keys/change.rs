//! What the changes of a key have in common: who asks for which, and what is answered. Each is a button on the key's page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::signing_key::{KeyAct, SigningKeyError};

use super::{one::view, show_one};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

pub(super) fn act(posted: &Posted, id: &str, reason: &str) -> KeyAct {
    KeyAct {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        key: id.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Back to the key, or its page with why it was refused.
pub(super) async fn answer(
    web: &Web,
    posted: &Posted,
    id: &str,
    done: Result<(), SigningKeyError>,
) -> Result<Response, ApiError> {
    let error = match done {
        Ok(()) => return Ok(Redirect::to(&format!("/signing-keys/{id}")).into_response()),
        Err(error @ (SigningKeyError::Store(_) | SigningKeyError::NoSuchKey)) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    let problems = vec![Problem {
        field: "key".into(),
        words: sentence(&error.to_string()),
    }];
    let view = view(web, &posted.by, id, problems).await?;
    let page = show_one::show(&posted.by.desk, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
