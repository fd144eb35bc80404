//! A member's own page: who they are here, their passkeys, and the way out.

pub mod show;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;
use serde_json::value::RawValue;
use touchstone_service::operations::passkey::{
    self, Addition, Begun, PasskeyError, Removal, available, passkeys,
};

use crate::ApiError;
use crate::edge::with_script;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::moment;
use crate::text::sentence;

/// `GET /me`
pub async fn me(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    let view = view(&web, &by, "", None).await?;
    Ok(with_script(show::show(&by.desk, &view)))
}

/// `POST /me/passkeys/begin`: what the browser is asked, for the script of the page.
pub async fn begin(
    State(web): State<Web>,
    Posted { by, .. }: Posted,
) -> Result<Response, ApiError> {
    let begun = passkey::begin_adding(&web.world, &by.member, &by.desk.institution).await?;
    asked(begun)
}

/// `POST /me/passkeys`
pub async fn add(
    State(web): State<Web>,
    Posted { by, fields }: Posted,
) -> Result<Response, ApiError> {
    let order = Addition {
        ceremony: fields.text("ceremony").to_owned(),
        answer: fields.text("answer").to_owned(),
        label: fields.text("label").to_owned(),
    };
    let words = match passkey::add(&web.world, &by.member, &order).await {
        Ok(()) => return Ok(Redirect::to("/me").into_response()),
        Err(error @ (PasskeyError::Store(_) | PasskeyError::Broken(_))) => return Err(error.into()),
        Err(error) => sentence(&error.to_string()),
    };
    let view = view(&web, &by, &order.label, Some(words)).await?;
    let page = with_script(show::show(&by.desk, &view));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `POST /me/passkeys/ID/remove`
pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, ApiError> {
    let order = Removal {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        member: by.member.id.clone(),
        passkey: id,
    };
    passkey::remove(&web.world, &order).await?;
    Ok(Redirect::to("/me").into_response())
}

/// A ceremony, for a script: `{"ceremony": …, "publicKey": …}`.
pub(crate) fn asked(begun: Begun) -> Result<Response, ApiError> {
    let options =
        RawValue::from_string(begun.options).map_err(|error| ApiError::internal(&error))?;
    let mut answer = std::collections::BTreeMap::new();
    answer.insert("publicKey", options);
    let ceremony = Value::from(begun.ceremony).to_string();
    let ceremony = RawValue::from_string(ceremony).map_err(|error| ApiError::internal(&error))?;
    answer.insert("ceremony", ceremony);
    Ok(Json(answer).into_response())
}

async fn view(
    web: &Web,
    by: &SignedIn,
    label: &str,
    error: Option<String>,
) -> Result<show::View, ApiError> {
    Ok(show::View {
        email: by.member.email.clone(),
        available: available(&web.world),
        passkeys: known(web, &by.member.id).await?,
        label: label.to_owned(),
        error,
    })
}

/// The passkeys of a member, newest first.
pub(crate) async fn known(web: &Web, member: &str) -> Result<Vec<show::Passkey>, ApiError> {
    let passkeys = passkeys(&web.world, member).await?.into_iter();
    let shown = passkeys.map(|one| show::Passkey {
        id: one.id,
        label: one.label,
        added: moment(one.added_at),
        used: one.used_at.map(moment),
    });
    Ok(shown.collect())
}
