//! Competencies: what a credential certifies, written together with employers before anything is issued.

mod begin;
mod begin_pilot;
mod comment;
mod compare;
mod declare_conflict;
mod draft_rubric;
mod draft_tasks;
mod list;
mod release;
mod review_again;
mod show;
mod vote;

use serde::{Deserialize, Serialize};
use touchstone_service::competency::{
    self, CompetencyError, CompetencySummary, Organization, PilotError, ReleaseError, Voted,
};
use touchstone_service::crosswalk::StatementError;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::mapping_sets::mappings::VoteTally;
use crate::ApiError;
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list, begin::begin))
        .routes(routes!(show::show))
        .routes(routes!(compare::compare))
        .routes(routes!(draft_tasks::draft_tasks))
        .routes(routes!(draft_rubric::draft_rubric))
        .routes(routes!(comment::comment))
        .routes(routes!(vote::vote))
        .routes(routes!(declare_conflict::declare_conflict))
        .routes(routes!(review_again::review_again))
        .routes(routes!(begin_pilot::begin_pilot))
        .routes(routes!(release::release))
}

/// A competency.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Competency {
    /// Its id.
    id: String,
    /// Its short name in addresses of the issuer.
    slug: String,
    /// What it is called.
    title: String,
    /// The mapping set whose parties write and vote, by id.
    mapping_set: String,
    /// Who writes the tasks.
    employer: Party,
    /// Who drafts the rubric, tries it out and releases.
    issuer: Party,
    /// The latest version.
    latest_version: i64,
    /// How that stands: `proposed`, `agreed` or `refused`.
    state: &'static str,
    /// Whether the agreement with it has ended: it has to be reviewed again.
    due: bool,
    /// The latest release.
    latest_release: Option<i64>,
    /// When it was begun.
    begun_at: String,
}

impl Competency {
    fn of(summary: &CompetencySummary) -> Self {
        let row = &summary.row;
        Self {
            id: row.id.clone(),
            slug: row.slug.clone(),
            title: row.title.clone(),
            mapping_set: row.mapping_set.clone(),
            employer: Party::of(&summary.employer),
            issuer: Party::of(&summary.issuer),
            latest_version: summary.latest.number,
            state: summary.latest.state.as_str(),
            due: summary.due,
            latest_release: summary.releases.first().map(|release| release.number),
            begun_at: time(row.created_at),
        }
    }
}

/// An organization that takes part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyParty)]
pub(crate) struct Party {
    /// Its short name.
    institution: String,
    /// Its name.
    name: String,
    /// Whether that is your institution.
    own: bool,
}

impl Party {
    fn of(organization: &Organization) -> Self {
        Self {
            institution: organization.slug.clone(),
            name: organization.name.clone(),
            own: organization.own,
        }
    }
}

/// How well somebody does the tasks.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CompetencyRubric)]
pub(crate) struct Rubric {
    /// The level that must be reached, counted from 1.
    #[schema(minimum = 1, maximum = 20)]
    required_level: u32,
    /// At least two, lowest first.
    levels: Vec<Level>,
}

/// A level of a rubric.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyLevel)]
pub(crate) struct Level {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What can be seen at this level and not below it.
    #[schema(min_length = 1, max_length = 2000)]
    description: String,
    /// What was seen of somebody at this level, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10)]
    examples: Vec<String>,
}

impl Level {
    fn of(level: &competency::RubricLevel) -> Self {
        Self {
            name: level.name.clone(),
            description: level.description.clone(),
            examples: level.examples.clone(),
        }
    }
}

impl Rubric {
    fn of(rubric: &competency::Rubric) -> Self {
        Self {
            required_level: rubric.required_level,
            levels: rubric.levels.iter().map(Level::of).collect(),
        }
    }
}

/// A version that was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyDrafted)]
pub(crate) struct Drafted {
    /// Its number.
    version: i64,
}

/// How a version stands after a vote or a declaration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyVoted)]
pub(crate) struct Stands {
    /// `proposed`, `agreed` or `refused`.
    state: &'static str,
    /// What the votes amount to.
    tally: VoteTally,
}

impl Stands {
    fn of(voted: &Voted) -> Self {
        Self {
            state: voted.state.as_str(),
            tally: VoteTally::of(&voted.tally),
        }
    }
}

