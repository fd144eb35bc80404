//! Giving a key up and destroying it: what cannot be taken back is asked on a page of its own.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use touchstone_service::operations::Permission;
use touchstone_service::operations::signing_key::{
    self, Compromise, SigningKeyError, affected, signing_key as one_key,
};
use touchstone_vc::Timestamp;

use super::{
    change::{act, answer},
    has_history, is_its_issuer, show_end,
};
use crate::ApiError;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `GET /signing-keys/ID/compromise`
pub async fn ask_compromise(
    State(web): State<Web>,
    Path(id): Path<String>,
    by: SignedIn,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    let now = web.world.clock.now().whole_seconds().to_string();
    let typed = (now.chars().take(16).collect(), String::new());
    let view = view(&web, &by, &id, typed, Vec::new()).await?;
    Ok(show_end::compromise(&by.desk, &view).into_response())
}

/// `POST /signing-keys/ID/compromise`
pub async fn compromise(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let (at, reason) = (posted.fields.text("since"), posted.fields.text("reason"));
    let read =
        Timestamp::parse(&format!("{at}:00Z")).or_else(|_| Timestamp::parse(&format!("{at}Z")));
    let (field, words) = match read {
        Ok(since) => {
            let order = Compromise {
                act: act(&posted, &id, reason),
                since,
                rehearse: false,
            };
            match signing_key::compromise(&web.world, &order).await.map(drop) {
                Err(SigningKeyError::Reason) => ("reason", SigningKeyError::Reason.to_string()),
                Err(SigningKeyError::Future) => ("since", SigningKeyError::Future.to_string()),
                done => return answer(&web, &posted, &id, done).await,
            }
        }
        Err(_) => (
            "since",
            "this is not a day and a time; choose both".to_owned(),
        ),
    };
    let problems = vec![Problem {
        field: field.into(),
        words: sentence(&words),
    }];
    let typed = (at.to_owned(), reason.to_owned());
    let view = view(&web, &posted.by, &id, typed, problems).await?;
    let page = show_end::compromise(&posted.by.desk, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `GET /signing-keys/ID/destroy`
pub async fn ask_destroy(
    State(web): State<Web>,
    Path(id): Path<String>,
    by: SignedIn,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    let typed = (String::new(), String::new());
    let view = view(&web, &by, &id, typed, Vec::new()).await?;
    Ok(show_end::destroy(&by.desk, &view).into_response())
}

/// `POST /signing-keys/ID/destroy`
pub async fn destroy(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let reason = posted.fields.text("reason");
    match signing_key::destroy(&web.world, &act(&posted, &id, reason)).await {
        Err(SigningKeyError::Reason) => {
            let problems = vec![Problem {
                field: "reason".into(),
                words: sentence(&SigningKeyError::Reason.to_string()),
            }];
            let typed = (String::new(), reason.to_owned());
            let view = view(&web, &posted.by, &id, typed, problems).await?;
            let page = show_end::destroy(&posted.by.desk, &view);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        done => answer(&web, &posted, &id, done.map(drop)).await,
    }
}

async fn view(
    web: &Web,
    by: &SignedIn,
    id: &str,
    (since, reason): (String, String),
    problems: Vec<Problem>,
) -> Result<show_end::View, ApiError> {
    let tenant = by.tenant();
    let key = one_key(&web.world, tenant, id).await?;
    let key = key.ok_or_else(|| ApiError::not_found("signing_key_not_found"))?;
    let rests = affected(&web.world, tenant, id, key.made_at).await?;
    Ok(show_end::View {
        is_its_key: is_its_issuer(&key),
        has_history: has_history(&key),
        id: key.id,
        signed: rests.signed,
        standing: rests.standing.len(),
        waiting: rests.waiting,
        lists: rests.lists,
        since,
        reason,
        problems,
    })
}
