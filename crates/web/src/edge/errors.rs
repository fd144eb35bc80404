//! Errors as the reader can use them: a page for browsers, problem details for programs.

use std::any::Any;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Edge, RequestId};
use crate::error::ApiError;
use crate::pages::problem::problem;

/// Turns a panic into an answer. The cause goes to the log.
pub(super) fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string);
    let text = text
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(cause = text, "handler panicked");
    let mut response =
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error").into_response();
    response.extensions_mut().insert(Panicked);
    response
}

/// Shows every error, ours or the framework's, in the form that the reader asked for.
pub(super) async fn presentable(
    State(edge): State<Edge>,
    request: Request,
    next: Next,
) -> Response {
    let page = wants_page(request.uri().path(), request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    if response.extensions().get::<Panicked>().is_some() {
        edge.metrics.panics.fetch_add(1, Ordering::Relaxed);
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    match response.extensions().get::<ApiError>().cloned() {
        Some(error) if page => {
            let number = id.map(|id| id.0).unwrap_or_default();
            let mut shown = (status, problem(&edge.site, &error, &number)).into_response();
            if let Some(after) = response.headers().get(RETRY_AFTER) {
                shown.headers_mut().insert(RETRY_AFTER, after.clone());
            }
            shown
        }
        Some(_) => response,
        // A page of ours that was refused (a form to correct) is already presentable; a framework's plain text is not.
        None if is_html(&response) || is_json(&response) => response,
        None if response.extensions().get::<Presentable>().is_some() => response,
        None => {
            let error = ApiError::from_status(status);
            if page {
                let number = id.map(|id| id.0).unwrap_or_default();
                (status, problem(&edge.site, &error, &number)).into_response()
            } else {
                error.into_response()
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Panicked;

/// Marks an error that is in the form which was asked for already, though its media type does not tell.
#[derive(Clone, Copy)]
pub(crate) struct Presentable;

/// A browser shows a page; everything under the API is for programs.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    !super::origin::is_for_programs(path) && accept.contains("text/html")
}

fn is_html(response: &Response) -> bool {
    content_type(response).starts_with("text/html")
}

fn is_json(response: &Response) -> bool {
    content_type(response).contains("json")
}

fn content_type(response: &Response) -> &str {
    let value = response.headers().get(CONTENT_TYPE);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
