//! How versions of a competency stand, and what changed in them, in words.

use touchstone_service::competency::Change;
use touchstone_service::rows::{CompetencyPart, CompetencyState, CompetencyVersionRow};

use crate::templates::Tone;

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
