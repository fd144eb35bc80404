//! Competencies: what a credential certifies, written together with employers before anything is issued.
//!
//! An employer drafts the tasks from one of its roles, an issuer drafts the rubric, and the bloc (the parties of a mapping set) comments and
//! votes on versions. The issuer tries a version out as a pilot and releases what the votes agree with: a file that never changes, a signed
//! statement, an entry of the log. An agreement ends, and is reviewed again.
//!
//! **Invariants:** the words of a version never change, and each says who wrote it, when and why; each step is an audit line with the same; an
//! organization has one vote on a version in a round, and nobody decides on their own alone (the rule of mapping sets); a release is what
//! the votes agree with, for as long as that is good.
//!
//! Start at [`begin_competency()`], then [`draft_rubric()`], [`vote()`], [`begin_pilot()`], [`release()`].

mod begin_competency;
mod begin_pilot;
mod comment;
mod compare;
mod declare_conflict;
mod document;
mod draft_rubric;
mod draft_tasks;
mod error;
mod look;
mod release;
mod released_as;
mod review_again;
mod rubric;
mod vote;

pub use begin_competency::{CompetencyBeginning, begin_competency};
pub use begin_pilot::{Pilot, PilotError, begin_pilot};
pub use comment::{Comment, comment};
pub use compare::{Change, Comparison, LevelChange, TaskChange, compare};
pub use declare_conflict::{DeclaredConflict, declare_conflict};
pub use draft_rubric::{RubricOrder, draft_rubric};
pub use draft_tasks::{TasksOrder, draft_tasks};
pub use error::CompetencyError;
pub use look::{
    Ballots, CompetencyDetail, CompetencySummary, Organization, Said, VersionView, competencies,
    competency,
};
pub use release::{Release, ReleaseError, Released, is_replaced, release};
pub(crate) use release::{path_of_release, statement_path_of_release};
pub(crate) use released_as::{ReleasedAs, released_as};
pub use review_again::{ReviewAgain, review_again};
pub use rubric::{Rubric, RubricLevel};
pub use vote::{Vote, Voted, vote};
