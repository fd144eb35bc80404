//! One set from several: every mapping of all of them, and where they contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Extension, Mapping, MappingSet, Relation};

/// What merging gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// All mappings; of the set itself it says what the first set says. Whoever publishes it gives it an identifier of its own.
    pub set: MappingSet,
    /// For each mapping of the set, in its order: the sets in which it stood, by their places.
    pub from: Vec<Vec<usize>>,
    /// Mappings that stood in more than one set, word for word, and stand once now.
    pub repeated: usize,
    /// Pairs on which the sets do not agree. Nothing is decided here: both mappings stay.
    pub conflicts: Vec<Conflict>,
}

/// Two mappings of one pair that cannot both be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The subject of the pair: of both sides the first by name.
    pub subject: String,
    /// The object of the pair.
    pub object: String,
    /// What is said of it, read from the subject, in order: the relation, and whether it is denied.
    pub said: Vec<(Relation, bool)>,
}

/// Merges sets; prefixes that stand for different things get new names.
pub fn merge(sets: &[&MappingSet]) -> Merged {
    let mut merged = sets.first().map(|set| (*set).clone()).unwrap_or_default();
    merged.mappings.clear();
    let mut repeated = 0;
    let mut known = BTreeMap::new();
    let mut from: Vec<Vec<usize>> = Vec::new();
    for (place, set) in sets.iter().enumerate() {
        for (name, address) in set.prefixes.iter() {
            declare(&mut merged, name, address);
        }
        let renamed = adopt_extensions(&mut merged, set);
        for mapping in &set.mappings {
            let mapping = with_names(mapping, &renamed);
            let said = (mapping.values.clone(), mapping.extra.clone());
            let at = *known.entry(said).or_insert(from.len());
            match from.get_mut(at) {
                Some(before) => {
                    before.push(place);
                    repeated += 1;
                }
                None => {
                    from.push(vec![place]);
                    merged.mappings.push(mapping);
                }
            }
        }
    }
    let conflicts = conflicts(&merged.mappings);
    Merged {
        set: merged,
        from,
        repeated,
        conflicts,
    }
}

pub(super) fn declare(set: &mut MappingSet, name: &str, address: &str) {
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

/// Takes over the extensions of `other`. One whose name stands for another property here gets a name of its own, so that two things never
/// become one; answers which names changed.
pub(super) fn adopt_extensions(
    set: &mut MappingSet,
    other: &MappingSet,
) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    for extension in &other.extensions {
        let same = |known: &&Extension| known.property == extension.property;
        if let Some(known) = set.extensions.iter().find(same) {
            if known.slot_name != extension.slot_name {
                renamed.insert(extension.slot_name.clone(), known.slot_name.clone());
            }
            continue;
        }
        let mut extension = extension.clone();
        let taken = |set: &MappingSet, name: &str| {
            set.extensions.iter().any(|known| known.slot_name == name)
        };
        if taken(set, &extension.slot_name) {
            let numbered = (2u32..).map(|number| format!("{}_{number}", extension.slot_name));
            let mut free = numbered.filter(|name| !taken(set, name));
            let free = free.next().unwrap_or_default();
            renamed.insert(extension.slot_name.clone(), free.clone());
            extension.slot_name = free;
        }
        set.extensions.push(extension);
    }
    renamed
}

/// The mapping with its extension values under their new names.
pub(super) fn with_names(mapping: &Mapping, renamed: &BTreeMap<String, String>) -> Mapping {
    let mut mapping = mapping.clone();
    if !renamed.is_empty() {
        let extra = std::mem::take(&mut mapping.extra).into_iter();
        let extra = extra.map(|(name, value)| (renamed.get(&name).cloned().unwrap_or(name), value));
        mapping.extra = extra.collect();
    }
    mapping
}

