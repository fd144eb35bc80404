//! One mapping as it is kept: a set of one in canonical SSSOM/TSV, so that nothing of it is lost.

use touchstone_crosswalk::sssom::{Fault, Mapping, MappingSet, Relation, Slot, Standing};
use touchstone_store::{MappingRow, MappingState, StoreError};

use crate::World;

/// What a mapping says, for people and programs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MappingView {
    /// The subject: its IRI, or a literal.
    pub subject: String,
    /// What the subject is called, if it is said.
    pub subject_label: String,
    /// How they relate.
    pub relation: Relation,
    /// Whether it is stated that the relation does not hold.
    pub negated: bool,
    /// The object: its IRI, or a literal.
    pub object: String,
    /// What the object is called, if it is said.
    pub object_label: String,
    /// Why it is believed: the end of a SEMAPV identifier, such as `ManualMappingCuration`.
    pub justification: String,
    /// Who stands behind it by name, as it is stated.
    pub authors: Vec<String>,
    /// Who reviewed it before it came here, as it is stated.
    pub reviewers: Vec<String>,
    /// How sure its author is, from 0 to 1, as it is written.
    pub confidence: Option<String>,
    /// What was said of it.
    pub comment: Option<String>,
}

impl MappingView {
    pub(super) fn of(mapping: &Mapping) -> Self {
        let text = |slot| mapping.one(slot).map(str::to_owned);
        Self {
            subject: mapping.subject().to_owned(),
            subject_label: text(Slot::SubjectLabel).unwrap_or_default(),
            relation: mapping.relation(),
            negated: mapping.is_negated(),
            object: mapping.object().to_owned(),
            object_label: text(Slot::ObjectLabel).unwrap_or_default(),
            justification: justification(mapping).to_owned(),
            authors: mapping.authors().map(str::to_owned).collect(),
            reviewers: mapping.reviewers().map(str::to_owned).collect(),
            confidence: text(Slot::Confidence),
            comment: text(Slot::Comment),
        }
    }
}

/// Whether it is no more than a suggestion here: a program made it, or those who reviewed it disagreed. That somebody agreed with what a
/// program made counts where they vote; in a file anybody can write it.
pub(super) fn is_suggestion(mapping: &Mapping) -> bool {
    !mapping.is_by_person() || mapping.standing() == Standing::Disputed
}

fn justification(mapping: &Mapping) -> &str {
    let iri = mapping.one(Slot::MappingJustification).unwrap_or_default();
    iri.rsplit('/').next().unwrap_or_default()
}

/// Writes a mapping in the words of `set`, whose own mappings do not matter.
pub(super) fn write(set: &MappingSet, mapping: &Mapping) -> Result<String, Fault> {
    let mut alone = set.with_mappings(vec![mapping.clone()]);
    alone.cover();
    alone.canonical()
}

/// Reads what [`write`] wrote: the mapping with the prefixes that it needs.
pub(super) fn read(row: &MappingRow) -> Result<(MappingSet, Mapping), StoreError> {
    let corrupt = || StoreError::Corrupt {
        table: "mapping",
        column: "document",
    };
    let read = MappingSet::read_tsv(row.document.as_bytes()).map_err(|_| corrupt())?;
    let mapping = read.set.mappings().first().ok_or_else(corrupt)?.clone();
    Ok((read.set, mapping))
}

/// A mapping as a new row.
pub(super) fn row(
    world: &World,
    set: &MappingSet,
    mapping: &Mapping,
    of: &NewMapping<'_>,
) -> Result<MappingRow, Fault> {
    let now = world.clock.now();
    let label = |slot| mapping.one(slot).unwrap_or_default().to_owned();
    let stated = (of.state == MappingState::Stated).then(|| of.origin.kept());
    Ok(MappingRow {
        id: world.rng.ordered_uuid(now).to_string(),
        mapping_set: of.set.to_owned(),
        organization: of.organization.clone(),
        document: write(set, mapping)?,
        subject: mapping.subject().to_owned(),
        subject_label: label(Slot::SubjectLabel),
        object: mapping.object().to_owned(),
        object_label: label(Slot::ObjectLabel),
        predicate: mapping.relation().iri(),
        negated: i64::from(mapping.is_negated()),
        state: of.state,
        round: 1,
        proposed_by: of.actor.to_owned(),
        proposed_at: now.unix_millis(),
        decided_at: None,
        review_due: stated.and_then(|_| of.origin.until()),
        stated,
    })
}

/// Whose a new mapping is.
pub(super) struct NewMapping<'a> {
    pub(super) set: &'a str,
    pub(super) organization: &'a touchstone_store::TenantId,
    pub(super) actor: &'a str,
    pub(super) state: MappingState,
    pub(super) origin: Origin,
}

/// Where what is stated was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// In a file from anywhere, or by somebody here.
    Words,
    /// In what an institution here released and signed, good until a moment: whom that names as reviewers voted, since those that files name
    /// are left out.
    Release(i64),
}

impl Origin {
    /// As it is kept beside the mapping.
    pub(super) fn kept(self) -> i64 {
        match self {
            Self::Words => WORDS,
            Self::Release(until) => until,
        }
    }

    /// What is kept beside a mapping. Of what was taken from a release before its end was kept, that end has passed: votes decide.
    pub(super) fn of(kept: i64) -> Self {
        match kept {
            WORDS => Self::Words,
            until => Self::Release(until),
        }
    }

    /// Until when what is stated there is good, if that ends.
    pub(super) fn until(self) -> Option<i64> {
        match self {
            Self::Words => None,
            Self::Release(until) => Some(until),
        }
    }
}

/// Until when what people state is good, if that ends: a release of others is good no longer for being taken over.
pub(super) fn stated_until(row: &MappingRow) -> Option<i64> {
    Origin::of(row.stated?).until()
}

/// No moment of a release.
const WORDS: i64 = 1;
