//! `POST /conformance/bitstring-status-list/ed25519/credentials/status`

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::conformance::set_status as set;
use touchstone_vc::model::StatusPurpose;

use super::problem::{MALFORMED, Problem};
use super::{Of, Room, body};
use crate::ApiError;
use crate::text::sentence;

/// Withdraws or pauses a credential that was issued here, or takes that back.
pub(super) async fn set_status(State(room): Room, Of(instance): Of, bytes: Bytes) -> Response {
    if !instance.has_status {
        return ApiError::no_such_page().into_response();
    }
    let said: ToSet = match body(&bytes) {
        Ok(said) => said,
        Err(problem) => return problem.into_response(),
    };
    let Some(purpose) = StatusPurpose::parse(&said.credential_status.status_purpose) else {
        return Problem::new(MALFORMED, "unknown_purpose")
            .with_detail("There are lists for \"revocation\" and \"suspension\".")
            .at("/credentialStatus/statusPurpose")
            .into_response();
    };
    match set(&room, &said.credential_id, purpose, said.status) {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => ApiError::not_found("no_such_credential")
            .with_detail(sentence(&error.to_string()))
            .into_response(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToSet {
    credential_id: String,
    credential_status: Entry,
    #[serde(default = "is_set")]
    status: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    status_purpose: String,
}

const fn is_set() -> bool {
    true
}
