//! `GET /api/v1/competencies/ID`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use touchstone_service::competency::{VersionView, competency};
use utoipa::ToSchema;

use super::{Competency, Party, Rubric};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::v1::mapping_sets::mappings::VoteTally;
use crate::api::v1::roles::Task;
use crate::api::wire::time;
use crate::state::Web;

/// Shows a competency with all that was written, said and released
#[utoipa::path(
    get,
    path = "/api/v1/competencies/{id}",
    tag = "competencies",
    operation_id = "showCompetency",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The competency", body = Shown),
        (status = 404, description = "`competency_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Shown>, ApiError> {
    let found = competency(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("competency_not_found"))?;
    let releases = found.releases.iter().map(|(row, path)| ReleaseShown {
        release: row.number,
        version: row.version,
        why: row.why.clone(),
        url: web.world.site.link(path),
        statement: web
            .world
            .site
            .link(&path.replace(".json", ".statement.json")),
        sha256: row.sha256.clone(),
        released_at: time(row.released_at),
        valid_until: time(row.valid_until),
    });
    Ok(Json(Shown {
        competency: Competency::of(&found.summary),
        joined: found.joined,
        versions: found.versions.iter().map(Version::of).collect(),
        releases: releases.collect(),
    }))
}

/// A competency with all that was written, said and released.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyShown)]
pub(crate) struct Shown {
    #[serde(flatten)]
    competency: Competency,
    /// Whether your institution takes part; otherwise it was only asked.
    joined: bool,
    /// Latest first.
    versions: Vec<Version>,
    /// Latest first.
    releases: Vec<ReleaseShown>,
}

/// A version. Its words never change; how it stands follows from the votes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyVersion)]
pub(crate) struct Version {
    /// Its number, from 1.
    version: i64,
    /// What was written anew in it: `tasks` or `rubric`.
    part: &'static str,
    /// Who wrote it.
    organization: Party,
    /// Why.
    why: String,
    /// When.
    written_at: String,
    /// `proposed`, `agreed` or `refused`.
    state: &'static str,
    /// Which review this is, from 1.
    round: i64,
    /// Until when the agreement is good.
    review_due: Option<String>,
    /// Whether the agreement has ended.
    due: bool,
    /// Its tasks.
    tasks: Vec<Task>,
    /// Its rubric; `null` until the issuer drafts one.
    rubric: Option<Rubric>,
    /// What the votes of the present round amount to.
    tally: VoteTally,
    /// All votes, latest round first.
    votes: Vec<Vote>,
    /// Conflicts of interest that reviewers declared, latest round first.
    conflicts: Vec<Conflict>,
    /// What was said of it, in order.
    comments: Vec<Comment>,
    /// How it is tried out, if it is.
    pilot: Option<PilotShown>,
}

impl Version {
    pub(super) fn of(view: &VersionView) -> Self {
        let row = &view.row;
        let votes = view.ballots.votes.iter().map(|vote| Vote {
            organization: Party::of(&vote.organization),
            round: vote.row.round,
            vote: vote.row.hundredths as f64 / 100.0,
            comment: vote.row.comment.clone(),
            by_member: vote.row.member == 1,
            cast_at: time(vote.row.cast_at),
        });
        let conflicts = view.ballots.conflicts.iter().map(|one| Conflict {
            organization: Party::of(&one.organization),
            round: one.row.round,
            comment: one.row.comment.clone(),
            declared_at: time(one.row.declared_at),
        });
        let comments = view.comments.iter().map(|one| Comment {
            organization: Party::of(&one.organization),
            comment: one.row.said.clone(),
            said_at: time(one.row.said_at),
        });
        Self {
            version: row.number,
            part: row.part.as_str(),
            organization: Party::of(&view.organization),
            why: row.why.clone(),
            written_at: time(row.written_at),
            state: row.state.as_str(),
            round: row.round,
            review_due: row.review_due.map(time),
            due: view.due,
            tasks: view.tasks.iter().map(Task::of).collect(),
            rubric: view.rubric.as_ref().map(Rubric::of),
            tally: VoteTally::of(&view.ballots.tally),
            votes: votes.collect(),
            conflicts: conflicts.collect(),
            comments: comments.collect(),
            pilot: view.pilot.as_ref().map(|pilot| PilotShown {
                achievement: pilot.achievement.clone(),
                until: pilot.until.clone(),
                why: pilot.why.clone(),
                begun_at: time(pilot.begun_at),
            }),
        }
    }
}

/// What one organization voted in one round.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyVote)]
pub(crate) struct Vote {
    /// The organization.
    organization: Party,
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

/// A conflict of interest that a reviewer declared: they have no vote in that round.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyConflict)]
pub(crate) struct Conflict {
    /// The reviewer’s organization.
    organization: Party,
    /// The round.
    round: i64,
    /// In what it lies.
    comment: String,
    /// When.
    declared_at: String,
}

/// What an organization said of a version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyComment)]
pub(crate) struct Comment {
    /// The organization.
    organization: Party,
    /// What was said.
    comment: String,
    /// When.
    said_at: String,
}

/// How a version is tried out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyPilot)]
pub(crate) struct PilotShown {
    /// The achievement of the issuer, by id.
    achievement: String,
    /// The last day on which it is issued.
    until: String,
    /// Why it is tried out.
    why: String,
    /// When it was begun.
    begun_at: String,
}

/// A release. It never changes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyRelease)]
pub(crate) struct ReleaseShown {
    /// Which one, from 1.
    release: i64,
    /// The version that was released.
    version: i64,
    /// Why.
    why: String,
    /// Where the file stands.
    url: String,
    /// Where the signed statement about it stands.
    statement: String,
    /// SHA-256 of the file, in hex.
    sha256: String,
    /// When it was released.
    released_at: String,
    /// When its agreement ends.
    valid_until: String,
}
