//! Mapping sets: what means what, proposed, voted on and released.

mod begin;
mod declare_conflict;
mod invite;
mod join;
mod list;
pub(super) mod mappings;
mod propose;
mod release;
mod review_again;
mod show;
mod vote;
mod withdraw;

use axum::extract::DefaultBodyLimit;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{
    MappingError, PartyError, Relation, ReleaseError, SetError, SetSummary, StatementError,
};
use touchstone_service::rows::{MappingRow, MappingState};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::limits::LARGEST_DEFINITIONS;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    let sets = routes!(list::list, begin::begin);
    OpenApiRouter::new()
        .routes(sets.layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)))
        .routes(routes!(show::show))
        .routes(routes!(mappings::list, propose::propose))
        .routes(routes!(mappings::show))
        .routes(routes!(vote::vote))
        .routes(routes!(declare_conflict::declare_conflict))
        .routes(routes!(review_again::review_again))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(release::release))
        .routes(routes!(invite::invite))
        .routes(routes!(join::join))
}

/// A mapping set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingSet {
    /// Its id.
    id: String,
    /// Its short name in addresses.
    slug: String,
    /// Its title.
    title: String,
    /// Under which licence others may use it.
    license: String,
    /// For how many days an agreement is good.
    review_days: i64,
    /// Whether your institution publishes it.
    own: bool,
    /// Whether your institution takes part; otherwise it was only asked.
    joined: bool,
    /// How many mappings there are in each state: `suggested`, `stated`, `proposed`, `agreed`, `refused`, `withdrawn`.
    mappings: std::collections::BTreeMap<&'static str, i64>,
    /// How many agreements have ended.
    due: u64,
    /// The latest released version.
    latest_version: Option<i64>,
}

impl MappingSet {
    fn of(summary: &SetSummary) -> Self {
        let set = &summary.set;
        Self {
            id: set.id.clone(),
            slug: set.slug.clone(),
            title: set.title.clone(),
            license: set.license.clone(),
            review_days: set.review_days,
            own: summary.own,
            joined: summary.joined,
            mappings: summary.counts.clone(),
            due: summary.due,
            latest_version: summary.latest.as_ref().map(|latest| latest.number),
        }
    }
}

/// A mapping of a set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mapping {
    /// Its id.
    id: String,
    /// What is mapped: an IRI, or a literal.
    subject_id: String,
    /// What it is called; empty if it is not said.
    subject_label: String,
    /// How they relate, by IRI.
    predicate_id: String,
    /// Whether it is stated that the relation does not hold.
    negated: bool,
    /// To what: an IRI, or a literal.
    object_id: String,
    /// What that is called; empty if it is not said.
    object_label: String,
    /// `suggested` (a program made it, and nobody has agreed), `stated` (in the file from which the set was taken), `proposed`,
    /// `agreed`, `refused` or `withdrawn`.
    state: &'static str,
    /// Whether its agreement has ended: it has to be reviewed again.
    due: bool,
    /// Which review this is, from 1.
    round: i64,
    /// When it was proposed or taken in.
    proposed_at: String,
    /// Until when the agreement is good.
    review_due: Option<String>,
}

impl Mapping {
    fn of(row: &MappingRow, now: i64) -> Self {
        let agreed = row.state == MappingState::Agreed;
        Self {
            id: row.id.clone(),
            subject_id: row.subject.clone(),
            subject_label: row.subject_label.clone(),
            predicate_id: row.predicate.clone(),
            negated: row.negated == 1,
            object_id: row.object.clone(),
            object_label: row.object_label.clone(),
            state: row.state.as_str(),
            due: agreed && row.review_due.is_some_and(|due| due <= now),
            round: row.round,
            proposed_at: time(row.proposed_at),
            review_due: row.review_due.map(time),
        }
    }
}

/// Something with an id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeId)]
pub(crate) struct Id {
    /// Its id.
    pub(super) id: String,
}

/// A relation by its name or its predicate.
fn relation(text: &str) -> Relation {
    match text {
        "exact" => Relation::Exact,
        "close" => Relation::Close,
        "broad" => Relation::Broad,
        "narrow" => Relation::Narrow,
        "related" => Relation::Related,
        iri => Relation::from_iri(iri),
    }
}

impl From<SetError> for ApiError {
    fn from(error: SetError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            SetError::SlugTaken => Self::conflict("slug_taken").with_detail(said),
            SetError::Slug(_) => Self::unprocessable("faulty_set").with_field("slug", said),
            SetError::Title => Self::unprocessable("faulty_set").with_field("title", said),
            SetError::License => Self::unprocessable("faulty_set").with_field("license", said),
            SetError::ReviewDays => {
                Self::unprocessable("faulty_set").with_field("reviewDays", said)
            }
            SetError::Reason => Self::unprocessable("faulty_set").with_field("why", said),
            SetError::Faulty(faults) => {
                let first = faults.iter().take(MOST_FAULTS);
                first.fold(Self::unprocessable("faulty_file"), |error, fault| {
                    error.with_field(fault.at.to_string(), sentence(&fault.to_string()))
                })
            }
            SetError::TooMany => Self::too_large("too_many_mappings").with_detail(said),
            SetError::Few => Self::unprocessable("faulty_set").with_field("merge", said),
            SetError::NoSuchSet => Self::not_found("mapping_set_not_found"),
            SetError::NotReleased(_) => Self::conflict("not_released").with_detail(said),
            SetError::Ended(_) => Self::conflict("agreement_ended").with_detail(said),
            SetError::Store(error) => error.into(),
        }
    }
}

