//! How versions of a competency stand, and what changed in them, in words.

use touchstone_service::competency::{Change, CompetencyError};
use touchstone_service::rows::{CompetencyPart, CompetencyState, CompetencyVersionRow};

use crate::ApiError;
use crate::templates::Tone;
use crate::text::sentence;

/// How a version stands.
pub(super) fn state(row: &CompetencyVersionRow, due: bool) -> (Tone, &'static str) {
    match row.state {
        CompetencyState::Agreed if due => (Tone::Warn, "Out of date"),
        CompetencyState::Agreed => (Tone::Pass, "Agreed"),
        CompetencyState::Refused => (Tone::Fail, "Not agreed"),
        CompetencyState::Proposed if row.rubric.is_empty() => (Tone::Wait, "Waits for the rubric"),
        CompetencyState::Proposed => (Tone::Wait, "Waits for votes"),
    }
}

/// What a version wrote anew.
pub(super) fn part(part: CompetencyPart) -> &'static str {
    match part {
        CompetencyPart::Tasks => "Tasks",
        CompetencyPart::Rubric => "Rubric",
    }
}

/// What became of a task or a level.
pub(super) fn change(change: Change) -> &'static str {
    match change {
        Change::Same => "As it was",
        Change::Added => "New",
        Change::Changed => "Changed",
        Change::Gone => "Gone",
    }
}

impl From<CompetencyError> for ApiError {
    fn from(error: CompetencyError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            CompetencyError::NoSuchSet => Self::not_found("mapping_set_not_found"),
            CompetencyError::NoSuchCompetency => Self::not_found("competency_not_found"),
            CompetencyError::NoSuchVersion => Self::not_found("version_not_found"),
            CompetencyError::Store(error) => error.into(),
            CompetencyError::NotJoined => Self::conflict("not_joined").with_detail(said),
            CompetencyError::NotShown => Self::conflict("domain_not_shown").with_detail(said),
            CompetencyError::NotEmployer | CompetencyError::NotIssuer => {
                Self::conflict("not_yours").with_detail(said)
            }
            _ => Self::unprocessable("faulty_competency").with_detail(said),
        }
    }
}
