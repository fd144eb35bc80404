//! What goes wrong, for machines (RFC 9457 problem details) and for people (a page that says the way out).
//!
//! Every error has a stable `code`. What caused an internal error is logged, never shown.

use std::io;

use std::borrow::Cow;

use axum::Json;
use axum::extract::multipart::MultipartError;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use touchstone_service::logging::LogError;
use touchstone_service::rows::StoreError;

/// An answer other than the one hoped for.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable name of this error: what a program may compare.
    pub code: &'static str,
    /// What, where and the way out, for a person.
    pub detail: Cow<'static, str>,
    /// Which fields were refused, and why.
    pub fields: Vec<FieldError>,
    /// When asking again makes sense.
    pub retry_after_seconds: Option<u32>,
}

/// Why one field was refused.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FieldError {
    /// The field's name in the form, or a JSON pointer.
    pub field: Cow<'static, str>,
    /// What is wrong and the way out.
    pub detail: Cow<'static, str>,
}

impl ApiError {
    /// An error with the default words for its status.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            detail: Cow::Borrowed(words(status).1),
            fields: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// Says it in other words.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Names a field that was refused.
    #[must_use]
    pub fn with_field(
        mut self,
        field: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fields.push(FieldError {
            field: field.into(),
            detail: detail.into(),
        });
        self
    }

    /// 400: the request cannot be read.
    pub fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401: nobody is signed in, or the key is not known.
    pub fn unauthorized(code: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code)
    }

    /// 403: signed in, but not allowed.
    pub fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// 404: there is no such thing, or it is not yours to know of.
    pub fn not_found(code: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code)
    }

    /// 404 for an address that leads nowhere.
    pub fn no_such_page() -> Self {
        Self::not_found("page_not_found")
    }

    /// 409: it clashes with what is there.
    pub fn conflict(code: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }

    /// 410: it was there, and is no more.
    pub fn gone(code: &'static str) -> Self {
        Self::new(StatusCode::GONE, code)
    }

    /// 413: more than is taken.
    pub fn too_large(code: &'static str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code)
    }

    /// 422: readable, but some of it cannot be so.
    pub fn unprocessable(code: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 413 or 400: a form, or what it brings, did not come in whole.
    pub(crate) fn unreadable_form(status: StatusCode) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large("file_too_large"),
            _ => Self::bad_request("unreadable_form"),
        }
    }

    /// 429: too many in a short time.
    pub fn too_many(retry_after_seconds: u32) -> Self {
        Self {
            retry_after_seconds: Some(retry_after_seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests")
        }
    }

    /// 500: our fault. Logs the cause; the answer does not tell it.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        let causes = std::iter::successors(Some(cause), |error| error.source());
        let chain: Vec<String> = causes.map(ToString::to_string).collect();
        tracing::error!(cause = chain.join(": "), "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error")
    }

    /// 503: not now.
    pub fn unavailable(code: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code)
    }

    /// What this error is called on a page.
    pub fn title(&self) -> &'static str {
        words(self.status).0
    }

    /// Reads an answer that did not come from us (a framework's rejection) as an error of ours.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::BAD_REQUEST => "unreadable_request",
            StatusCode::NOT_FOUND => "page_not_found",
            StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            StatusCode::UNPROCESSABLE_ENTITY => "unprocessable",
            _ if status.is_server_error() => "internal_error",
            _ => "refused",
        };
        Self::new(status, code)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = Problem {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            errors: &self.fields,
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self); // So that `edge` can show a page instead.
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ReadOnly => Self::unavailable("read_only").with_detail(
                "This installation was restored from a backup and changes nothing until whoever runs it opens it. \
                 What is published can be read and checked meanwhile.",
            ),
            StoreError::Full => Self::unavailable("disk_full").with_detail(
                "There is no room left to store this, so nothing of it was done. Tell whoever runs this installation, \
                 and try again.",
            ),
            _ => Self::internal(&error),
        }
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Store(error) => error.into(),
            LogError::Restored => Self::unavailable("log_not_known").with_detail(
                "This installation was restored from a backup, and whoever runs it has not found out yet how far its public log had come. \
                 Until then it shows no checkpoint: that would be an older one. What is published elsewhere can be read meanwhile.",
            ),
            _ => Self::internal(&error),
        }
    }
}

/// A part of a form could not be read.
impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        Self::unreadable_form(error.status())
    }
}

/// A file could not be put aside, or read back.
impl From<io::Error> for ApiError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull => StoreError::Full.into(),
            _ => Self::internal(&error),
        }
    }
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

/// What an error page says, and the way out.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => (
            "That could not be read",
            "Something in the request is not as it should be. Go back, look at what you entered and send it again.",
        ),
        401 => (
            "Please sign in",
            "This page is for members of an institution. Sign in, then open it again.",
        ),
        403 => (
            "Not allowed",
            "You may not do this. Ask an owner of your institution for the role that may.",
        ),
        404 => (
            "There is nothing here",
            "The address may be mistyped, or what stood here was closed by the person it belongs to. Ask whoever gave you the address for a new one.",
        ),
        405 => (
            "Not in this way",
            "This address exists, but it does not take this kind of request. Open it from the page that links to it.",
        ),
        408 => (
            "That took too long",
            "The request did not arrive completely. Send it again.",
        ),
        409 => (
            "It was changed in between",
            "Somebody else changed this since you opened it. Open it again to see how it stands, then repeat what you want to do.",
        ),
        410 => (
            "No longer here",
            "What stood here has ended. Ask whoever gave you the address for a new one.",
        ),
        413 => (
            "Too large",
            "What you sent is larger than we take. Send less at once.",
        ),
        415 => (
            "Not a kind that we read",
            "Send it as one of the kinds that the page names.",
        ),
        422 => (
            "Some of it needs you",
            "What you sent can be read, but not used as it is. Correct what is named and send it again.",
        ),
        429 => (
            "Too many at once",
            "Many requests came from your network in a short time. Wait a moment, then try again. Nothing is lost.",
        ),
        503 => (
            "Not at the moment",
            "We cannot answer right now. Nothing is lost; try again in a minute.",
        ),
        _ if status.is_server_error() => (
            "Something went wrong on our side",
            "What you did is not lost if it was confirmed before. Try again; if it happens once more, tell us the number at the foot of this page.",
        ),
        _ => ("That did not work", "Go back and try again."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_that_we_answer_says_the_way_out() {
        for status in 400..=599 {
            let status = StatusCode::from_u16(status).unwrap();
            let (title, detail) = words(status);
            assert!(!title.is_empty() && detail.ends_with('.'), "{status}");
        }
    }

    #[test]
    fn a_form_that_is_too_large_is_told_from_one_that_cannot_be_read() {
        let code = |status| ApiError::unreadable_form(status).code;
        assert_eq!(code(StatusCode::PAYLOAD_TOO_LARGE), "file_too_large");
        assert_eq!(code(StatusCode::BAD_REQUEST), "unreadable_form");
        assert_eq!(code(StatusCode::INTERNAL_SERVER_ERROR), "unreadable_form");
    }

    #[test]
    fn the_cause_of_an_internal_error_is_not_in_the_answer() {
        let cause = std::io::Error::other("secret path");
        let error = ApiError::internal(&cause);
        assert!(!format!("{error:?}").contains("secret"));
    }
}
