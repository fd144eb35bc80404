//! `POST /staff-page`: opens the page for the institution's own people, or gives it a new address.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::hiring::{self, StaffPageOpening};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Opens it.
pub async fn open_staff_page(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let order = StaffPageOpening {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
    };
    hiring::open_staff_page(&web.world, &order).await?;
    Ok(Redirect::to("/roles#staff").into_response())
}
