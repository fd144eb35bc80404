//! `GET /endorse/TOKEN`

use axum::extract::{Path, State};
use axum::response::Response;

use super::{again, show::Typed};
use crate::ApiError;
use crate::state::Web;

/// Who asks, exactly what one would endorse, and the ways to answer; or what was answered.
pub async fn open(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, ApiError> {
    again(&web, &token, &Typed::default(), None).await
}
