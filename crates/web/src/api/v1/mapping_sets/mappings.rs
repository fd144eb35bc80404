//! `GET /api/v1/mapping-sets/ID/mappings` and `GET /api/v1/mapping-sets/ID/mappings/MAPPING`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{self, Tally, Wanting};
use touchstone_service::rows::{MappingFilter, MappingState};
use utoipa::{IntoParams, ToSchema};

use super::Mapping;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, limit, word};
use crate::api::wire::time;
use crate::state::Web;

/// Lists the mappings of a set, in the order in which they came
#[utoipa::path(
    get,
    path = "/api/v1/mapping-sets/{id}/mappings",
    tag = "crosswalk",
    operation_id = "listMappings",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The set’s id"), Part),
    responses(
        (status = 200, description = "A page of them", body = Mappings),
        (status = 400, description = "`bad_limit`, `bad_query`"),
        (status = 404, description = "`mapping_set_not_found`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Part>,
) -> Result<Json<Mappings>, ApiError> {
    let now = web.world.clock.now().unix_millis();
    let known = "suggested, stated, proposed, agreed, refused, withdrawn";
    let filter = MappingFilter {
        state: word("state", asked.state.as_deref(), MappingState::parse, known)?,
        about: asked.about,
        due_by: asked.due.unwrap_or_default().then_some(now),
    };
    let most = limit(asked.limit.unwrap_or(50))?;
    let after = asked.after.as_deref();
    let found = crosswalk::mappings(&web.world, &by.tenant, &id, &filter, after, most).await?;
    let found = found.ok_or_else(|| ApiError::not_found("mapping_set_not_found"))?;
    Ok(Json(Mappings {
        mappings: found
            .mappings
            .iter()
            .map(|row| Mapping::of(row, now))
            .collect(),
        next: found.next,
    }))
}

/// Shows a mapping with its votes
#[utoipa::path(
    get,
    path = "/api/v1/mapping-sets/{id}/mappings/{mapping}",
    tag = "crosswalk",
    operation_id = "showMapping",
    security(("key" = ["read"])),
    params(
        ("id" = String, Path, description = "The set’s id"),
        ("mapping" = String, Path, description = "The mapping’s id"),
    ),
    responses(
        (status = 200, description = "The mapping", body = Shown),
        (status = 404, description = "`mapping_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path((set, id)): Path<(String, String)>,
) -> Result<Json<Shown>, ApiError> {
    let found = crosswalk::mapping(&web.world, &by.tenant, &set, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("mapping_not_found"))?;
    let votes = found.votes.iter().map(|vote| Vote {
        organization: vote.organization.clone(),
        round: vote.row.round,
        vote: vote.row.hundredths as f64 / 100.0,
        comment: vote.row.comment.clone(),
        by_member: vote.row.member == 1,
        cast_at: time(vote.row.cast_at),
    });
    Ok(Json(Shown {
        mapping: Mapping::of(&found.row, web.world.clock.now().unix_millis()),
        mapping_justification: found.view.justification.clone(),
        author: found.view.authors.clone(),
        confidence: found.view.confidence.clone(),
        comment: found.view.comment.clone(),
        document: found.row.document.clone(),
        tally: VoteTally::of(&found.tally),
        votes: votes.collect(),
        conflicts: found
            .conflicts
            .iter()
            .map(|one| Conflict {
                organization: one.organization.clone(),
                round: one.row.round,
                comment: one.row.comment.clone(),
                declared_at: time(one.row.declared_at),
            })
            .collect(),
    }))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// In this state.
    state: Option<String>,
    /// About this subject or object.
    about: Option<String>,
    /// Only those whose agreement has ended.
    due: Option<bool>,
    /// What the page before answered as its `next`.
    after: Option<String>,
    /// How many at most; 50 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of mappings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mappings {
    /// In the order in which they came.
    mappings: Vec<Mapping>,
    /// Where the next page starts.
    next: Option<String>,
}

/// A mapping with its votes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingShown)]
pub(crate) struct Shown {
    #[serde(flatten)]
    mapping: Mapping,
    /// How it was found: the end of a SEMAPV identifier.
    mapping_justification: String,
    /// Who stands behind it, as it is stated.
    author: Vec<String>,
    /// How sure its author is, from 0 to 1, as it is written.
    confidence: Option<String>,
    /// What was said of it.
    comment: Option<String>,
    /// The mapping as SSSOM/TSV, a set of one.
    document: String,
    /// What the votes of the present round amount to.
    tally: VoteTally,
    /// All votes, latest round first.
    votes: Vec<Vote>,
    /// Conflicts of interest that reviewers declared, latest round first.
    conflicts: Vec<Conflict>,
}

/// A conflict of interest that a reviewer declared: they have no vote in that round.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingConflict)]
pub(crate) struct Conflict {
    /// The reviewer’s organization.
    organization: String,
    /// The round.
    round: i64,
    /// In what it lies.
    comment: String,
    /// When.
    declared_at: String,
}

/// What one organization said in one round.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingVote)]
pub(crate) struct Vote {
    /// The organization.
    organization: String,
    /// The round.
    round: i64,
    /// From -1 (no) to 1 (yes).
    vote: f64,
    /// Why.
    comment: String,
    /// Whether a person voted who was signed in.
    by_member: bool,
    /// When.
    cast_at: String,
}

/// What votes amount to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingTally)]
pub(crate) struct VoteTally {
    /// Organizations that voted.
    votes: usize,
    /// Votes that are needed.
    needed: usize,
    /// The mean, from -1 to 1.
    agreement: Option<f64>,
    /// What is still wanting: `votes`, `another_person`, `another_organization`, `majority`.
    wanting: Vec<&'static str>,
}

impl VoteTally {
    pub(in crate::api::v1) fn of(tally: &Tally) -> Self {
        let wanting = tally.wanting.iter().map(|wanting| match wanting {
            Wanting::Votes => "votes",
            Wanting::AnotherPerson => "another_person",
            Wanting::AnotherOrganization => "another_organization",
            Wanting::Majority => "majority",
        });
        Self {
            votes: tally.votes,
            needed: tally.needed,
            agreement: tally.agreement.map(|mean| mean as f64 / 100.0),
            wanting: wanting.collect(),
        }
    }
}
