//! Reading SSSOM/TSV: the lines with `#`, then a table; or a table and its metadata in a file of their own.
//!
//! SSSOM/TSV, "Structure" to "Non-standard slots". All faults are told at once, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Extension, Fault, Kind, Mapping, MappingSet, Notice, Place, PrefixError, Prefixes, Read,
    Reason, Slot, Values, extension::default_property, prefixes::Expanded, yaml,
};
use crate::table;

impl MappingSet {
    /// Reads a file with its metadata in it.
    pub fn read_tsv(file: &[u8]) -> Result<Read, Vec<Fault>> {
        Self::read_external(file, None)
    }

    /// Reads a file whose metadata may stand in another one ("External metadata mode").
    pub fn read_external(file: &[u8], metadata: Option<&[u8]>) -> Result<Read, Vec<Fault>> {
        let text = text_of(file)?;
        let (block, rest, first) = split(text);
        let outside = metadata.map(text_of).transpose()?;
        let block = match outside {
            Some(text) => text
                .lines()
                .enumerate()
                .map(|(at, line)| (at + 1, line))
                .collect(),
            None => block,
        };
        let node = yaml::read(&block).map_err(|(line, error)| {
            vec![Fault {
                at: Place::Line(line, None),
                reason: error.into(),
            }]
        })?;
        let mut reader = Reader::default();
        reader.metadata(node);
        reader.table(rest, first);
        reader.finish()
    }
}

/// A file as text: UTF-8 without a byte order mark ("Encoding").
pub(super) fn text_of(file: &[u8]) -> Result<&str, Vec<Fault>> {
    let refuse = |line, reason| {
        vec![Fault {
            at: Place::Line(line, None),
            reason,
        }]
    };
    match std::str::from_utf8(file) {
        Ok(text) if text.starts_with('\u{feff}') => Err(refuse(1, Reason::ByteOrderMark)),
        Ok(text) => Ok(text),
        Err(error) => {
            let before = &file[..error.valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            Err(refuse(line, Reason::NotUtf8))
        }
    }
}

/// The metadata block with its line numbers, the table, and the number of the table's first line.
fn split(text: &str) -> (Vec<(usize, &str)>, &str, usize) {
    let mut block = Vec::new();
    let mut rest = text;
    let mut number = 1;
    while let Some(line) = rest.strip_prefix('#') {
        let end = line.find('\n').unwrap_or(line.len());
        block.push((number, line[..end].trim_end_matches('\r')));
        rest = line.get(end + 1..).unwrap_or("");
        number += 1;
    }
    (block, rest, number)
}

/// Most faults that are told at once.
const MOST_FAULTS: usize = 100;

/// Collects a set and what is wrong with it; shared with the JSON form.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) set: MappingSet,
    pub(super) faults: Vec<Fault>,
    pub(super) notices: Vec<Notice>,
    pub(super) undeclared: BTreeSet<String>,
    /// Whether identifiers may be IRIs, as in JSON.
    pub(super) full_iris: bool,
}

/// The values of one mapping, and where its slots stand.
pub(super) type Given = Vec<(String, Vec<String>)>;

impl Reader {
    pub(super) fn refuse(&mut self, at: Place, reason: Reason) {
        self.faults.push(Fault { at, reason });
    }

    fn metadata(&mut self, node: yaml::Node) {
        let yaml::Value::Map(entries) = node.value else {
            self.refuse(Place::Line(node.line, None), Reason::NoMetadata);
            return;
        };
        // Prefixes first: everything else may use them, wherever they stand.
        for (name, node) in entries.iter().filter(|(name, _)| name == "curie_map") {
            let yaml::Value::Map(prefixes) = &node.value else {
                self.refuse(
                    Place::Line(node.line, Some(name.clone())),
                    Reason::NoMetadata,
                );
                continue;
            };
            for (prefix, address) in prefixes {
                let at = Place::Line(address.line, Some(prefix.clone()));
                match &address.value {
                    yaml::Value::Scalar(text) => self.prefix(prefix, text, at),
                    _ => self.refuse(at, Reason::NotAText),
                }
            }
        }
        for (_, node) in entries
            .iter()
            .filter(|(name, _)| name == "extension_definitions")
        {
            let yaml::Value::List(items) = &node.value else {
                continue;
            };
            for item in items {
                let yaml::Value::Map(fields) = &item.value else {
                    self.notices.push(Notice::Definition("?".to_owned()));
                    continue;
                };
                let fields = fields.iter().map(|(key, node)| match &node.value {
                    yaml::Value::Scalar(text) => (key.as_str(), text.as_str()),
                    _ => ("?", ""),
                });
                self.define(fields.collect());
            }
        }
        for (name, node) in entries {
            if name == "curie_map" || name == "extension_definitions" {
                continue;
            }
            let at = Place::Line(node.line, Some(name.clone()));
            match texts(node.value) {
                Some(values) => self.of_set(&name, values, at),
                None => self.refuse(at, Reason::NotAText),
            }
        }
    }

