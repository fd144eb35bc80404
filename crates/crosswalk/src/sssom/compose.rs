//! Putting a set together from mappings that come from several places: an installation's own, a program's, another file's.

use std::collections::BTreeMap;

use super::{Fault, Kind, Mapping, MappingDraft, MappingSet, Place, Reason, Slot, Values, merge};

impl MappingSet {
    /// Says something of the set itself; no values take it back.
    pub fn say(&mut self, slot: Slot, values: &[&str]) -> Result<(), Fault> {
        let refuse = |reason| Fault {
            at: Place::Set(Some(slot.name().to_owned())),
            reason,
        };
        if !Slot::OF_SET.contains(&slot) {
            let words = (slot.name().to_owned(), "a set's slots".to_owned());
            return Err(refuse(Reason::NotAWord(words.0, words.1)));
        }
        if values.len() > 1 && !slot.is_list() {
            return Err(refuse(Reason::OnlyOne));
        }
        for value in values {
            if let Some(reason) = Reason::of(slot.kind(), value) {
                return Err(refuse(reason));
            }
        }
        match values {
            [] => self.values.remove(&slot),
            _ => {
                let texts = values.iter().map(|value| (*value).to_owned());
                self.values.insert(slot, texts.collect())
            }
        };
        Ok(())
    }

    /// Takes over the mappings of `other` with its prefixes and extensions; a name that stands for something else here is changed.
    pub fn adopt(&mut self, other: &Self) {
        for (name, address) in other.prefixes.iter() {
            merge::declare(self, name, address);
        }
        let renamed = merge::adopt_extensions(self, other);
        let adopted = other.mappings.iter();
        self.mappings
            .extend(adopted.map(|mapping| merge::with_names(mapping, &renamed)));
    }

    /// Declares a prefix for every identifier that none of the declared ones fits, so that the set can be written.
    pub fn cover(&mut self) {
        let of_set = self.values.iter();
        let of_mappings = self.mappings.iter().flat_map(|mapping| &mapping.values);
        let entities = of_set.chain(of_mappings);
        let entities = entities.filter(|(slot, _)| slot.kind() == Kind::Entity);
        let iris: Vec<String> = entities.flat_map(|(_, iris)| iris.clone()).collect();
        for iri in &iris {
            self.prefixes.cover(iri);
        }
    }
}

impl Mapping {
    /// The mapping as a draft, to say more of it.
    pub fn to_draft(&self) -> MappingDraft {
        MappingDraft {
            values: self.values.clone(),
            extra: self.extra.clone(),
        }
    }
}

impl MappingDraft {
    /// Takes back what was said in a slot.
    pub fn without(mut self, slot: Slot) -> Self {
        self.values.remove(&slot);
        self
    }

    pub(super) fn into_parts(self) -> (Values, BTreeMap<String, String>) {
        (self.values, self.extra)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sssom::Relation;

    fn mapping(subject: &str, object: &str) -> Mapping {
        let draft = MappingDraft::new(subject, &Relation::Exact, object);
        draft.finish().unwrap()
    }

    #[test]
    fn a_set_of_mappings_without_prefixes_can_be_written_and_read_again() {
        let mut set = MappingSet::default();
        set.say(Slot::MappingSetId, &["https://a.example/sets/1"])
            .unwrap();
        set.say(
            Slot::License,
            &["https://creativecommons.org/licenses/by/4.0/"],
        )
        .unwrap();
        let mut set = set.with_mappings(vec![
            mapping("https://a.example/t/1", "https://b.example/x#2"),
            mapping("urn:uuid:0b0c", "did:web:c.example"),
        ]);
        assert!(set.canonical().is_err());
        set.cover();
        let written = set.canonical().unwrap();
        let read = MappingSet::read_tsv(written.as_bytes()).unwrap().set;
        assert_eq!(read.mappings().len(), 2);
        assert_eq!(read.canonical().unwrap(), written);
        let mut subjects: Vec<&str> = read.mappings().iter().map(Mapping::subject).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["https://a.example/t/1", "urn:uuid:0b0c"]);
    }

    #[test]
    fn what_does_not_fit_a_slot_of_the_set_is_refused() {
        let mut set = MappingSet::default();
        assert!(set.say(Slot::License, &["by"]).is_err());
        assert!(set.say(Slot::SubjectId, &["https://a.example"]).is_err());
        assert!(set.say(Slot::MappingSetTitle, &["a", "b"]).is_err());
        set.say(Slot::MappingSetTitle, &["a"]).unwrap();
        set.say(Slot::MappingSetTitle, &[]).unwrap();
        assert_eq!(set.title(), None);
    }
}
