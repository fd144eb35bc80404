//! Sending the link of a request again.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{self, endorsement};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /endorsements/ID/again`
pub async fn ask_again(
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
    endorsing::ask_again(&web.world, tenant, actor, &id).await?;
    Ok(Redirect::to(&here).into_response())
}
