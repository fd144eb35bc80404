//! `GET /applications/ID/answer.pdf`, `answer.json` and `ler-rs.json`: the answer, or what was sent, to take along. Where names are covered, it names nobody.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::hiring::ler_rs;
use touchstone_service::operations::Permission;

use super::{
    one::{covered, find},
    paper,
};
use crate::ApiError;
use crate::answer::file;
use crate::api::ApplicationAnswer;
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
    let json = ApplicationAnswer::of(&found.application);
    let json = serde_json::to_string_pretty(&json).map_err(|error| ApiError::internal(&error))?;
    match name.as_str() {
        "ler-rs.json" => {
            let document = ler_rs(&web.world, &found).await?.ok_or_else(covered)?;
            let text = format!("{document:#}\n");
            Ok(file("application/json", &name, text))
        }
        "answer.json" => Ok(file("application/json", &name, json)),
        "answer.pdf" => {
            let pdf = paper::of_application(&web, &found.application, json).await?;
            Ok(file("application/pdf", &name, pdf))
        }
        _ => Err(ApiError::no_such_page()),
    }
}
