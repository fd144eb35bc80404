//! `GET /employers/confirm/TOKEN` and `POST /employers/confirm`.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use touchstone_service::operations::sign_up::{ConfirmSignUpError, confirm_sign_up};

use super::show;
use crate::ApiError;
use crate::pages::signin::SESSION_SECONDS;
use crate::session::SessionSecret;
use crate::state::Web;

/// What the link opens. It changes nothing, so that scanners of mail spend no link.
pub async fn opened(
    State(web): State<Web>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    if !web.world.employers.sign_up {
        return Err(ApiError::no_such_page());
    }
    Ok(show::confirm(&web.edge.site, &token).into_response())
}

/// Sets the organization up, and leads its owner to where its domain is shown.
pub async fn confirm(State(web): State<Web>, Form(link): Form<Link>) -> Result<Response, ApiError> {
    let signed_in = match confirm_sign_up(&web.world, &link.token).await {
        Ok(signed_in) => signed_in,
        Err(ConfirmSignUpError::NoSuchLink) => {
            let page = show::spent(&web.edge.site, web.world.employers.sign_up);
            return Ok((StatusCode::GONE, page).into_response());
        }
        Err(ConfirmSignUpError::Store(error)) => return Err(error.into()),
    };
    let secure = web.edge.settings.secure();
    let cookie = SessionSecret::given(&signed_in.secret).set_cookie(secure, SESSION_SECONDS);
    let there = Redirect::to("/institution#domain");
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), there).into_response())
}

/// The link's secret.
#[derive(Debug, Deserialize)]
pub struct Link {
    token: String,
}
