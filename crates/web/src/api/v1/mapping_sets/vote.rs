//! `POST /api/v1/mapping-sets/ID/mappings/MAPPING/votes`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{self, MappingError};
use utoipa::ToSchema;

use super::mappings::VoteTally;
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::api::wire::hundredths;
use crate::state::Web;

/// Casts the vote of your institution
///
/// It replaces what your institution voted before in this round. A key is no person: its vote counts, and is not the second pair of
/// eyes that a decision needs.
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/mappings/{mapping}/votes",
    tag = "crosswalk",
    operation_id = "voteOnMapping",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The set’s id"),
        ("mapping" = String, Path, description = "The mapping’s id"),
    ),
    request_body = Wanted,
    responses(
        (status = 200, description = "How it stands now", body = Voted),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`, `mapping_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `other_round`, `agreement_ended`, `conflict_of_interest`, `voted_for_another`, `mapping_withdrawn`"),
        (status = 422, description = "`bad_vote`, `faulty_mapping`, `wrong_body`"),
    )
)]
pub(crate) async fn vote(
    State(web): State<Web>,
    Path((set, mapping)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = crosswalk::Vote {
                tenant: by.tenant,
                actor: by.actor,
                by_member: false,
                set,
                mapping,
                round: said.round,
                hundredths: hundredths(said.vote).ok_or(MappingError::Vote)?,
                comment: said.comment,
            };
            let voted = crosswalk::vote(&world, &order).await?;
            Ok(Made::done(Voted {
                state: voted.state.as_str(),
                tally: VoteTally::of(&voted.tally),
            }))
        })
        .await
}

/// A vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MappingVoteWanted)]
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

/// How a mapping stands after a vote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappingVoted)]
pub(crate) struct Voted {
    /// Its state.
    pub(super) state: &'static str,
    /// What the votes amount to.
    pub(super) tally: VoteTally,
}
