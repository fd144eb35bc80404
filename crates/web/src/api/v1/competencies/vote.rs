//! `POST /api/v1/competencies/ID/versions/VERSION/votes`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::competency::{self, CompetencyError, Vote};
use utoipa::ToSchema;

use super::{Stands, number};
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::api::wire::hundredths;
use crate::state::Web;

/// Casts the vote of your institution on a version
///
/// It replaces what your institution voted before in this round. A key is no person: its vote counts, and is not the second pair of
/// eyes that a decision needs.
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/versions/{version}/votes",
    tag = "competencies",
    operation_id = "voteOnCompetency",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The competency’s id"),
        ("version" = i64, Path, description = "The version’s number"),
    ),
    request_body = Wanted,
    responses(
        (status = 200, description = "How it stands now", body = Stands),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `version_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `no_rubric`, `other_round`, `agreement_ended`, `conflict_of_interest`, `voted_for_another`"),
        (status = 422, description = "`bad_vote`, `faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn vote(
    State(web): State<Web>,
    Path((competency, version)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let version = number(&version)?;
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Vote {
                tenant: by.tenant,
                actor: by.actor,
                by_member: false,
                competency,
                version,
                round: said.round,
                hundredths: hundredths(said.vote).ok_or(CompetencyError::Vote)?,
                comment: said.comment,
            };
            let voted = competency::vote(&world, &order).await?;
            Ok(Made::done(Stands::of(&voted)))
        })
        .await
}

/// A vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyVoteWanted)]
pub(crate) struct Wanted {
    /// From -1 (no) to 1 (yes), with at most two decimals.
    #[schema(minimum = -1, maximum = 1)]
    vote: f64,
    /// The round that was looked at.
    round: i64,
    /// Why; a vote has to say so.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    comment: String,
}
