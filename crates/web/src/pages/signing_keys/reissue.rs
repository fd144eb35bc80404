//! Issuing anew what rests on a key that was given up.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::operations::{Permission, signing_key};

use super::change::answer;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /signing-keys/ID/reissue`
pub async fn reissue(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let (tenant, actor) = (posted.by.tenant(), &posted.by.member.id);
    let done = signing_key::reissue(&web.world, tenant, &id, actor).await;
    answer(&web, &posted, &id, done.map(drop)).await
}
