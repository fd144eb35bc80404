//! Giving a list up.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{self, Cancellation};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /cohorts/ID/cancel`
pub async fn cancel(
    State(web): State<Web>,
    Path(batch): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Cancellation {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        batch,
    };
    issuing::cancel(&web.world, &order).await?;
    Ok(Redirect::to("/cohorts").into_response())
}
