//! The canonical form of a mapping set, and the hash over it that a credential's reading pins.
//!
//! SSSOM/TSV, "Canonical SSSOM/TSV format": one way to write a set, so that the same set always gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{Fault, Kind, Mapping, MappingSet, Place, Reason, Slot, Values, fault::number, yaml};
use crate::table;

impl MappingSet {
    /// Writes the set as canonical SSSOM/TSV.
    pub fn canonical(&self) -> Result<String, Fault> {
        let mut used = BTreeSet::new();
        let condensed = self.condensed();
        let table = condensed.table(&mut used)?;
        let mut body = String::new();
        for slot in Slot::OF_SET {
            if *slot == Slot::SssomVersion {
                if condensed.is_new() {
                    body.push_str("#sssom_version: \"1.1\"\n");
                }
                continue;
            }
            let values = condensed.all(*slot);
            if values.is_empty() {
                continue;
            }
            let place = || Place::Set(Some(slot.name().to_owned()));
            let texts = values
                .iter()
                .map(|value| self.written(*slot, value, &place, &mut used))
                .collect::<Result<Vec<_>, _>>()?;
            write_entry(&mut body, slot.name(), &texts, *slot);
        }
        condensed.write_extensions(&mut body, &mut used)?;
        let mut out = String::new();
        // Where the version stands first, the prefixes follow it: the order of the class.
        let (version, body) = match body.strip_prefix("#sssom_version: \"1.1\"\n") {
            Some(rest) => ("#sssom_version: \"1.1\"\n", rest),
            None => ("", body.as_str()),
        };
        out.push_str(version);
        if !used.is_empty() {
            out.push_str("#curie_map:\n");
            for (name, address) in self
                .prefixes
                .iter()
                .filter(|(name, _)| used.contains(*name))
            {
                out.push_str("#  ");
                yaml::write_scalar(&mut out, name, true);
                out.push_str(": ");
                yaml::write_scalar(&mut out, address, true);
                out.push('\n');
            }
        }
        out.push_str(body);
        out.push_str(&table);
        Ok(out)
    }

