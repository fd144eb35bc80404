//! One mapping: what means what, who says so, and how far others agreed.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use super::{Fault, Place, Reason, Slot, Values, fault::number};

/// One mapping. Every value fits its slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub(super) values: Values,
    pub(super) extra: BTreeMap<String, String>,
}

/// "There is nothing that corresponds": a stated gap, and no mapping.
pub const NO_TERM_FOUND: &str = "https://w3id.org/sssom/NoTermFound";
/// The same, as older files write it.
const NO_MAPPING: &str = "https://w3id.org/sssom/NoMapping";

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const SEMAPV: &str = "https://w3id.org/semapv/vocab/";

/// How a subject relates to an object (`predicate_id`).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Relation {
    /// The same.
    Exact,
    /// Nearly the same.
    Close,
    /// The object is broader than the subject.
    Broad,
    /// The object is narrower than the subject.
    Narrow,
    /// Associated somehow.
    Related,
    /// Any other predicate, by IRI.
    Other(String),
}

impl Relation {
    /// The relation that `predicate` names.
    pub fn from_iri(predicate: &str) -> Self {
        match predicate.strip_prefix(SKOS) {
            Some("exactMatch") => Self::Exact,
            Some("closeMatch") => Self::Close,
            Some("broadMatch") => Self::Broad,
            Some("narrowMatch") => Self::Narrow,
            Some("relatedMatch") => Self::Related,
            _ => Self::Other(predicate.to_owned()),
        }
    }

    /// Its predicate.
    pub fn iri(&self) -> String {
        let name = match self {
            Self::Exact => "exactMatch",
            Self::Close => "closeMatch",
            Self::Broad => "broadMatch",
            Self::Narrow => "narrowMatch",
            Self::Related => "relatedMatch",
            Self::Other(iri) => return iri.clone(),
        };
        format!("{SKOS}{name}")
    }

    /// The relation read from the object's side, where that follows.
    pub fn inverse(&self) -> Option<Self> {
        match self {
            Self::Broad => Some(Self::Narrow),
            Self::Narrow => Some(Self::Broad),
            Self::Exact | Self::Close | Self::Related => Some(self.clone()),
            Self::Other(_) => None,
        }
    }

    /// Whether `other` holds wherever this one does: SKOS S42, what is exactly the same is nearly the same too.
    pub fn implies(&self, other: &Self) -> bool {
        self == other || matches!((self, other), (Self::Exact, Self::Close))
    }
}

impl Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Close => "close",
            Self::Broad => "broad",
            Self::Narrow => "narrow",
            Self::Related => "related",
            Self::Other(iri) => iri,
        })
    }
}

/// How far a mapping may be relied on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Standing {
    /// Reviewers disagree with it.
    Disputed,
    /// Made by a program, and no person has agreed yet.
    Suggested,
    /// Stated by a person.
    Stated,
    /// Stated, and a reviewer agrees.
    Reviewed,
}

impl Mapping {
    /// The only value of a slot.
    pub fn one(&self, slot: Slot) -> Option<&str> {
        self.all(slot).first().map(String::as_str)
    }

