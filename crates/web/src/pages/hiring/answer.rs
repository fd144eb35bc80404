//! `GET /applications/ID/answer.pdf` and `answer.json`: the answer to take along. Where names are covered, it names nobody.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::operations::Permission;

use super::{one::find, paper};
use crate::ApiError;
use crate::api::ApplicationAnswer;
use crate::pages::audit::file;
use crate::signed_in::SignedIn;
use crate::state::Web;

/// The answer in one of its forms.
pub async fn answer(
    State(web): State<Web>,
    by: SignedIn,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Hire)?;
    let found = find(&web, &by, &id).await?;
    let json = ApplicationAnswer::of(&found);
    let json = serde_json::to_string_pretty(&json).map_err(|error| ApiError::internal(&error))?;
    match name.as_str() {
        "answer.json" => Ok(file("application/json", &name, json)),
        "answer.pdf" => {
            let pdf = paper::drawn(&web, &found, json).await?;
            Ok(file("application/pdf", &name, pdf))
        }
        _ => Err(ApiError::no_such_page()),
    }
}
