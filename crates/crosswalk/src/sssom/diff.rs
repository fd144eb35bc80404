//! What changed between two versions of a mapping set.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mapping, MappingSet, Slot, Values};

/// The difference of two sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetDiff {
    /// Slots of the set that changed.
    pub set: Vec<SlotChange>,
    /// Mappings that changed, came or went, by subject and object.
    pub mappings: Vec<Change>,
}

/// One mapping that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is new.
    Added(Mapping),
    /// It is gone.
    Removed(Mapping),
    /// Some of its slots changed.
    Changed {
        /// What it was.
        before: Mapping,
        /// What it is.
        after: Mapping,
        /// Which slots.
        slots: Vec<SlotChange>,
    },
}

/// A slot and its values before and after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SlotChange {
    /// Its name: a slot of SSSOM or an extension.
    pub name: String,
    /// Values before.
    pub before: Vec<String>,
    /// Values after.
    pub after: Vec<String>,
}

impl SetDiff {
    /// Whether both say the same.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.mappings.is_empty()
    }
}

/// Says what changed from `before` to `after`. Mappings are the same one if they have one record identifier, or else one subject
/// and object; where a pair has several, equal ones are paired first and the others in their order.
pub fn diff(before: &MappingSet, after: &MappingSet) -> SetDiff {
    let mut found = SetDiff {
        set: changes(
            Slot::OF_SET,
            |slot| before.all(slot),
            |slot| after.all(slot),
        ),
        mappings: Vec::new(),
    };
    found.set.extend(extra_changes(&before.extra, &after.extra));
    let (old, new) = (by_pair(before), by_pair(after));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let mut gone = old.get(key).cloned().unwrap_or_default();
        let came = new.get(key).cloned().unwrap_or_default();
        let mut same = counted(&came);
        gone.retain(|&mapping| !taken(&mut same, mapping));
        let mut before = counted(old.get(key).map_or(&[][..], Vec::as_slice));
        let came = came
            .into_iter()
            .filter(|&mapping| !taken(&mut before, mapping));
        let mut came = came.collect::<Vec<_>>().into_iter();
        for before in gone {
            found.mappings.push(match came.next() {
                Some(after) => changed(before, after),
                None => Change::Removed(before.clone()),
            });
        }
        found
            .mappings
            .extend(came.map(|mapping| Change::Added(mapping.clone())));
    }
    found
}

/// Everything that a mapping says: what makes two of them equal.
type Said<'m> = (&'m Values, &'m BTreeMap<String, String>);

/// How often each of several mappings stands there.
fn counted<'m>(mappings: &[&'m Mapping]) -> BTreeMap<Said<'m>, usize> {
    let mut counts = BTreeMap::new();
    for mapping in mappings {
        *counts.entry((&mapping.values, &mapping.extra)).or_insert(0) += 1;
    }
    counts
}

/// Whether one that says the same was left, which is gone now.
fn taken<'m>(counts: &mut BTreeMap<Said<'m>, usize>, mapping: &'m Mapping) -> bool {
    match counts.get_mut(&(&mapping.values, &mapping.extra)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    }
}

fn by_pair(set: &MappingSet) -> BTreeMap<(&str, &str), Vec<&Mapping>> {
    let mut pairs: BTreeMap<(&str, &str), Vec<&Mapping>> = BTreeMap::new();
    for mapping in &set.mappings {
        let key = match mapping.one(Slot::RecordId) {
            Some(record) => (record, ""),
            None => (mapping.subject(), mapping.object()),
        };
        pairs.entry(key).or_default().push(mapping);
    }
    pairs
}

fn changed(before: &Mapping, after: &Mapping) -> Change {
    let mut slots = changes(
        Slot::OF_MAPPING,
        |slot| before.all(slot),
        |slot| after.all(slot),
    );
    slots.extend(extra_changes(&before.extra, &after.extra));
    Change::Changed {
        before: before.clone(),
        after: after.clone(),
        slots,
    }
}

fn changes<'v>(
    slots: &[Slot],
    before: impl Fn(Slot) -> &'v [String],
    after: impl Fn(Slot) -> &'v [String],
) -> Vec<SlotChange> {
    let differing = slots.iter().filter(|slot| before(**slot) != after(**slot));
    differing
        .map(|slot| SlotChange {
            name: slot.name().to_owned(),
            before: before(*slot).to_vec(),
            after: after(*slot).to_vec(),
        })
        .collect()
}

fn extra_changes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<SlotChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    let values =
        |of: &BTreeMap<String, String>, name: &String| of.get(name).cloned().into_iter().collect();
    differing
        .map(|name| SlotChange {
            name: name.clone(),
            before: values(before, name),
            after: values(after, name),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{MappingDraft, Relation};
    use super::*;

    fn mapping(object: &str, confidence: &str) -> Mapping {
        MappingDraft::new("https://a.example/1", &Relation::Exact, object)
            .with(Slot::Confidence, confidence)
            .finish()
            .unwrap()
    }

    #[test]
    fn a_changed_confidence_is_a_change_and_not_a_mapping_more_and_less() {
        let set = |mappings| MappingSet::default().with_mappings(mappings);
        let before = set(vec![
            mapping("https://b.example/1", "0.5"),
            mapping("https://b.example/2", "1"),
        ]);
        let after = set(vec![
            mapping("https://b.example/1", "0.8"),
            mapping("https://b.example/3", "1"),
        ]);
        let found = diff(&before, &after);
        let [
            Change::Changed { slots, .. },
            Change::Removed(gone),
            Change::Added(new),
        ] = &found.mappings[..]
        else {
            panic!("{:?}", found.mappings);
        };
        assert_eq!(slots[0].name, "confidence");
        assert_eq!(
            (gone.object(), new.object()),
            ("https://b.example/2", "https://b.example/3")
        );
        assert!(diff(&before, &before).is_empty());
    }
}