    /// All values of a slot.
    pub fn all(&self, slot: Slot) -> &[String] {
        self.values.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// Extension values, by slot name.
    pub fn extra(&self) -> &BTreeMap<String, String> {
        &self.extra
    }

    /// The subject: its IRI, or the text of a literal.
    pub fn subject(&self) -> &str {
        let id = self.one(Slot::SubjectId);
        id.or_else(|| self.one(Slot::SubjectLabel)).unwrap_or("")
    }

    /// The object: its IRI, or the text of a literal.
    pub fn object(&self) -> &str {
        let id = self.one(Slot::ObjectId);
        id.or_else(|| self.one(Slot::ObjectLabel)).unwrap_or("")
    }

    /// How they relate, if [`Self::is_negated`] does not say that they do not.
    pub fn relation(&self) -> Relation {
        Relation::from_iri(self.one(Slot::PredicateId).unwrap_or(""))
    }

    /// Whether the mapping states that the relation does *not* hold.
    pub fn is_negated(&self) -> bool {
        self.one(Slot::PredicateModifier).is_some()
    }

    /// Whether the mapping states that one side has no counterpart.
    pub fn is_gap(&self) -> bool {
        [self.subject(), self.object()]
            .iter()
            .any(|side| [NO_TERM_FOUND, NO_MAPPING].contains(side))
    }

    /// How sure its author is, from 0 to 1.
    pub fn confidence(&self) -> Option<f64> {
        self.one(Slot::Confidence).and_then(number)
    }

    /// How far the reviewers agree, from -1 to 1.
    pub fn agreement(&self) -> Option<f64> {
        self.one(Slot::ReviewerAgreement).and_then(number)
    }

    /// Who made it: identifiers, then names.
    pub fn authors(&self) -> impl Iterator<Item = &str> {
        self.people(Slot::AuthorId, Slot::AuthorLabel)
    }

    /// Who reviewed it: identifiers, then names.
    pub fn reviewers(&self) -> impl Iterator<Item = &str> {
        self.people(Slot::ReviewerId, Slot::ReviewerLabel)
    }

    fn people(&self, ids: Slot, labels: Slot) -> impl Iterator<Item = &str> {
        let all = self.all(ids).iter().chain(self.all(labels));
        all.map(String::as_str)
    }

    /// Whether a person made it or decided on it, by its justification.
    pub fn is_by_person(&self) -> bool {
        self.one(Slot::MappingJustification)
            .is_some_and(|justification| {
                let kind = justification.strip_prefix(SEMAPV).unwrap_or("");
                ["ManualMappingCuration", "MappingReview"].contains(&kind)
            })
    }

    /// How far it may be relied on. A reviewer without a stated agreement is one who agreed; agreement 0 is neither.
    pub fn standing(&self) -> Standing {
        let unreviewed = match self.is_by_person() {
            true => Standing::Stated,
            false => Standing::Suggested,
        };
        if self.reviewers().next().is_none() {
            return unreviewed;
        }
        match self.agreement() {
            Some(agreement) if agreement < 0.0 => Standing::Disputed,
            Some(0.0) => unreviewed,
            _ => Standing::Reviewed,
        }
    }

    /// Holds the values against the rules of the class `mapping`; `place` says where a slot stands.
    pub(super) fn check(values: &Values, place: &dyn Fn(Slot) -> Place, faults: &mut Vec<Fault>) {
        let has = |slot: Slot| values.get(&slot).is_some_and(|values| !values.is_empty());
        let mut fault = |slot: Slot, reason: Reason| {
            faults.push(Fault {
                at: place(slot),
                reason,
            });
        };
        for slot in [Slot::PredicateId, Slot::MappingJustification] {
            if !has(slot) {
                fault(slot, Reason::Missing);
            }
        }
        let sides = [
            (Slot::SubjectId, Slot::SubjectType, Slot::SubjectLabel),
            (Slot::ObjectId, Slot::ObjectType, Slot::ObjectLabel),
        ];
        for (id, kind, label) in sides {
            let literal = values
                .get(&kind)
                .is_some_and(|kinds| kinds.iter().any(|kind| kind == "rdfs literal"));
            if literal && !has(label) {
                fault(label, Reason::MissingLiteral);
            } else if !literal && !has(id) {
                fault(id, Reason::Missing);
            }
        }
        let reviewed = has(Slot::ReviewerId) || has(Slot::ReviewerLabel);
        for slot in [Slot::ReviewDate, Slot::ReviewerAgreement] {
            if has(slot) && !reviewed {
                fault(slot, Reason::NoReviewer);
            }
        }
        for (slot, found) in values {
            let side = [Slot::SubjectId, Slot::ObjectId].contains(slot);
            if !side
                && slot.kind() == super::Kind::Entity
                && found.iter().any(|iri| iri == NO_TERM_FOUND)
            {
                fault(
                    *slot,
                    Reason::NoTermElsewhere("sssom:NoTermFound".to_owned()),
                );
            }
        }
    }
}

/// A mapping that is being written: by a page, a program or a chain.
#[derive(Clone, Debug, Default)]
pub struct MappingDraft {
    pub(super) values: Values,
    pub(super) extra: BTreeMap<String, String>,
}

impl MappingDraft {
    /// Begins a mapping of two IRIs, by hand.
    pub fn new(subject: &str, relation: &Relation, object: &str) -> Self {
        Self::default()
            .with(Slot::SubjectId, subject)
            .with(Slot::PredicateId, &relation.iri())
            .with(Slot::ObjectId, object)
            .with(
                Slot::MappingJustification,
                &format!("{SEMAPV}ManualMappingCuration"),
            )
    }

