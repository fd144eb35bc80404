//! Letting a member in no longer, or again.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{self, Permission};

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /members/ID/disable`
pub async fn disable(
    web: State<Web>,
    id: Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    if *id == posted.by.member.id {
        posted.by.may(Permission::Administer)?;
        return Err(ApiError::conflict("own_access")
            .with_detail("You cannot take your own access away. Ask another owner."));
    }
    change(web, id, posted, true).await
}

/// `POST /members/ID/enable`
pub async fn enable(
    web: State<Web>,
    id: Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    change(web, id, posted, false).await
}

async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { by, .. }: Posted,
    disabled: bool,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    operations::disable(&web.world, by.tenant(), &id, &by.member.id, disabled).await?;
    Ok(Redirect::to(&format!("/members/{id}")).into_response())
}
