//! A role as tasks, and what credentials show about each of them.
//!
//! [`answer()`] reads a person's credentials against a role, task by task and without a score; [`compile`] turns the role into a
//! question that a wallet understands (DCQL). Both go through released mapping sets only, and name those that they used by hash.

mod answer;
mod day;
mod dcql;
mod entities;
mod job_posting;
mod job_wish;
mod markup;
mod posting_lines;
mod sets;

pub use answer::{Gap, Showing, TaskAnswer, Verdict, Via, answer};
pub use day::{Day, DayError};
pub use dcql::{Achievement, Compiled, Format, compile, covering};
pub use job_posting::{JobDraft, JobFault, JobPart, JobStatement, read_job_posting};
pub use job_wish::JobWish;
pub use sets::{Endorsement, Pin, ReleasedSet};

/// A role: what somebody does all day.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Role {
    /// What it is called.
    pub title: String,
    /// Its tasks.
    pub tasks: Vec<Task>,
}

/// One task of a role.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Task {
    /// Its identifier: of a framework, or of the employer's own.
    pub id: String,
    /// In words.
    pub label: String,
    /// Whether the role can be done without it.
    pub need: Need,
    /// The least level, as its place from the bottom (1 is the lowest), if one is asked for.
    pub level: Option<u32>,
    /// The rubric that this is a level of: the address of a competency, or of one release of it. None: levels are compared by their place.
    pub rubric: Option<String>,
    /// Kinds of evidence of which one must be there; none means any.
    pub evidence: Vec<String>,
    /// How many days ago it may have been awarded at most, if that matters.
    pub max_age_days: Option<u32>,
}

impl Task {
    /// Whether its level is one of the rubric of these releases: a place says nothing on another.
    pub fn is_level_of(&self, releases: &[String]) -> bool {
        let Some(rubric) = &self.rubric else {
            return true;
        };
        releases.iter().any(|release| {
            let rest = release.strip_prefix(rubric.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Whether a task must be shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Need {
    Must,
    Nice,
}

/// What was read from a credential, and whether it was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Held {
    /// The credential.
    pub id: String,
    /// What it was awarded for.
    pub achievement: String,
    /// Where that is published, by addresses that are its issuer's own.
    pub addresses: Vec<String>,
    /// What the achievement says it aligns with, by identifier. These are the issuer's own words.
    pub alignments: Vec<String>,
    /// What the check said.
    pub checked: Checked,
    /// The releases of competencies whose rubric its levels are on, by addresses that are its issuer's own.
    pub rubrics: Vec<String>,
    /// Where on its rubric the holder was seen, if it says so.
    pub position: Option<Position>,
    /// Evidence: its kind, and where it is.
    pub evidence: Vec<Evidence>,
    /// Who assessed, if it says so.
    pub assessor: Option<String>,
    /// When it was awarded, if it says so.
    pub awarded: Option<Day>,
}

/// What the check of a credential said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Checked {
    /// It is valid.
    Valid,
    /// It is not.
    Invalid,
    /// Nobody could say.
    Unknown,
}

/// A place on a rubric.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Position {
    /// The rubric.
    pub rubric: String,
    /// The level, in the rubric's words.
    pub name: String,
    /// Its place from the bottom: 1 is the lowest.
    pub place: u32,
    /// How many levels the rubric has.
    pub of: u32,
}

/// A piece of evidence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// Its kind, such as `observation` or `written-test`.
    pub kind: String,
    /// Whether it says so itself; otherwise the kind is only what the piece is called.
    pub genre: bool,
    /// Where it is, if anywhere.
    pub address: Option<String>,
}