    pub(super) fn prefix(&mut self, name: &str, address: &str, at: Place) {
        match self.set.prefixes.declare(name, address) {
            Ok(()) => {}
            Err(PrefixError::BuiltIn(stands_for)) => {
                self.refuse(at, Reason::BuiltInPrefix(name.to_owned(), stands_for));
            }
            Err(PrefixError::Name) => self.refuse(at, Reason::PrefixName(name.to_owned())),
        }
    }

    /// Takes in a definition of an extension, if it is one ("Support for defined extensions").
    pub(super) fn define(&mut self, fields: BTreeMap<&str, &str>) {
        let name = fields.get("slot_name").copied().unwrap_or("");
        let known = ["slot_name", "property", "type_hint"];
        let iri = |prefixes: &Prefixes, key: &str, default: Option<String>| match fields.get(key) {
            None => Ok(default),
            Some(text) => match prefixes.expand(text) {
                Expanded::Iri(iri) => Ok(Some(iri)),
                _ => Err(()),
            },
        };
        let property = iri(&self.set.prefixes, "property", Some(default_property(name)));
        let type_hint = iri(&self.set.prefixes, "type_hint", None);
        let named = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && !name.contains([':', ' ', '\t']);
        let sound = named && fields.keys().all(|key| known.contains(key));
        match (sound, property, type_hint) {
            (true, Ok(Some(property)), Ok(type_hint)) => self.set.extensions.push(Extension {
                property,
                slot_name: name.to_owned(),
                type_hint,
            }),
            _ => self.notices.push(Notice::Definition(name.to_owned())),
        }
    }

    /// Takes in a slot of the set.
    pub(super) fn of_set(&mut self, name: &str, values: Vec<String>, at: Place) {
        let values: Vec<String> = values
            .into_iter()
            .filter(|value| !value.is_empty())
            .collect();
        if values.is_empty() {
            return;
        }
        let Some(slot) = Slot::find(Slot::OF_SET, name) else {
            if let [value] = &values[..] {
                let value = self.extra(name, value, &at, Slot::OF_SET);
                self.set.extra.insert(name.to_owned(), value);
            } else {
                self.refuse(at, Reason::NotAText);
            }
            return;
        };
        if slot == Slot::SssomVersion {
            // Which version a set needs follows from its slots; it is written again where it is needed.
            if !["1.0", "1.1"].contains(&values[0].as_str()) {
                self.refuse(at, Reason::Version(values[0].clone()));
            }
            return;
        }
        if let Some(values) = self.values(slot, values, &at) {
            self.set.values.insert(slot, values);
        }
    }

    /// Holds values against their slot and makes identifiers whole.
    fn values(&mut self, slot: Slot, values: Vec<String>, at: &Place) -> Option<Vec<String>> {
        if values.len() > 1 && !slot.is_list() {
            self.refuse(at.clone(), Reason::OnlyOne);
            return None;
        }
        let before = self.faults.len();
        let values = values
            .into_iter()
            .map(|value| match slot.kind() {
                Kind::Entity => self.entity(value, at),
                kind => {
                    if let Some(reason) = Reason::of(kind, &value) {
                        self.refuse(at.clone(), reason);
                    }
                    value
                }
            })
            .collect();
        (self.faults.len() == before).then_some(values)
    }

    fn entity(&mut self, text: String, at: &Place) -> String {
        let reason = match self.set.prefixes.expand(&text) {
            Expanded::Iri(iri) => return iri,
            Expanded::Full if self.full_iris => return text,
            Expanded::Full => Reason::FullIri(text.clone()),
            Expanded::Undeclared(prefix) => Reason::UndeclaredPrefix(text.clone(), prefix),
            Expanded::Neither => Reason::NotAnIdentifier(text.clone()),
        };
        self.refuse(at.clone(), reason);
        text
    }

