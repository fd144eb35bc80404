//! Mapping sets as files that anybody can read, check, chain, fork and hash: SSSOM.
//!
//! Implements [SSSOM 1.1](https://mapping-commons.github.io/sssom/): the model (`spec-model`), SSSOM/TSV with its canonical form
//! (`spec-formats-tsv`) and the JSON that follows the schema. Identifiers are IRIs in memory and CURIEs in files. Shared slots
//! are kept with each mapping ("propagation") and written once per set ("condensation").
//!
//! **Invariant:** a [`MappingSet`] is only made by reading or from mappings that were checked, so every value in it fits its
//! slot; writing it and reading it again gives the same set.

mod canonical;
mod chain;
mod compose;
mod diff;
mod extension;
mod fault;
mod json;
mod mapping;
mod merge;
mod prefixes;
mod read;
mod slot;
mod yaml;

use std::collections::BTreeMap;

pub use chain::{Chain, Chains, Step, Stopped, chains, relation_of_chain};
pub use diff::{Change, SetDiff, SlotChange, diff};
pub use extension::Extension;
pub(crate) use fault::is_date;
pub use fault::{Fault, Notice, Place, Reason};
pub use mapping::{Mapping, MappingDraft, NO_TERM_FOUND, Relation, Standing};
pub use merge::{Conflict, Merged, merge};
pub use prefixes::{PrefixError, Prefixes};
pub use slot::{Kind, Slot};
pub use yaml::YamlError;

/// Values by slot. Identifiers are IRIs, numbers as they were written.
pub(crate) type Values = BTreeMap<Slot, Vec<String>>;

/// A mapping set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MappingSet {
    pub(super) prefixes: Prefixes,
    pub(super) values: Values,
    pub(super) extensions: Vec<Extension>,
    /// Extension values of the set itself, by slot name.
    pub(super) extra: BTreeMap<String, String>,
    pub(super) mappings: Vec<Mapping>,
}

/// A set as it was read, and what its author may want to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The set.
    pub set: MappingSet,
    /// What is lawful, and still deserves a look.
    pub notices: Vec<Notice>,
}

impl MappingSet {
    /// Its identifier, if it has one; a released set has.
    pub fn id(&self) -> Option<&str> {
        self.one(Slot::MappingSetId)
    }

    /// Its version, if it has one.
    pub fn version(&self) -> Option<&str> {
        self.one(Slot::MappingSetVersion)
    }

    /// Its title, or its identifier.
    pub fn title(&self) -> Option<&str> {
        self.one(Slot::MappingSetTitle).or_else(|| self.id())
    }

    /// The only value of a slot of the set itself.
    pub fn one(&self, slot: Slot) -> Option<&str> {
        self.all(slot).first().map(String::as_str)
    }

    /// All values of a slot of the set itself.
    pub fn all(&self, slot: Slot) -> &[String] {
        self.values.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// Its mappings, in the order in which they were read.
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// The prefixes that its file declares.
    pub fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    /// The same set with other mappings.
    pub fn with_mappings(&self, mappings: Vec<Mapping>) -> Self {
        Self {
            mappings,
            ..self.clone()
        }
    }

    /// What keeps the set from being released: a set that others pin has an identifier, a version and a licence.
    pub fn missing_for_release(&self) -> Vec<Slot> {
        let wanted = [Slot::MappingSetId, Slot::MappingSetVersion, Slot::License];
        let missing = wanted.into_iter().filter(|slot| self.one(*slot).is_none());
        missing.collect()
    }
}
