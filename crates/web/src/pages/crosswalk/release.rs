//! `POST /mappings/ID/release`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{self, Release, ReleaseError};
use touchstone_service::operations::Permission;

use super::told::refused;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Releasing the next version of a set.
pub async fn release(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Release {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        why: posted.fields.text("why").to_owned(),
    };
    match crosswalk::release(&web.world, &order).await {
        Ok(_) => Ok(Redirect::to(&format!("/mappings/{set}")).into_response()),
        Err(error @ (ReleaseError::NothingAgreed | ReleaseError::InBetween)) => {
            refused(&web, &posted, &set, "state", &error.to_string()).await
        }
        Err(error @ ReleaseError::Reason) => {
            refused(&web, &posted, &set, "why-release", &error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}
