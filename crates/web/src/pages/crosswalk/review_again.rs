//! `POST /mappings/ID/MAPPING/again`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::crosswalk::{self, ReviewAgain};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Beginning another review of a mapping.
pub async fn review_again(
    State(web): State<Web>,
    Path((set, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = ReviewAgain {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        mapping: id.clone(),
        why: posted.fields.text("why").to_owned(),
    };
    done(
        &web,
        &posted,
        &set,
        &id,
        "why-again",
        crosswalk::review_again(&web.world, &order).await,
    )
    .await
}
