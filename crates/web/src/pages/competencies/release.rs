//! `POST /competencies/ID/VERSION/release`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::competency::{self, Release, ReleaseError};
use touchstone_service::crosswalk::StatementError;
use touchstone_service::operations::Permission;

use super::told::{done, refused};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Releases a version that the votes agree with.
pub async fn release(
    State(web): State<Web>,
    Path((id, version)): Path<(String, i64)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Release {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        competency: id.clone(),
        version,
        why: posted.fields.text("why").to_owned(),
    };
    let field = "why-release";
    let error = match competency::release(&web.world, &order).await {
        Ok(_) => {
            let here = format!("/competencies/{id}?version={version}");
            return Ok(Redirect::to(&here).into_response());
        }
        Err(error) => error,
    };
    match error {
        ReleaseError::Competency(error) => {
            let refused = Err::<(), _>(error);
            done(&web, &posted, &id, Some(version), field, refused).await
        }
        ReleaseError::Store(error) | ReleaseError::Statement(StatementError::Store(error)) => {
            Err(error.into())
        }
        ReleaseError::Statement(error @ (StatementError::Draft(_) | StatementError::Sign(_))) => {
            Err(ApiError::internal(&error))
        }
        error => refused(&web, &posted, &id, Some(version), field, &error.to_string()).await,
    }
}
