//! `POST /applications/ID/remove`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::hiring::{Removal, remove_application};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Deletes an application that is decided.
pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let order = Removal {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        application: id,
    };
    let posting = remove_application(&web.world, &order).await?;
    let posting = posting.ok_or_else(|| ApiError::not_found("application_not_found"))?;
    Ok(Redirect::to(&format!("/postings/{posting}")).into_response())
}
