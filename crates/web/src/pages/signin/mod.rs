//! Signing in and out.

pub mod show;

use axum::extract::{Form, Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use touchstone_service::operations::Permission;
use touchstone_service::operations::passkey::{self, PasskeyError};
use touchstone_service::operations::signin::{self, AskError, SignInError, SignedIn};

use crate::ApiError;
use crate::edge::with_script;
use crate::pages::me::asked;
use crate::session::{SessionSecret, forget_cookie};
use crate::signed_in::Posted;
use crate::state::Web;
use crate::text::sentence;

/// `GET /signin`
pub async fn form(State(web): State<Web>) -> Response {
    refused(&web, StatusCode::OK, show::View::default())
}

/// `POST /signin`: sends a link, and says the same whether or not the address is known.
pub async fn ask(State(web): State<Web>, Form(asked): Form<Asked>) -> Result<Response, ApiError> {
    let email = asked.email.trim();
    match signin::ask(&web.world, email).await {
        Ok(()) => Ok(show::sent(&web.edge.site).into_response()),
        Err(AskError::Address) => {
            let words = "This is no e-mail address. It looks like name@example.edu.";
            let view = show::View {
                address: email,
                error: Some(words),
                ..show::View::default()
            };
            Ok(refused(&web, StatusCode::UNPROCESSABLE_ENTITY, view))
        }
        Err(AskError::Store(error)) => Err(error.into()),
    }
}

/// What the form asks.
#[derive(Debug, Deserialize)]
pub struct Asked {
    email: String,
}

/// `GET /signin/TOKEN`: changes nothing, so that scanners of mail spend no link.
pub async fn opened(State(web): State<Web>, Path(token): Path<String>) -> Response {
    show::confirm(&web.edge.site, &token).into_response()
}

/// `POST /signin/confirm`
pub async fn confirm(State(web): State<Web>, Form(link): Form<Link>) -> Result<Response, ApiError> {
    match signin::sign_in(&web.world, &link.token).await {
        Ok(signed_in) => Ok(welcome(&web, &signed_in)),
        Err(SignInError::NoSuchLink) => {
            let view = show::View {
                error: Some("This link was used or is too old. Ask for a new one."),
                ..show::View::default()
            };
            Ok(refused(&web, StatusCode::GONE, view))
        }
        Err(SignInError::Store(error)) => Err(error.into()),
    }
}

/// `POST /signin/passkey/begin`: what the browser is asked, for the script of the page.
pub async fn begin(State(web): State<Web>) -> Result<Response, ApiError> {
    asked(passkey::begin(&web.world).await?)
}

/// `POST /signin/passkey`
pub async fn passkey(
    State(web): State<Web>,
    Form(shown): Form<Shown>,
) -> Result<Response, ApiError> {
    let words = match passkey::sign_in(&web.world, &shown.ceremony, &shown.answer).await {
        Ok(signed_in) => return Ok(welcome(&web, &signed_in)),
        Err(error @ (PasskeyError::Store(_) | PasskeyError::Broken(_))) => return Err(error.into()),
        Err(error) => sentence(&error.to_string()),
    };
    let view = show::View {
        passkey_error: Some(&words),
        ..show::View::default()
    };
    Ok(refused(&web, StatusCode::UNPROCESSABLE_ENTITY, view))
}

/// What the browser says of a passkey.
#[derive(Debug, Deserialize)]
pub struct Shown {
    ceremony: String,
    answer: String,
}

/// The form, with what was refused on it.
fn refused(web: &Web, status: StatusCode, view: show::View<'_>) -> Response {
    let view = show::View {
        passkeys: passkey::available(&web.world),
        sign_up: web.world.employers.sign_up,
        ..view
    };
    let page = with_script(show::form(&web.edge.site, &view));
    (status, page).into_response()
}

/// Starts the session in this browser, on the page where the member's day begins.
fn welcome(web: &Web, signed_in: &SignedIn) -> Response {
    let secure = web.edge.settings.secure();
    let cookie = SessionSecret::given(&signed_in.secret).set_cookie(secure, SESSION_SECONDS);
    let first = if signed_in.member.may(Permission::Read) {
        "/today"
    } else {
        "/me"
    };
    (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(first)).into_response()
}

/// The link's secret.
#[derive(Debug, Deserialize)]
pub struct Link {
    token: String,
}

/// `POST /signout`
pub async fn out(
    State(web): State<Web>,
    headers: HeaderMap,
    _posted: Posted,
) -> Result<Response, ApiError> {
    let secure = web.edge.settings.secure();
    if let Some(secret) = SessionSecret::of(&headers, secure) {
        signin::sign_out(&web.world, secret.as_str()).await?;
    }
    Ok((
        AppendHeaders([(SET_COOKIE, forget_cookie(secure))]),
        Redirect::to("/signin"),
    )
        .into_response())
}

/// As long as the service lets a session stand.
pub(super) const SESSION_SECONDS: u32 = 12 * 60 * 60;
