//! Whether the process lives, whether it can serve, and what it counted.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::ApiError;
use crate::edge::Edge;
use crate::state::Web;

/// The process lives.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers.
pub async fn readyz(State(web): State<Web>) -> Result<&'static str, ApiError> {
    match web.world.store.ping().await {
        Ok(()) => Ok("ok\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            Err(ApiError::unavailable("not_ready").with_detail("The database does not answer."))
        }
    }
}

/// Counters, for Prometheus.
pub async fn metrics(State(edge): State<Edge>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (StatusCode::OK, headers, edge.metrics.text()).into_response()
}