/// Pairs with a relation and its denial, or with relations that exclude each other, whichever way round they were written.
fn conflicts(mappings: &[Mapping]) -> Vec<Conflict> {
    let mut pairs: BTreeMap<(&str, &str), BTreeSet<(Relation, bool)>> = BTreeMap::new();
    for mapping in mappings.iter().filter(|mapping| !mapping.is_gap()) {
        let (pair, relation) = in_order(mapping);
        let said = pairs.entry(pair).or_default();
        said.insert((relation, mapping.is_negated()));
    }
    let conflicting = pairs.into_iter().filter(|(_, said)| {
        let yes: Vec<&Relation> = said
            .iter()
            .filter(|said| !said.1)
            .map(|said| &said.0)
            .collect();
        let denied = said
            .iter()
            .any(|(relation, no)| *no && yes.iter().any(|yes| yes.implies(relation)));
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

/// A pair in the order of its names, and how its first side relates to the second. What has no inverse stays as it was written.
fn in_order(mapping: &Mapping) -> ((&str, &str), Relation) {
    let (subject, object) = (mapping.subject(), mapping.object());
    let relation = mapping.relation();
    match relation.inverse() {
        Some(inverse) if object < subject => ((object, subject), inverse),
        _ => ((subject, object), relation),
    }
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

    fn with_extension(property: &str) -> MappingSet {
        let file = format!(
            "#curie_map:\n#  a: https://a.example/\n#extension_definitions:\n#  - slot_name: grade\n#    property: a:{property}\n\
            #    type_hint: xsd:string\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tgrade\n\
            a:{property}\tskos:exactMatch\ta:2\tsemapv:ManualMappingCuration\tgood\n"
        );
        MappingSet::read_tsv(file.as_bytes()).unwrap().set
    }

    #[test]
    fn extensions_of_one_name_that_mean_different_things_stay_two() {
        let (one, other) = (with_extension("x"), with_extension("y"));
        let merged = merge(&[&one, &other]).set;
        let written = merged.canonical().unwrap();
        let read = MappingSet::read_tsv(written.as_bytes()).unwrap().set;
        assert_eq!(read.extensions.len(), 2, "{written}");
        let names: Vec<Vec<&String>> = read
            .mappings
            .iter()
            .map(|one| one.extra.keys().collect())
            .collect();
        assert_ne!(names[0], names[1], "{written}");
        assert_eq!(merge(&[&one, &one]).repeated, 1);
        assert_eq!(merge(&[&one, &one]).set.extensions.len(), 1);
    }

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
        assert_eq!(merged.from, [vec![0, 2], vec![1]]);
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
            // What is exactly the same is nearly the same too.
            (Relation::Close, true, 1),
        ] {
            let merged = merge(&[&yes, &set("B", "https://b.example/", relation, negated)]);
            assert_eq!(merged.conflicts.len(), expect);
            assert_eq!(merged.set.mappings().len(), 2);
        }
    }

    #[test]
    fn sets_that_contradict_each_other_the_other_way_round_are_told() {
        let one = |subject: &str, relation: &Relation, object: &str, negated: bool| {
            let draft = MappingDraft::new(subject, relation, object);
            let draft = match negated {
                true => draft.with(Slot::PredicateModifier, "Not"),
                false => draft,
            };
            MappingSet::default().with_mappings(vec![draft.finish().unwrap()])
        };
        let (a, b) = ("https://a.example/1", "https://b.example/1");
        for (said, turned, negated, expect) in [
            (Relation::Exact, Relation::Exact, true, 1),
            (Relation::Broad, Relation::Broad, false, 1),
            (Relation::Broad, Relation::Narrow, false, 0),
            (Relation::Broad, Relation::Narrow, true, 1),
            (Relation::Broad, Relation::Broad, true, 0),
        ] {
            let sets = [one(a, &said, b, false), one(b, &turned, a, negated)];
            for order in [[&sets[0], &sets[1]], [&sets[1], &sets[0]]] {
                let found = merge(&order).conflicts;
                assert_eq!(found.len(), expect, "{said} {turned} {negated}");
                let mut named = found.iter().map(|one| (&*one.subject, &*one.object));
                assert!(named.all(|pair| pair == (a, b)));
            }
        }
        let broad = one(b, &Relation::Broad, a, false);
        let found = merge(&[&one(a, &Relation::Broad, b, false), &broad]).conflicts;
        assert_eq!(
            found[0].said,
            [(Relation::Broad, false), (Relation::Narrow, false)]
        );
    }
}
