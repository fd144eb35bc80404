//! Letting a key sign that was announced.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::operations::{Permission, signing_key};

use super::change::{act, answer};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /signing-keys/ID/activate`
pub async fn activate(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let done = signing_key::activate(&web.world, &act(&posted, &id, "by hand")).await;
    answer(&web, &posted, &id, done.map(drop)).await
}