    /// Sets a slot. Identifiers are IRIs; a list is set with several calls of [`Self::and`].
    pub fn with(mut self, slot: Slot, value: &str) -> Self {
        self.values.insert(slot, vec![value.to_owned()]);
        self
    }

    /// Adds to a list.
    pub fn and(mut self, slot: Slot, value: &str) -> Self {
        self.values.entry(slot).or_default().push(value.to_owned());
        self
    }

    /// Says why the mapping is believed: the end of a SEMAPV identifier, such as `LexicalMatching`.
    pub fn justified_by(self, kind: &str) -> Self {
        self.with(Slot::MappingJustification, &format!("{SEMAPV}{kind}"))
    }

    /// The mapping, if every value fits.
    pub fn finish(self) -> Result<Mapping, Vec<Fault>> {
        let mut faults = Vec::new();
        let place = |slot: Slot| Place::Record(0, Some(slot.name().to_owned()));
        for (slot, values) in &self.values {
            let mut refuse = |reason| {
                faults.push(Fault {
                    at: place(*slot),
                    reason,
                });
            };
            if !Slot::OF_MAPPING.contains(slot) {
                refuse(Reason::NotAWord(
                    slot.name().to_owned(),
                    "a mapping's slots".to_owned(),
                ));
            }
            if values.len() > 1 && !slot.is_list() {
                refuse(Reason::OnlyOne);
            }
            for value in values {
                if let Some(reason) = Reason::of(slot.kind(), value) {
                    refuse(reason);
                }
                if slot.kind() == super::Kind::Entity && !super::fault::has_scheme(value) {
                    refuse(Reason::NotAUri(value.clone()));
                }
            }
        }
        Mapping::check(&self.values, &place, &mut faults);
        match faults.is_empty() {
            true => {
                let (values, extra) = self.into_parts();
                Ok(Mapping { values, extra })
            }
            false => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> MappingDraft {
        MappingDraft::new(
            "https://a.example/1",
            &Relation::Exact,
            "https://b.example/2",
        )
    }

    #[test]
    fn a_review_date_without_a_reviewer_is_refused() {
        let faults = draft()
            .with(Slot::ReviewDate, "2026-01-31")
            .finish()
            .unwrap_err();
        assert_eq!(faults[0].reason, Reason::NoReviewer);
        assert!(
            draft()
                .with(Slot::ReviewDate, "2026-01-31")
                .and(Slot::ReviewerLabel, "Ana Ruiz")
                .finish()
                .is_ok()
        );
    }

    #[test]
    fn agreement_lies_between_minus_one_and_one() {
        let with = |agreement| {
            draft()
                .and(Slot::ReviewerLabel, "Ana Ruiz")
                .with(Slot::ReviewerAgreement, agreement)
                .finish()
        };
        assert!(with("-1").is_ok());
        assert_eq!(
            with("1.01").unwrap_err()[0].reason,
            Reason::OutOfRange("1.01".into(), -1, 1)
        );
        assert_eq!(
            with("NaN").unwrap_err()[0].reason,
            Reason::NotANumber("NaN".into())
        );
    }

    #[test]
    fn a_mapping_that_a_program_made_stays_suggested_until_somebody_agrees() {
        let machine = draft().justified_by("LexicalMatching");
        assert_eq!(
            machine.clone().finish().unwrap().standing(),
            Standing::Suggested
        );
        let asked = machine.and(Slot::ReviewerLabel, "Ana Ruiz");
        let at = |agreement| {
            let draft = asked.clone().with(Slot::ReviewerAgreement, agreement);
            draft.finish().unwrap().standing()
        };
        assert_eq!(at("0.0"), Standing::Suggested);
        assert_eq!(at("0.7"), Standing::Reviewed);
        assert_eq!(at("-0.2"), Standing::Disputed);
        assert_eq!(draft().finish().unwrap().standing(), Standing::Stated);
    }
}
