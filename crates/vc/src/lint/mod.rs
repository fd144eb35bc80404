//! Will somebody who must act on it understand it? Rules for what an achievement and a credential say.
//!
//! Valid says nothing about legible. Each rule is a file in `rules/`: what must hold, where that is asked for, and how to mend it.
//! A [`Profile`] chooses rules; the answer is *ready* for it, *not ready*, or *undecided*. It is never a certificate of anything.
//!
//! **Invariant:** a fact that was not given is [`Known::Unknown`], and a rule that needs it says so; it never passes for want of a look.
//!
//! Start at [`lint()`]; [`Facts`] says what is looked at.

mod facts;
mod profile;
mod read;
mod report;
mod rules;
pub mod statement;

pub use facts::{
    AlignmentFacts, EndorsementFacts, Facts, IssuerFacts, Known, Learner, LevelFacts, MappingFacts,
    RubricFacts, Snapshot, Stage,
};
pub use profile::{Profile, UnknownProfile};
pub use read::{LintError, Subject};
pub use report::{Judged, LintReport, Readiness};
pub use rules::RULES;

use alloc::string::String;
use alloc::vec::Vec;

/// Judges facts by the rules of a profile, in the order of their numbers.
#[must_use]
pub fn lint(facts: &Facts, profile: Profile) -> LintReport {
    let asked = RULES.iter().filter(|rule| rule.profiles.contains(&profile));
    LintReport {
        profile,
        stage: facts.stage,
        judged: asked
            .map(|rule| Judged {
                rule,
                judgement: (rule.judge)(facts),
            })
            .collect(),
    }
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which does not change: `TS-001`.
    pub id: &'static str,
    /// What it means that it is broken.
    pub severity: Severity,
    /// What must hold.
    pub claim: &'static str,
    /// Who asks for it, and where.
    pub source: &'static str,
    /// How to mend it, where a finding does not say it better.
    pub mend: &'static str,
    /// Who wants it.
    pub profiles: &'static [Profile],
    judge: fn(&Facts) -> Judgement,
}

/// What it means that a rule is broken.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// It is not ready.
    Error,
    /// A reader will miss something.
    Warning,
    /// It could tell more.
    Information,
}

impl Severity {
    /// E, W or I.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Error => "E",
            Self::Warning => "W",
            Self::Information => "I",
        }
    }

    /// A stable name for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// What a rule found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Judgement {
    /// It holds.
    Holds,
    /// It asks for nothing here, for this reason.
    NotApplicable(&'static str),
    /// It could not be decided: these facts were not given.
    Unknown(Vec<Finding>),
    /// It is broken here.
    Broken(Vec<Finding>),
}

/// What was found, where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// The member, by its name in the document: `resultDescription[0].requiredLevel`.
    pub place: String,
    /// What is the matter, as a sentence.
    pub what: String,
    /// How to mend it, as a sentence; empty where the rule's own says it.
    pub mend: String,
}

impl Judgement {
    /// Broken if there are findings.
    fn of(findings: Vec<Finding>) -> Self {
        match findings.is_empty() {
            true => Self::Holds,
            false => Self::Broken(findings),
        }
    }

    fn broken(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Broken(Vec::from([Finding::new(place, what)]))
    }

    fn unknown(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Unknown(Vec::from([Finding::new(place, what)]))
    }

    /// Holds if a text is there; says which document would tell where it is not known.
    fn wants<T>(fact: &Known<T>, place: &'static str, missing: &'static str) -> Self {
        match fact {
            Known::Stated(_) => Self::Holds,
            Known::Absent => Self::broken(place, missing),
            Known::Unknown => Self::unknown(place, NOT_GIVEN),
        }
    }
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
            mend: String::new(),
        }
    }

    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }
}

/// Why most facts are unknown: a credential says less than the document of its version.
const NOT_GIVEN: &str =
    "Not in what was given; the document of the achievement's version would tell.";