    /// SHA-256 over [`Self::canonical`], in lower-case hexadecimal.
    pub fn sha256(&self) -> Result<String, Fault> {
        let canonical = self.canonical()?;
        let hash = Sha256::digest(canonical.as_bytes());
        Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Says shared values once, for the whole set ("Condensation").
    pub(super) fn condensed(&self) -> Self {
        let mut set = self.clone();
        let Some(first) = self.mappings.first() else {
            return set;
        };
        for slot in Slot::OF_SET.iter().copied().filter(|slot| slot.is_shared()) {
            let value = first.all(slot).to_vec();
            let same = !value.is_empty()
                && self
                    .mappings
                    .iter()
                    .all(|mapping| mapping.all(slot) == value)
                && (self.all(slot).is_empty() || self.all(slot) == value);
            if same {
                for mapping in &mut set.mappings {
                    mapping.values.remove(&slot);
                }
                set.values.insert(slot, value);
            }
        }
        set
    }

    /// Whether the set uses anything that came with SSSOM 1.1.
    fn is_new(&self) -> bool {
        let words = |values: &Values| {
            let mut all = values.values().flatten();
            all.any(|value| value == "composed entity expression" || value == "0:0")
        };
        let of_set = self.values.keys().any(|slot| slot.is_new(true));
        let of_mapping = |mapping: &Mapping| {
            mapping.values.keys().any(|slot| slot.is_new(false)) || words(&mapping.values)
        };
        of_set || words(&self.values) || self.mappings.iter().any(of_mapping)
    }

    /// A value as a file writes it.
    pub(super) fn written(
        &self,
        slot: Slot,
        value: &str,
        place: &dyn Fn() -> Place,
        used: &mut BTreeSet<String>,
    ) -> Result<String, Fault> {
        match slot.kind() {
            Kind::Entity => self.short(value, place, used),
            Kind::Number(..) => Ok(rounded(value)),
            _ => Ok(value.to_owned()),
        }
    }

    fn short(
        &self,
        iri: &str,
        place: &dyn Fn() -> Place,
        used: &mut BTreeSet<String>,
    ) -> Result<String, Fault> {
        self.prefixes.contract(iri, used).ok_or_else(|| Fault {
            at: place(),
            reason: Reason::NoPrefix(iri.to_owned()),
        })
    }

    fn table(&self, used: &mut BTreeSet<String>) -> Result<String, Fault> {
        let filled = |slot: &Slot| {
            self.mappings.iter().any(|mapping| !mapping.all(*slot).is_empty())
                // A table without mappings still says what it would hold.
                || self.mappings.is_empty() && NEEDED.contains(slot)
        };
        let columns: Vec<Slot> = Slot::OF_MAPPING.iter().copied().filter(filled).collect();
        let extra = self.extra_columns();
        let mut rows = Vec::new();
        for (at, mapping) in self.mappings.iter().enumerate() {
            let mut cells = Vec::new();
            for slot in &columns {
                let place = || Place::Record(at, Some(slot.name().to_owned()));
                let values = mapping
                    .all(*slot)
                    .iter()
                    .map(|value| self.written(*slot, value, &place, used))
                    .collect::<Result<Vec<_>, _>>()?;
                cells.push(match slot.is_list() {
                    true => table::join_list(&values),
                    false => values.concat(),
                });
            }
            for name in &extra {
                let value = mapping.extra.get(*name).map_or("", String::as_str);
                cells.push(self.extra_value(name, value, used)?);
            }
            rows.push(cells);
        }
        rows.sort();
        let mut out = String::new();
        let names = columns.iter().map(|slot| slot.name());
        table::write(&mut out, '\t', names.chain(extra.iter().copied()));
        for row in &rows {
            table::write(&mut out, '\t', row.iter().map(String::as_str));
        }
        Ok(out)
    }

    /// Extension columns, by their property.
    fn extra_columns(&self) -> Vec<&str> {
        let used: BTreeSet<&str> = self
            .mappings
            .iter()
            .flat_map(|mapping| mapping.extra.keys().map(String::as_str))
            .collect();
        let mut columns: Vec<&str> = used.into_iter().collect();
        columns.sort_by_key(|name| self.property(name));
        columns
    }

    pub(super) fn property(&self, name: &str) -> String {
        let declared = self.extensions.iter().find(|known| known.slot_name == name);
        declared.map_or_else(
            || super::extension::default_property(name),
            |extension| extension.property.clone(),
        )
    }

    pub(super) fn extra_value(
        &self,
        name: &str,
        value: &str,
        used: &mut BTreeSet<String>,
    ) -> Result<String, Fault> {
        let declared = self.extensions.iter().find(|known| known.slot_name == name);
        match declared.is_some_and(super::Extension::is_entity) && !value.is_empty() {
            true => self.short(value, &|| Place::Set(Some(name.to_owned())), used),
            false => Ok(value.to_owned()),
        }
    }

    fn write_extensions(&self, out: &mut String, used: &mut BTreeSet<String>) -> Result<(), Fault> {
        let in_use: BTreeSet<&String> = self
            .mappings
            .iter()
            .flat_map(|mapping| mapping.extra.keys())
            .chain(self.extra.keys())
            .collect();
        let mut definitions = self.extensions.clone();
        definitions.retain(|extension| in_use.contains(&extension.slot_name));
        definitions.sort();
        if !definitions.is_empty() {
            out.push_str("#extension_definitions:\n");
        }
        let place = || Place::Set(Some("extension_definitions".to_owned()));
        for extension in definitions {
            out.push_str("#  - slot_name: ");
            yaml::write_scalar(out, &extension.slot_name, true);
            out.push('\n');
            // A property that the reader makes up by itself has no prefix, and needs none.
            if extension.property != super::extension::default_property(&extension.slot_name) {
                let property = self.short(&extension.property, &place, used)?;
                out.push_str(&format!("#    property: {property}\n"));
            }
            if let Some(hint) = &extension.type_hint {
                let hint = self.short(hint, &place, used)?;
                out.push_str(&format!("#    type_hint: {hint}\n"));
            }
        }
        let by_property: BTreeMap<String, (&String, &String)> = self
            .extra
            .iter()
            .map(|(name, value)| (self.property(name), (name, value)))
            .collect();
        for (name, value) in by_property.into_values() {
            out.push('#');
            yaml::write_scalar(out, name, true);
            out.push_str(": ");
            yaml::write_scalar(out, &self.extra_value(name, value, used)?, true);
            out.push('\n');
        }
        Ok(())
    }
}

/// The columns of a table without mappings.
const NEEDED: [Slot; 4] = [
    Slot::SubjectId,
    Slot::PredicateId,
    Slot::ObjectId,
    Slot::MappingJustification,
];

fn write_entry(out: &mut String, name: &str, values: &[String], slot: Slot) {
    let is_text = !matches!(slot.kind(), Kind::Number(..));
    out.push_str(&format!("#{name}:"));
    if slot.is_list() {
        out.push('\n');
        for value in values {
            out.push_str("#  - ");
            yaml::write_scalar(out, value, is_text);
            out.push('\n');
        }
    } else {
        out.push(' ');
        yaml::write_scalar(out, values.first().map_or("", String::as_str), is_text);
        out.push('\n');
    }
}

/// A number with up to three digits after the point, halves away from zero; without any where none are needed.
fn rounded(text: &str) -> String {
    let Some(number) = number(text) else {
        return text.to_owned();
    };
    let thousandths = (number * 1000.0).round();
    let fixed = format!("{:.3}", thousandths / 1000.0);
    let short = fixed.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" => "0".to_owned(),
        _ => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_up_to_three_digits() {
        for (text, expect) in [
            ("1.0", "1"),
            ("0.95", "0.95"),
            ("0.12345", "0.123"),
            ("0.0005", "0.001"),
            ("-0.99", "-0.99"),
            ("-0.0001", "0"),
        ] {
            assert_eq!(rounded(text), expect);
        }
    }

    #[test]
    fn the_order_of_rows_prefixes_and_columns_does_not_change_the_hash() {
        let one = "#curie_map:\n#  B: https://b.example/\n#  A: https://a.example/\n#license: https://l.example/\n#mapping_set_id: https://s.example/\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_tool\nA:1\tskos:exactMatch\tB:1\tsemapv:ManualMappingCuration\tt\nA:2\tskos:exactMatch\tB:2\tsemapv:ManualMappingCuration\tt\n";
        let other = "# mapping_set_id: 'https://s.example/'\n# mapping_tool: t\n# license: https://l.example/\n# curie_map:\n#   A: https://a.example/\n#   B: https://b.example/\n#   C: https://unused.example/\nobject_id\tsubject_id\tpredicate_id\tmapping_justification\r\nB:2\tA:2\tskos:exactMatch\tsemapv:ManualMappingCuration\r\nB:1\tA:1\tskos:exactMatch\t\"semapv:ManualMappingCuration\"\r\n";
        let hash = |file: &str| MappingSet::read_tsv(file.as_bytes()).unwrap().set.sha256();
        assert_eq!(hash(one), hash(other));
        assert_ne!(hash(one), hash(&one.replace("A:2", "A:3")));
    }
}
