//! Sending the link of a request again.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing;
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
    // The page knows how many mails there were.
    let seen = posted.fields.text("mails").parse().ok();
    endorsing::ask_again(&web.world, tenant, actor, &id, seen).await?;
    Ok(Redirect::to(&here).into_response())
}
