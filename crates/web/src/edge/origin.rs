//! Forms of other sites are refused before any handler sees them.
//!
//! Browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`). Programs say neither and carry no cookie of
//! ours; where a session counts, its form token is asked for besides ([`crate::session`]). Our pages send no referrer, so
//! browsers without `Sec-Fetch-Site` give `Origin: null` even for our own forms: that says nothing, and the token decides.

use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Edge;
use crate::error::ApiError;

/// Refuses what changes something and comes from another site.
pub(super) async fn same_origin(
    State(edge): State<Edge>,
    request: Request,
    next: Next,
) -> Response {
    let machine = is_for_programs(request.uri().path());
    if !machine && comes_from_elsewhere(request.method(), request.headers(), &edge.settings.origin)
    {
        return ApiError::forbidden("foreign_origin")
            .with_detail("This was sent from another site. Open the page here and send it again.")
            .into_response();
    }
    next.run(request).await
}

/// Addresses that take keys and never cookies.
pub(super) fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/")
        || matches!(
            path,
            "/credentials/verify" | "/credentials/issue" | "/presentations/verify"
        )
}

fn comes_from_elsewhere(method: &Method, headers: &HeaderMap, ours: &str) -> bool {
    if method.is_safe() {
        return false;
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header(ORIGIN.as_str())) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some("null") | None) => false,
        (None, Some(origin)) => origin != ours,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[track_caller]
    fn check(method: Method, headers: &[(&'static str, &'static str)], refused: bool) {
        let headers = headers
            .iter()
            .map(|&(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        assert_eq!(
            comes_from_elsewhere(&method, &headers, "https://verify.example"),
            refused,
            "{headers:?}"
        );
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        check(Method::POST, &[("sec-fetch-site", "cross-site")], true);
        check(Method::POST, &[("sec-fetch-site", "same-site")], true);
        check(Method::POST, &[("origin", "https://evil.example")], true);
        check(
            Method::POST,
            &[("origin", "https://verify.example.evil.example")],
            true,
        );
        check(
            Method::POST,
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://verify.example"),
            ],
            true,
        );
    }

    #[test]
    fn our_own_forms_and_reading_are_let_through() {
        check(Method::GET, &[("sec-fetch-site", "cross-site")], false);
        check(
            Method::POST,
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            false,
        );
        check(Method::POST, &[("origin", "https://verify.example")], false);
        check(Method::POST, &[], false);
    }
}