    /// The value of an extension; an undeclared one is named once.
    fn extra(&mut self, name: &str, value: &str, at: &Place, slots: &[Slot]) -> String {
        let declared = self
            .set
            .extensions
            .iter()
            .find(|known| known.slot_name == name);
        match declared {
            Some(extension) if extension.is_entity() => self.entity(value.to_owned(), at),
            Some(_) => value.to_owned(),
            None => {
                if self.undeclared.insert(name.to_owned()) {
                    let nearest = slots.iter().map(|slot| slot.name());
                    let nearest = nearest.filter(|slot| is_near(slot, name)).min();
                    self.notices.push(Notice::Undeclared {
                        at: at.clone(),
                        name: name.to_owned(),
                        nearest: nearest.map(str::to_owned),
                    });
                }
                value.to_owned()
            }
        }
    }

    fn table(&mut self, text: &str, first: usize) {
        let rows = match table::read(text, '\t', first) {
            Ok(rows) => rows,
            Err(error) => {
                self.refuse(Place::Line(error.line(), None), error.into());
                return;
            }
        };
        let mut rows = rows.into_iter();
        let Some(header) = rows.next() else {
            self.refuse(Place::Line(first, None), Reason::NoHeader);
            return;
        };
        let names = header.cells;
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                let place = Place::Line(header.line, Some(name.clone()));
                self.refuse(place, Reason::ColumnTwice);
            }
        }
        for row in rows {
            // Editors drop empty values at the end of a row; a value too many has lost its column.
            if row.cells.len() > names.len() {
                let (found, expected) = (row.cells.len(), names.len());
                self.refuse(
                    Place::Line(row.line, None),
                    Reason::RowLength { found, expected },
                );
                continue;
            }
            let given = names.iter().zip(row.cells).map(|(name, cell)| {
                let list = Slot::find(Slot::OF_MAPPING, name).is_some_and(Slot::is_list);
                let values = match list {
                    true => table::split_list(&cell),
                    false => vec![cell],
                };
                (name.clone(), values)
            });
            let given = given.collect();
            let line = row.line;
            self.mapping(given, &move |name| Place::Line(line, Some(name.to_owned())));
        }
    }

    /// Takes in one mapping.
    pub(super) fn mapping(&mut self, given: Given, place: &dyn Fn(&str) -> Place) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let mut mapping = Mapping {
            values: Values::new(),
            extra: BTreeMap::new(),
        };
        let before = self.faults.len();
        let mut refused = BTreeSet::new();
        for (name, values) in given {
            let values: Vec<String> = values
                .into_iter()
                .filter(|value| !value.is_empty())
                .collect();
            if values.is_empty() {
                continue;
            }
            let at = place(&name);
            match Slot::find(Slot::OF_MAPPING, &name) {
                Some(slot) => match self.values(slot, values, &at) {
                    Some(values) => {
                        mapping.values.insert(slot, values);
                    }
                    None => {
                        refused.insert(slot);
                    }
                },
                None => {
                    let value = self.extra(&name, &values.join("|"), &at, Slot::OF_MAPPING);
                    mapping.extra.insert(name, value);
                }
            }
        }
        // The rules of the class see what the set says for all its mappings, too.
        let mut whole = mapping.values.clone();
        for (slot, values) in self.set.values.iter().filter(|(slot, _)| slot.is_shared()) {
            whole.entry(*slot).or_insert_with(|| values.clone());
        }
        let mut faults = Vec::new();
        Mapping::check(&whole, &|slot| place(slot.name()), &mut faults);
        // A value that was there and did not fit is not missing as well.
        let known = |fault: &Fault| {
            refused.iter().any(|slot| fault.at == place(slot.name()))
                || fault.reason == Reason::NoReviewer && refused.contains(&Slot::ReviewerId)
        };
        self.faults
            .extend(faults.into_iter().filter(|fault| !known(fault)));
        if self.faults.len() == before {
            self.set.mappings.push(mapping);
        }
    }

    /// The set, with what it says for all its mappings handed down to them, or every fault.
    pub(super) fn finish(mut self) -> Result<Read, Vec<Fault>> {
        if !self.faults.is_empty() {
            if self.faults.len() > MOST_FAULTS {
                self.faults.truncate(MOST_FAULTS);
                self.refuse(Place::Set(None), Reason::More);
            }
            return Err(self.faults);
        }
        self.set.propagate();
        for slot in [Slot::MappingSetId, Slot::License] {
            if self.set.one(slot).is_none() {
                self.notices.push(Notice::Incomplete(slot));
            }
        }
        Ok(Read {
            set: self.set,
            notices: self.notices,
        })
    }
}

