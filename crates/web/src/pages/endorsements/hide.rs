//! Showing an endorsement no more.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{self, Hiding};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /endorsements/ID/hide`
pub async fn hide(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = Hiding {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        id,
    };
    endorsing::hide(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/endorsements/{}", order.id)).into_response())
}
