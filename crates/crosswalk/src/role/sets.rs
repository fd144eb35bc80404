//! Mapping sets that were released, pinned by hash, and who endorses them.

use alloc::sync::Arc;

use super::Day;
use crate::sssom::{Chains, Fault, Mapping, MappingSet, Slot, Step, chains};

/// Which set, in which version: enough to read the same thing again in ten years.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Pin {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over its canonical form.
    pub sha256: String,
}

/// A released set. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ReleasedSet {
    pub(super) set: Arc<MappingSet>,
    pub(super) pin: Pin,
    pub(super) publisher: Option<String>,
    pub(super) endorsements: Vec<Endorsement>,
}

/// Somebody stands by a set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endorsement {
    /// Who.
    pub by: String,
    /// The last day on which it counts, if it ends.
    pub until: Option<Day>,
}

impl ReleasedSet {
    /// Takes a set in; one without identifier and version was never released.
    pub fn new(set: MappingSet, endorsements: Vec<Endorsement>) -> Result<Self, Fault> {
        let missing = [
            (Slot::MappingSetId, set.id()),
            (Slot::MappingSetVersion, set.version()),
        ];
        for (slot, value) in missing {
            if value.is_none() {
                return Err(Fault {
                    at: crate::sssom::Place::Set(Some(slot.name().to_owned())),
                    reason: crate::sssom::Reason::Missing,
                });
            }
        }
        let pin = Pin {
            id: set.id().unwrap_or_default().to_owned(),
            version: set.version().unwrap_or_default().to_owned(),
            sha256: set.sha256()?,
        };
        Ok(Self {
            set: Arc::new(set),
            pin,
            publisher: None,
            endorsements,
        })
    }

    /// The same set, and who released it.
    pub fn released_by(self, publisher: Option<String>) -> Self {
        Self { publisher, ..self }
    }

    /// The same set, and who stands by it.
    pub fn endorsed(self, endorsements: Vec<Endorsement>) -> Self {
        Self {
            endorsements,
            ..self
        }
    }

    /// Which set this is.
    pub fn pin(&self) -> &Pin {
        &self.pin
    }

    /// What it is called, if it says so.
    pub fn title(&self) -> Option<&str> {
        self.set.title()
    }

    /// Its mappings of a thing, or of another: those that have it on one of their sides.
    pub fn about(&self, is_it: impl Fn(&str) -> bool) -> impl Iterator<Item = &Mapping> {
        let mappings = self.set.mappings().iter();
        mappings.filter(move |one| is_it(one.subject()) || is_it(one.object()))
    }

    /// Who stands by it on `day`.
    pub fn endorsed_on(&self, day: Day) -> impl Iterator<Item = &str> {
        let current = self
            .endorsements
            .iter()
            .filter(move |endorsement| endorsement.until.is_none_or(|until| day <= until));
        current.map(|endorsement| endorsement.by.as_str())
    }
}

/// Mappings that are joined at most: further, nobody can follow.
const LONGEST: usize = 3;

/// A mapping of these sets, and the set that it stands in.
pub(super) fn pinned(sets: &[ReleasedSet], step: Step) -> (Mapping, Pin) {
    let released = &sets[step.set];
    let mapping = released.set.mappings()[step.mapping].clone();
    (mapping, released.pin.clone())
}

/// Everything that follows from `subject` through these sets, and through what leads on; and what a mapping that says *Not* stops.
pub(super) fn reach(sets: &[ReleasedSet], subject: &str, lead_on: impl Fn(&str) -> bool) -> Chains {
    let plain: Vec<&MappingSet> = sets.iter().map(|released| &*released.set).collect();
    chains(&plain, subject, LONGEST, lead_on)
}
