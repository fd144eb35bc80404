//! Letting a key sign, retiring it, issuing anew: each is a button on the key's page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::Permission;
use touchstone_service::operations::signing_key::{self, KeyAct, SigningKeyError};

use super::{one::view, show_one};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `POST /signing-keys/ID/activate`
pub async fn activate(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let done = signing_key::activate(&web.world, &act(&posted, &id, "by hand")).await;
    answer(&web, &posted, &id, done.map(drop)).await
}

/// `POST /signing-keys/ID/retire`
pub async fn retire(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let done = signing_key::retire(&web.world, &act(&posted, &id, "by hand")).await;
    answer(&web, &posted, &id, done.map(drop)).await
}

/// `POST /signing-keys/ID/reissue`
pub async fn reissue(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let (tenant, actor) = (posted.by.tenant(), &posted.by.member.id);
    let done = signing_key::reissue(&web.world, tenant, &id, actor).await;
    answer(&web, &posted, &id, done.map(drop)).await
}

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
