//! `POST /applications/ID/uncover`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::hiring::{self, Uncovering};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Has a covered name shown.
pub async fn uncover(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let order = Uncovering {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        application: id.clone(),
    };
    if !hiring::uncover(&web.world, &order).await? {
        return Err(ApiError::not_found("application_not_found"));
    }
    Ok(Redirect::to(&format!("/applications/{id}")).into_response())
}