/// Why something is done, for everybody who takes part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyReason)]
pub(crate) struct Why {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// The number of a version in an address.
fn number(version: &str) -> Result<i64, ApiError> {
    let number = version.parse().ok();
    number.ok_or_else(|| ApiError::not_found("version_not_found"))
}

impl From<CompetencyError> for ApiError {
    fn from(error: CompetencyError) -> Self {
        let said = sentence(&error.to_string());
        let field = match error {
            CompetencyError::NoSuchSet => return Self::not_found("mapping_set_not_found"),
            CompetencyError::NoSuchCompetency => return Self::not_found("competency_not_found"),
            CompetencyError::NoSuchVersion => return Self::not_found("version_not_found"),
            CompetencyError::Store(error) => return error.into(),
            CompetencyError::NotJoined => return Self::conflict("not_joined").with_detail(said),
            CompetencyError::NotShown => {
                return Self::conflict("domain_not_shown").with_detail(said);
            }
            CompetencyError::SameDomain => {
                return Self::conflict("same_domain").with_detail(said);
            }
            CompetencyError::NotEmployer | CompetencyError::NotIssuer => {
                return Self::conflict("not_yours").with_detail(said);
            }
            CompetencyError::SlugTaken => return Self::conflict("slug_taken").with_detail(said),
            CompetencyError::Same => return Self::conflict("unchanged").with_detail(said),
            CompetencyError::NoRubric => return Self::conflict("no_rubric").with_detail(said),
            CompetencyError::InBetween => {
                return Self::conflict("written_in_between").with_detail(said);
            }
            CompetencyError::OtherRound => return Self::conflict("other_round").with_detail(said),
            CompetencyError::Ended => return Self::conflict("agreement_ended").with_detail(said),
            CompetencyError::Conflicted => {
                return Self::conflict("conflict_of_interest").with_detail(said);
            }
            CompetencyError::VotedForAnother => {
                return Self::conflict("voted_for_another").with_detail(said);
            }
            CompetencyError::Declared => {
                return Self::conflict("declared_before").with_detail(said);
            }
            CompetencyError::UnderReview => {
                return Self::conflict("under_review").with_detail(said);
            }
            CompetencyError::Vote => {
                return Self::unprocessable("bad_vote").with_field("vote", said);
            }
            CompetencyError::NoSuchRole => "role".to_owned(),
            CompetencyError::NoSuchIssuer => "issuer".to_owned(),
            CompetencyError::Slug(_) => "slug".to_owned(),
            CompetencyError::Title => "title".to_owned(),
            CompetencyError::Why => "why".to_owned(),
            CompetencyError::Words | CompetencyError::Unexplained => "comment".to_owned(),
            CompetencyError::TooFewLevels | CompetencyError::TooManyLevels => "levels".to_owned(),
            CompetencyError::RequiredLevel => "requiredLevel".to_owned(),
            CompetencyError::LevelName(place) => format!("levels[{}].name", place - 1),
            CompetencyError::LevelDescription(place) => {
                format!("levels[{}].description", place - 1)
            }
            CompetencyError::LevelExamples(place) => format!("levels[{}].examples", place - 1),
        };
        Self::unprocessable("faulty_competency").with_field(field, said)
    }
}

impl From<PilotError> for ApiError {
    fn from(error: PilotError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            PilotError::Until => Self::unprocessable("faulty_pilot").with_field("until", said),
            PilotError::Begun => Self::conflict("pilot_begun").with_detail(said),
            PilotError::Refused => Self::conflict("version_refused").with_detail(said),
            PilotError::Competency(error) => error.into(),
            PilotError::Definition(error) => error.into(),
            PilotError::Version(error) => error.into(),
            PilotError::Store(error) => error.into(),
        }
    }
}

impl From<ReleaseError> for ApiError {
    fn from(error: ReleaseError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ReleaseError::NotAgreed => Self::conflict("not_agreed").with_detail(said),
            ReleaseError::Ended => Self::conflict("agreement_ended").with_detail(said),
            ReleaseError::Before => Self::conflict("released_before").with_detail(said),
            ReleaseError::Replaced => Self::conflict("version_replaced").with_detail(said),
            ReleaseError::InBetween => Self::conflict("released_in_between").with_detail(said),
            ReleaseError::Statement(StatementError::NoKey) => {
                Self::conflict("no_signing_key").with_detail(said)
            }
            ReleaseError::Competency(error) => error.into(),
            ReleaseError::Store(error) | ReleaseError::Statement(StatementError::Store(error)) => {
                error.into()
            }
            error @ ReleaseError::Statement(_) => Self::internal(&error),
        }
    }
}
