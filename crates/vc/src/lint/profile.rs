//! Who is to act on it: each profile chooses rules.

use alloc::string::String;
use core::fmt;

use super::{RULES, Severity};

/// A choice of rules.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Profile {
    /// The mandatory elements of a micro-credential in Europe: Council Recommendation 2022/C 243/02, Annex I.
    EuMc,
    /// A credential that says what somebody did, with evidence and a level.
    TmcApplication,
    /// A credential that says what somebody knows, and does not claim more.
    TmcKnowledge,
    /// The least that makes it findable and comparable in a catalogue that speaks CTDL.
    CtdlMin,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::EuMc,
        Self::TmcApplication,
        Self::TmcKnowledge,
        Self::CtdlMin,
    ];

    /// Its name, as it is written in commands and settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EuMc => "eu-mc",
            Self::TmcApplication => "tmc-application",
            Self::TmcKnowledge => "tmc-knowledge",
            Self::CtdlMin => "ctdl-min",
        }
    }

    /// What it is for, in a few words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::EuMc => {
                "a micro-credential in Europe (Council Recommendation 2022/C 243/02, Annex I)"
            }
            Self::TmcApplication => "shows what somebody did, with evidence and a level",
            Self::TmcKnowledge => "shows what somebody knows, and claims no more",
            Self::CtdlMin => "findable in a catalogue of credentials (CTDL)",
        }
    }

    /// What breaks that, nothing is issued: the text whose hash the log has when it is chosen (`docs/formats/log.md`, `policy-change`).
    #[must_use]
    pub fn gate(self) -> String {
        let asked = RULES.iter().filter(|rule| rule.profiles.contains(&self));
        let decide = asked.filter(|rule| rule.severity == Severity::Error);
        let rules = decide.map(|rule| rule.id);
        let lines = [GATE, self.name()].into_iter().chain(rules);
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// The same where no profile is chosen: `none`, or of an achievement for which that of its institution counts, `as-institution`.
    #[must_use]
    pub fn no_gate(chosen: &str) -> String {
        [GATE, "\n", chosen, "\n"].concat()
    }

    /// The profile of that name.
    pub fn parse(name: &str) -> Result<Self, UnknownProfile> {
        let known = Self::ALL.into_iter().find(|profile| profile.name() == name);
        known.ok_or(UnknownProfile)
    }
}

/// The first line of what a choice of rules means.
const GATE: &str = "touchstone-readiness/1";

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no profile of that name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such profile; there are eu-mc, tmc-application, tmc-knowledge and ctdl-min")]
pub struct UnknownProfile;