impl From<MappingError> for ApiError {
    fn from(error: MappingError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            MappingError::NoSuchSet => Self::not_found("mapping_set_not_found"),
            MappingError::NoSuchMapping => Self::not_found("mapping_not_found"),
            MappingError::NotJoined => Self::conflict("not_joined").with_detail(said),
            MappingError::NotShown => Self::conflict("domain_not_shown").with_detail(said),
            MappingError::SameDomain => Self::conflict("same_domain").with_detail(said),
            MappingError::Known => Self::conflict("mapping_known").with_detail(said),
            MappingError::Withdrawn => Self::conflict("mapping_withdrawn").with_detail(said),
            MappingError::NotYours => Self::conflict("not_yours").with_detail(said),
            MappingError::OtherRound => Self::conflict("other_round").with_detail(said),
            MappingError::UnderReview => Self::conflict("under_review").with_detail(said),
            MappingError::Ended => Self::conflict("agreement_ended").with_detail(said),
            MappingError::Conflicted => Self::conflict("conflict_of_interest").with_detail(said),
            MappingError::VotedForAnother => Self::conflict("voted_for_another").with_detail(said),
            MappingError::Declared => Self::conflict("declared_before").with_detail(said),
            MappingError::Itself => {
                Self::unprocessable("faulty_mapping").with_field("objectId", said)
            }
            MappingError::Comment | MappingError::Unexplained => {
                Self::unprocessable("faulty_mapping").with_field("comment", said)
            }
            MappingError::SubjectLabel => {
                Self::unprocessable("faulty_mapping").with_field("subjectLabel", said)
            }
            MappingError::ObjectLabel => {
                Self::unprocessable("faulty_mapping").with_field("objectLabel", said)
            }
            MappingError::Reason => Self::unprocessable("faulty_mapping").with_field("why", said),
            MappingError::Vote => Self::unprocessable("bad_vote").with_field("vote", said),
            MappingError::Faulty(faults) => {
                let first = faults.iter().take(MOST_FAULTS);
                first.fold(Self::unprocessable("faulty_mapping"), |error, fault| {
                    error.with_field(fault.at.to_string(), sentence(&fault.to_string()))
                })
            }
            MappingError::Store(error) => error.into(),
        }
    }
}

/// Why something is done, for the record.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MappingReason)]
pub(crate) struct Reason {
    /// Why; each step has to say so.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    why: String,
}

impl From<ReleaseError> for ApiError {
    fn from(error: ReleaseError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ReleaseError::NoSuchSet => Self::not_found("mapping_set_not_found"),
            ReleaseError::NotYours => Self::conflict("not_yours").with_detail(said),
            ReleaseError::NothingAgreed => Self::conflict("nothing_agreed").with_detail(said),
            ReleaseError::InBetween => Self::conflict("released_in_between").with_detail(said),
            ReleaseError::Statement(StatementError::NoKey) => {
                Self::conflict("no_signing_key").with_detail(said)
            }
            ReleaseError::Reason => Self::unprocessable("faulty_set").with_field("why", said),
            ReleaseError::Faulty(_) => Self::unprocessable("faulty_set").with_detail(said),
            ReleaseError::Store(error) => error.into(),
            ReleaseError::Statement(StatementError::Store(error)) => error.into(),
            error @ ReleaseError::Statement(_) => Self::internal(&error),
        }
    }
}

impl From<PartyError> for ApiError {
    fn from(error: PartyError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            PartyError::NoSuchSet => Self::not_found("mapping_set_not_found"),
            PartyError::NotYours => Self::conflict("not_yours").with_detail(said),
            PartyError::NoSuchInstitution => {
                Self::unprocessable("unknown_institution").with_field("institution", said)
            }
            PartyError::Reason => Self::unprocessable("faulty_set").with_field("why", said),
            PartyError::Asked => Self::conflict("asked_before").with_detail(said),
            PartyError::NotShown => Self::conflict("domain_not_shown").with_detail(said),
            PartyError::SameDomain => Self::conflict("same_domain").with_detail(said),
            PartyError::Joined => Self::conflict("joined_before").with_detail(said),
            PartyError::Store(error) => error.into(),
        }
    }
}

/// More faults are not told at once.
const MOST_FAULTS: usize = 100;
