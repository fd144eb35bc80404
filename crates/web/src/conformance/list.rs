//! `GET /conformance/bitstring-status-list/ed25519/lists/PURPOSE`

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::conformance::status_list;
use touchstone_vc::model::StatusPurpose;

use super::{Of, Room};
use crate::ApiError;

/// A status list as it stands now, signed.
pub(super) async fn list(
    State(room): Room,
    Of(instance): Of,
    Path(asked): Path<Asked>,
) -> Result<Response, ApiError> {
    let purpose = StatusPurpose::parse(&asked.purpose).ok_or_else(ApiError::no_such_page)?;
    let list = status_list(&room, instance, purpose)
        .map_err(|error| ApiError::internal(&error))?
        .ok_or_else(ApiError::no_such_page)?;
    let headers = [
        (CONTENT_TYPE, "application/vc+ld+json"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, list.to_string()).into_response())
}

#[derive(Deserialize)]
pub(super) struct Asked {
    purpose: String,
}
