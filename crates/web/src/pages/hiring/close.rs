//! `POST /postings/ID/close`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::hiring::{Closing, close_posting};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Takes no more applications.
pub async fn close(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let order = Closing {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        posting: id.clone(),
    };
    close_posting(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/postings/{id}")).into_response())
}
