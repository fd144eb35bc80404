//! `POST /endorsements/ID/again` and `/hide`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{self, Hiding, ask_again};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Sends the link again.
pub async fn again(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let (tenant, actor) = (posted.by.tenant(), &posted.by.member.id);
    ask_again(&web.world, tenant, actor, &id).await?;
    Ok(Redirect::to(&format!("/endorsements/{id}")).into_response())
}

/// Shows an endorsement no more.
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
