//! `POST /mappings/ID/join`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{self, Joining, PartyError};
use touchstone_service::operations::Permission;

use super::told::refused;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Joining a set to which one was asked.
pub async fn join(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = Joining {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        why: posted.fields.text("why").to_owned(),
    };
    match crosswalk::join_set(&web.world, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/mappings/{set}")).into_response()),
        Err(error @ PartyError::Reason) => {
            refused(&web, &posted, &set, "why-join", &error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}
