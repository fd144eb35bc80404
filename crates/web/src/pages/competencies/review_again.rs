//! `POST /competencies/ID/VERSION/again`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::competency::{self, ReviewAgain};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Begins another review of a version.
pub async fn review_again(
    State(web): State<Web>,
    Path((id, version)): Path<(String, i64)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = ReviewAgain {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        competency: id.clone(),
        version,
        why: posted.fields.text("why").to_owned(),
    };
    let begun = competency::review_again(&web.world, &order).await;
    done(&web, &posted, &id, Some(version), "why-again", begun).await
}
