//! `POST /competencies/ID/VERSION/comments`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::competency::{self, Comment};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Says something of a version.
pub async fn comment(
    State(web): State<Web>,
    Path((id, version)): Path<(String, i64)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Confirm)?;
    let order = Comment {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        competency: id.clone(),
        version,
        said: posted.fields.text("said").to_owned(),
        drawn: posted.fields.drawn(),
    };
    let said = competency::comment(&web.world, &order).await;
    done(&web, &posted, &id, Some(version), "said", said).await
}
