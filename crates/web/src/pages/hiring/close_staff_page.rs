//! `POST /staff-page/close`

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::hiring::{self, StaffPageClosing};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Closes the page for the institution's own people.
pub async fn close_staff_page(
    State(web): State<Web>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let order = StaffPageClosing {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
    };
    hiring::close_staff_page(&web.world, &order).await?;
    Ok(Redirect::to("/roles#staff").into_response())
}
