//! `POST /competencies/ID/VERSION/vote`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::competency::{self, CompetencyError, Vote};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Casts the vote of the member's organization.
pub async fn vote(
    State(web): State<Web>,
    Path((id, version)): Path<(String, i64)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Confirm)?;
    let Ok(hundredths) = posted.fields.text("vote").parse() else {
        // A vote that was not chosen is none.
        let none = Err::<(), _>(CompetencyError::Vote);
        return done(&web, &posted, &id, Some(version), "vote-100", none).await;
    };
    let order = Vote {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        by_member: true,
        competency: id.clone(),
        version,
        round: posted.fields.text("round").parse().unwrap_or_default(),
        hundredths,
        comment: posted.fields.text("comment").to_owned(),
    };
    let voted = competency::vote(&web.world, &order).await;
    done(&web, &posted, &id, Some(version), "vote-100", voted).await
}
