//! `POST /mappings/ID/invite`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{self, InvitedParty, PartyError};
use touchstone_service::operations::Permission;

use super::told::refused;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Asking another institution to take part in a set.
pub async fn invite(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = InvitedParty {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        institution: posted.fields.text("institution").to_owned(),
        why: posted.fields.text("why").to_owned(),
    };
    match crosswalk::invite(&web.world, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/mappings/{set}")).into_response()),
        Err(error @ (PartyError::NoSuchInstitution | PartyError::Asked)) => {
            refused(&web, &posted, &set, "institution", &error.to_string()).await
        }
        Err(error @ PartyError::Reason) => {
            refused(&web, &posted, &set, "why-invite", &error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}