impl MappingSet {
    /// Hands shared values of the set down to its mappings ("Propagation"), and drops those that every mapping has anyway.
    pub(super) fn propagate(&mut self) {
        if self.mappings.is_empty() {
            return;
        }
        let shared: Vec<Slot> = self
            .values
            .keys()
            .copied()
            .filter(|slot| slot.is_shared())
            .collect();
        for slot in shared {
            let value = self.values.get(&slot).cloned().unwrap_or_default();
            let free = self
                .mappings
                .iter()
                .all(|mapping| mapping.all(slot).is_empty());
            let same = self
                .mappings
                .iter()
                .all(|mapping| mapping.all(slot) == value);
            if free {
                for mapping in &mut self.mappings {
                    mapping.values.insert(slot, value.clone());
                }
            }
            if free || same {
                self.values.remove(&slot);
            }
        }
    }
}

/// A scalar or a list of scalars.
fn texts(value: yaml::Value) -> Option<Vec<String>> {
    match value {
        yaml::Value::Absent => Some(Vec::new()),
        yaml::Value::Scalar(text) => Some(vec![text]),
        yaml::Value::List(items) => items
            .into_iter()
            .map(|item| match item.value {
                yaml::Value::Scalar(text) => Some(text),
                _ => None,
            })
            .collect(),
        yaml::Value::Map(_) => None,
    }
}

/// Whether two names differ by no more than two letters.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (place, against) in other.iter().enumerate() {
            let step = corner + usize::from(letter != against);
            corner = row[place + 1];
            row[place + 1] = step.min(corner + 1).min(row[place] + 1);
        }
    }
    row[other.len()] <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "#curie_map:\n#  A: https://a.example/\n#  B: https://b.example/\n#mapping_set_id: https://a.example/set\n#license: https://creativecommons.org/licenses/by/4.0/\n";
    const COLUMNS: &str =
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\treview_date\n";

    #[track_caller]
    fn check(rows: &str, expect: &[&str]) {
        let file = format!("{HEAD}{COLUMNS}{rows}");
        let faults = MappingSet::read_tsv(file.as_bytes())
            .err()
            .unwrap_or_default();
        let said: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(said, expect);
    }

    #[test]
    fn a_fault_names_line_column_reason_and_the_way_out() {
        check(
            "A:1\tskos:exactMatch\tB:1\tsemapv:ManualMappingCuration\t0.5\t\n",
            &[],
        );
        check(
            "A:1\tskos:exactMatch\tB:1\tsemapv:ManualMappingCuration\t1.5\t\n",
            &["line 7, confidence: 1.5 lies outside 0 to 1: write a number from 0 to 1"],
        );
        check(
            "A:1\tskos:exactMatch\tC:1\tsemapv:ManualMappingCuration\t\t\n\tskos:exactMatch\tB:1\t\t\t2026-02-30\n",
            &[
                "line 7, object_id: `C:1` has the prefix `C`, which is not declared: add it to curie_map",
                "line 8, review_date: `2026-02-30` is no date: write it as 2026-01-31",
                "line 8, mapping_justification: it has no value, and a mapping needs one: fill it in",
                "line 8, subject_id: it has no value, and a mapping needs one: fill it in",
            ],
        );
        check(
            "A:1\tskos:exactMatch\thttps://b.example/1\tsemapv:ManualMappingCuration\t\t2026-02-03\n",
            &[
                "line 7, object_id: `https://b.example/1` is a full IRI: declare a prefix for it in curie_map and write it as prefix:rest",
                "line 7, review_date: there is no reviewer: name one in reviewer_id or reviewer_label, or remove it",
            ],
        );
    }

    #[test]
    fn a_misspelt_column_is_pointed_out() {
        let file = format!(
            "{HEAD}subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidance\nA:1\tskos:exactMatch\tB:1\tsemapv:ManualMappingCuration\t0.9\n"
        );
        let read = MappingSet::read_tsv(file.as_bytes()).unwrap();
        let said: Vec<String> = read.notices.iter().map(Notice::to_string).collect();
        assert_eq!(
            said,
            [
                "line 7, confidance: `confidance` is neither a slot of SSSOM nor declared in extension_definitions; it is kept as an extension (did you mean `confidence`?)"
            ]
        );
    }

    #[test]
    fn a_set_that_is_no_text_is_refused() {
        let faults = MappingSet::read_tsv(b"#a: b\n\xff").unwrap_err();
        assert_eq!(faults[0].at, Place::Line(2, None));
        let faults = MappingSet::read_tsv(b"").unwrap_err();
        assert_eq!(faults[0].reason, Reason::NoHeader);
    }

    #[test]
    fn a_newer_version_is_refused_and_not_guessed_at() {
        let file = format!("#sssom_version: \"2.0\"\n{HEAD}{COLUMNS}");
        let faults = MappingSet::read_tsv(file.as_bytes()).unwrap_err();
        assert_eq!(faults[0].reason, Reason::Version("2.0".into()));
    }
}
