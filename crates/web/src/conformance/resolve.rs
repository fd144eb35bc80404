//! `GET /1.0/identifiers/DID`: the HTTP binding of DID resolution.

use axum::extract::{Path, Query, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::conformance::resolve as answer;
use touchstone_vc::did::resolution::Asked;

use super::Room;
use crate::edge::Presentable;

/// Resolves a DID, or dereferences a DID URL, which stands percent-encoded in the path. `Accept` chooses the form.
pub(super) async fn resolve(
    State(room): Room,
    Path(url): Path<String>,
    Query(options): Query<Options>,
    headers: HeaderMap,
) -> Response {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let asked = Asked {
        url: &url,
        accept,
        public_key_format: options.public_key_format.as_deref(),
        experimental_key_types: options.enable_experimental_public_key_types,
    };
    let resolution = answer(&room, &asked).await;
    let status = match resolution.error.map(|error| error.http_status()) {
        None => StatusCode::OK,
        Some(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let headers = [
        (CONTENT_TYPE, resolution.media_type),
        (CACHE_CONTROL, "no-store"),
    ];
    let mut response = (status, headers, resolution.body.to_string()).into_response();
    response.extensions_mut().insert(Presentable);
    response
}

/// What did:key can be asked for.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    #[serde(default)]
    public_key_format: Option<String>,
    #[serde(default)]
    enable_experimental_public_key_types: bool,
}
