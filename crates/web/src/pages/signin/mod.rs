//! Signing in and out.

pub mod show;

use axum::extract::{Form, Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use touchstone_service::operations::Permission;
use touchstone_service::operations::signin::{self, AskError, SignInError, SignedIn};

use crate::ApiError;
use crate::session::{SessionSecret, forget_cookie};
use crate::signed_in::Posted;
use crate::state::Web;

/// `GET /signin`
pub async fn form(State(web): State<Web>) -> Response {
    show::form(&web.edge.site, "", None).into_response()
}

/// `POST /signin`: sends a link, and says the same whether or not the address is known.
pub async fn ask(State(web): State<Web>, Form(asked): Form<Asked>) -> Result<Response, ApiError> {
    let email = asked.email.trim();
    match signin::ask(&web.world, email).await {
        Ok(()) => Ok(show::sent(&web.edge.site).into_response()),
        Err(AskError::Address) => {
            let words = "This is no e-mail address. It looks like name@example.edu.";
            let page = show::form(&web.edge.site, email, Some(words));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
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
            let words = "This link was used or is too old. Ask for a new one.";
            Ok((
                StatusCode::GONE,
                show::form(&web.edge.site, "", Some(words)),
            )
                .into_response())
        }
        Err(SignInError::Store(error)) => Err(error.into()),
    }
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

/// `GET /me`
pub async fn me(by: crate::signed_in::SignedIn) -> Response {
    show::me(&by.desk, &by.member.email).into_response()
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
const SESSION_SECONDS: u32 = 12 * 60 * 60;
