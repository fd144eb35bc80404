//! Governance over time: who answers for a definition, until when, who takes over, and what takes its place when it is no longer used.
//!
//! **Invariant:** what was said before is kept, and every change is an audit line without anybody's name; nothing that was issued or
//! released under a definition changes with it.

mod endings;
mod entrust;
mod institution_then;
mod meaning;
mod no_longer_awarded;
mod no_longer_used;
mod no_longer_used_since;
mod releases;
mod responsibilities;
mod used_elsewhere;

pub use endings::{Ending, EndingKind, endings};
pub use entrust::{EntrustError, Entrusting, entrust};
pub use meaning::{Mapped, Meaning, meaning};
pub(crate) use no_longer_awarded::no_longer_awarded_at;
pub use no_longer_awarded::{NoLongerAwarded, no_longer_awarded};
use no_longer_used::no_longer_used_at;
pub use no_longer_used::{NoLongerUsed, Successor, all_no_longer_used, no_longer_used};
pub use releases::{Release, Releases, published, releases};
pub use responsibilities::{Responsibility, answered_before, responsibilities, responsibility};
pub use used_elsewhere::{SaidOver, said_over, sets_over};

/// A kind of thing for which somebody answers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs)] // The names say it.
pub enum Thing {
    Achievement,
    Role,
    MappingSet,
    Competency,
}

impl Thing {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Achievement,
        Self::Role,
        Self::MappingSet,
        Self::Competency,
    ];

    /// Its name, as stored and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Achievement => "achievement",
            Self::Role => "role",
            Self::MappingSet => "mapping-set",
            Self::Competency => "competency",
        }
    }

    /// Reads a kind by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
