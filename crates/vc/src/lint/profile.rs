//! Who is to act on it: each profile chooses rules.

use core::fmt;

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

    /// The profile of that name.
    pub fn parse(name: &str) -> Result<Self, UnknownProfile> {
        let known = Self::ALL.into_iter().find(|profile| profile.name() == name);
        known.ok_or(UnknownProfile)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no profile of that name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such profile; there are eu-mc, tmc-application, tmc-knowledge and ctdl-min")]
pub struct UnknownProfile;
