//! `POST /mappings/ID/MAPPING/vote`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::crosswalk::{self, MappingError, Vote};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Casts the vote of the member's organization.
pub async fn vote(
    State(web): State<Web>,
    Path((set, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Confirm)?;
    let hundredths = posted.fields.text("vote").parse();
    let Ok(hundredths) = hundredths else {
        // A vote that was not chosen is none.
        return done::<()>(&web, &posted, &set, &id, "comment", Err(MappingError::Vote)).await;
    };
    let order = Vote {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        by_member: true,
        set: set.clone(),
        mapping: id.clone(),
        round: posted.fields.text("round").parse().unwrap_or_default(),
        hundredths,
        comment: posted.fields.text("comment").to_owned(),
    };
    done(
        &web,
        &posted,
        &set,
        &id,
        "comment",
        crosswalk::vote(&web.world, &order).await,
    )
    .await
}
