//! `/verify`: where a credential is handed in and judged. Nothing of it is kept.

mod answer;
pub mod form;
mod presented;
mod refusal;

pub use answer::{LARGEST, answer};
pub(super) use refusal::{link as no_link, no_credential};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};

use crate::answer::{Cache, public};
use crate::edge::Edge;
use crate::pages::verify::here::allowed;
use crate::session::SessionSecret;

/// `GET /verify`
pub async fn ask(State(edge): State<Edge>, asked: HeaderMap) -> Response {
    let page = form::show(&edge.site, "", None).into_string();
    allowed(public(
        &asked,
        "text/html; charset=utf-8",
        page.into(),
        Cache::Seconds(300),
    ))
}

/// `GET /`: members go to work, everybody else comes to check.
pub async fn home(State(edge): State<Edge>, asked: HeaderMap) -> Redirect {
    let signed_in = SessionSecret::of(&asked, edge.settings.secure()).is_some();
    Redirect::to(if signed_in { "/today" } else { "/verify" })
}
