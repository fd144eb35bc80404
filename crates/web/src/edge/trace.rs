//! A number for every request, and one log line that tells neither who asked nor for whose credential.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::Edge;

/// Names a request in the log and on the error page.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives each request its number.
pub(super) async fn number(mut request: Request, next: Next) -> Response {
    let id = fresh();
    let header = HeaderValue::from_str(&id).expect("hexadecimal digits are header text");
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-request-id"), header);
    response
}

/// Writes the log line: the route's pattern, never the address that was asked for.
pub(super) async fn trace(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone());
    let span = tracing::info_span!("request", id);
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let started = edge.now_millis();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    edge.metrics.answered(status);
    let duration_ms = edge.now_millis() - started;
    let route = route.unwrap_or_default();
    tracing::info!(parent: &span, status = status.as_u16(), duration_ms, "{method} {route}");
    response
}

fn fresh() -> String {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{:016x}",
        KEY.hash_one(NEXT.fetch_add(1, Ordering::Relaxed))
    )
}
