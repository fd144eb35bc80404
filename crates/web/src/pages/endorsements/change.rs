//! `POST /endorsements/ID/again` and `/hide`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{self, Hiding, ask_again, endorsement};
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
    let here = format!("/endorsements/{id}");
    // Pressed twice, it is sent once: the page knows how many mails there were.
    if let Some(seen) = posted.fields.some("mails") {
        let found = endorsement(&web.world, tenant, &id).await?;
        if found.is_some_and(|found| found.request.mails.to_string() != seen) {
            return Ok(Redirect::to(&here).into_response());
        }
    }
    ask_again(&web.world, tenant, actor, &id).await?;
    Ok(Redirect::to(&here).into_response())
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
