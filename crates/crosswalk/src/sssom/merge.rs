//! One set from several: every mapping of all of them, and where they contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Extension, Mapping, MappingSet, Relation};

/// What merging gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// All mappings; of the set itself it says what the first set says. Whoever publishes it gives it an identifier of its own.
    pub set: MappingSet,
    /// Mappings that stood in more than one set, word for word, and stand once now.
    pub repeated: usize,
    /// Pairs on which the sets do not agree. Nothing is decided here: both mappings stay.
    pub conflicts: Vec<Conflict>,
}

/// Two mappings of one pair that cannot both be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The subject of the pair.
    pub subject: String,
    /// The object of the pair.
    pub object: String,
    /// What is said of it, in order: the relation, and whether it is denied.
    pub said: Vec<(Relation, bool)>,
}

/// Merges sets; prefixes that stand for different things get new names.
pub fn merge(sets: &[&MappingSet]) -> Merged {
    let mut merged = sets.first().map(|set| (*set).clone()).unwrap_or_default();
    merged.mappings.clear();
    let mut repeated = 0;
    for set in sets {
        for (name, address) in set.prefixes.iter() {
            declare(&mut merged, name, address);
        }
        for extension in &set.extensions {
            add(&mut merged.extensions, extension);
        }
        for mapping in &set.mappings {
            match merged.mappings.contains(mapping) {
                true => repeated += 1,
                false => merged.mappings.push(mapping.clone()),
            }
        }
    }
    let conflicts = conflicts(&merged.mappings);
    Merged {
        set: merged,
        repeated,
        conflicts,
    }
}

fn declare(set: &mut MappingSet, name: &str, address: &str) {
    let taken: BTreeMap<&str, &str> = set.prefixes.iter().collect();
    if taken.values().any(|known| *known == address) {
        return;
    }
    let free = match taken.contains_key(name) {
        false => name.to_owned(),
        true => {
            let numbered = (2u32..).map(|number| format!("{name}{number}"));
            let mut free = numbered.filter(|name| !taken.contains_key(name.as_str()));
            free.next().unwrap_or_default()
        }
    };
    // A name that was declared elsewhere is a name, and a numbered one is not built in.
    let _ = set.prefixes.declare(&free, address);
}

fn add(known: &mut Vec<Extension>, extension: &Extension) {
    if known
        .iter()
        .all(|other| other.slot_name != extension.slot_name)
    {
        known.push(extension.clone());
    }
}

/// Pairs with a relation and its denial, or with relations that exclude each other.
fn conflicts(mappings: &[Mapping]) -> Vec<Conflict> {
    let mut pairs: BTreeMap<(&str, &str), BTreeSet<(Relation, bool)>> = BTreeMap::new();
    for mapping in mappings.iter().filter(|mapping| !mapping.is_gap()) {
        let said = pairs
            .entry((mapping.subject(), mapping.object()))
            .or_default();
        said.insert((mapping.relation(), mapping.is_negated()));
    }
    let conflicting = pairs.into_iter().filter(|(_, said)| {
        let yes: Vec<&Relation> = said
            .iter()
            .filter(|said| !said.1)
            .map(|said| &said.0)
            .collect();
        let denied = said
            .iter()
            .any(|(relation, no)| *no && yes.contains(&relation));
        denied
            || yes
                .iter()
                .any(|one| yes.iter().any(|other| excludes(one, other)))
    });
    conflicting
        .map(|((subject, object), said)| Conflict {
            subject: subject.to_owned(),
            object: object.to_owned(),
            said: said.into_iter().collect(),
        })
        .collect()
}

/// SKOS S46: exact excludes broad and narrow; and nothing is broader and narrower than the same thing.
fn excludes(one: &Relation, other: &Relation) -> bool {
    matches!(
        (one, other),
        (Relation::Exact, Relation::Broad | Relation::Narrow) | (Relation::Broad, Relation::Narrow)
    )
}

#[cfg(test)]
mod tests {
    use super::super::{MappingDraft, Slot};
    use super::*;

    fn set(prefix: &str, address: &str, relation: Relation, negated: bool) -> MappingSet {
        let draft = MappingDraft::new("https://a.example/1", &relation, &format!("{address}1"));
        let draft = match negated {
            true => draft.with(Slot::PredicateModifier, "Not"),
            false => draft,
        };
        let mut set = MappingSet::default().with_mappings(vec![draft.finish().unwrap()]);
        set.prefixes.declare("A", "https://a.example/").unwrap();
        set.prefixes.declare(prefix, address).unwrap();
        set
    }

    #[test]
    fn a_prefix_that_stands_for_two_things_gets_a_second_name() {
        let one = set("B", "https://b.example/", Relation::Exact, false);
        let other = set("B", "https://c.example/", Relation::Exact, false);
        let merged = merge(&[&one, &other, &one]);
        assert_eq!(merged.repeated, 1);
        let text = merged.set.canonical().unwrap();
        assert!(
            text.contains("#  B: https://b.example/\n#  B2: https://c.example/\n"),
            "{text}"
        );
        let again = MappingSet::read_tsv(text.as_bytes()).unwrap().set;
        assert!(
            again
                .mappings()
                .iter()
                .all(|mapping| merged.set.mappings().contains(mapping))
        );
        assert_eq!(again.mappings().len(), 2);
    }

    #[test]
    fn sets_that_contradict_each_other_are_told_and_both_kept() {
        let yes = set("B", "https://b.example/", Relation::Exact, false);
        for (relation, negated, expect) in [
            (Relation::Exact, true, 1),
            (Relation::Broad, false, 1),
            (Relation::Close, false, 0),
            (Relation::Broad, true, 0),
        ] {
            let merged = merge(&[&yes, &set("B", "https://b.example/", relation, negated)]);
            assert_eq!(merged.conflicts.len(), expect);
            assert_eq!(merged.set.mappings().len(), 2);
        }
    }
}
