//! `GET` and `POST /employers`: signing up.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::operations::sign_up::{AskSignUpError, SignUp, ask_sign_up};

use super::show;
use crate::ApiError;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// The form, where this installation has one.
pub async fn form(State(web): State<Web>) -> Result<Response, ApiError> {
    if !web.world.employers.sign_up {
        return Err(ApiError::no_such_page());
    }
    Ok(show::form(&web.edge.site, &Typed::default(), None).into_response())
}

/// Sends a link, and says the same whoever is here.
pub async fn ask(State(web): State<Web>, Form(typed): Form<Typed>) -> Result<Response, ApiError> {
    let order = SignUp {
        organization: typed.organization.clone(),
        domain: typed.domain.clone(),
        name: typed.name.clone(),
        email: typed.email.clone(),
    };
    let error = match ask_sign_up(&web.world, &order).await {
        Ok(()) => return Ok(show::sent(&web.edge.site).into_response()),
        Err(AskSignUpError::Off) => return Err(ApiError::no_such_page()),
        Err(AskSignUpError::Store(error)) => return Err(error.into()),
        Err(error) => error,
    };
    let field = match error {
        AskSignUpError::Organization => "organization",
        AskSignUpError::Name => "name",
        AskSignUpError::Domain => "domain",
        _ => "email",
    };
    let problem = Problem {
        field: field.to_owned(),
        words: sentence(&error.to_string()),
    };
    let page = show::form(&web.edge.site, &typed, Some(&problem));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What the form asks.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    pub(super) organization: String,
    #[serde(default)]
    pub(super) domain: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: String,
}
