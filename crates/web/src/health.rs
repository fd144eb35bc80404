//! Whether the process lives, whether it can serve, and what it counted.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use touchstone_service::operations::{gauges, ready};

use crate::state::Web;
use crate::{ApiError, metrics};

/// The process lives.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers.
pub async fn readyz(State(web): State<Web>) -> Result<&'static str, ApiError> {
    match ready(&web.world).await {
        Ok(()) => Ok("ok\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            Err(ApiError::unavailable("not_ready").with_detail("The database does not answer."))
        }
    }
}

/// Counters and gauges, for Prometheus.
pub async fn metrics(State(web): State<Web>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    let text = web.edge.metrics.text() + &of_database(&web).await;
    (StatusCode::OK, headers, text).into_response()
}

/// Counting rows is work: whoever asks often gets the same answer for [`FRESH_MILLIS`], and only one at a time counts.
async fn of_database(web: &Web) -> String {
    let now = web.world.clock.now().unix_millis();
    let mut kept = web.gauges.lock().await;
    if let Some((at, text)) = &*kept
        && (0..FRESH_MILLIS).contains(&(now - at))
    {
        return text.clone();
    }
    let gauges = match gauges(&web.world).await {
        Ok(gauges) => Some(gauges),
        Err(error) => {
            tracing::warn!(%error, "no metrics of the database");
            None
        }
    };
    let text = metrics::of_database(gauges.as_ref());
    *kept = Some((now, text.clone()));
    text
}

const FRESH_MILLIS: i64 = 5_000;
