//! The files of the log, byte for byte what `publish` writes, open to every site's scripts.

use axum::extract::{Path, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use touchstone_service::logging;

use crate::ApiError;
use crate::answer::{Cache, public};
use crate::state::Web;

/// `GET /log/checkpoint`
pub async fn checkpoint(State(web): State<Web>, asked: HeaderMap) -> Result<Response, ApiError> {
    serve(&web, "checkpoint", &asked).await
}

/// `GET /log/tile/LEVEL/INDEX` and `GET /log/tile/entries/INDEX`, whole or partial.
pub async fn tile(
    State(web): State<Web>,
    Path(path): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&web, &format!("tile/{path}"), &asked).await
}

/// `GET /log/anchor/SIZE`, what was anchored, and `GET /log/anchor/SIZE.NAME.EXTENSION`, what shows when.
pub async fn anchor(
    State(web): State<Web>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&web, &format!("anchor/{name}"), &asked).await
}

async fn serve(web: &Web, path: &str, asked: &HeaderMap) -> Result<Response, ApiError> {
    let found = logging::file(&web.world, path).await?;
    let found = found.ok_or_else(|| ApiError::not_found("log_file_not_found"))?;
    let cache = if found.immutable {
        Cache::Immutable
    } else {
        Cache::Seconds(1)
    };
    let mut response = public(asked, found.media_type, found.bytes, cache);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    Ok(response)
}
