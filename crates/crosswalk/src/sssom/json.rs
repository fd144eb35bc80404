//! Mapping sets as JSON: the slots of the schema as keys, lists as arrays, numbers as numbers, identifiers as CURIEs.
//!
//! SSSOM leaves the JSON form open ("currently unspecified"); what is written here is valid against the JSON Schema that SSSOM
//! publishes, and what is read may have identifiers as IRIs.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value, json};

use super::{
    Fault, Kind, Mapping, MappingSet, Place, Read, Reason, Slot,
    fault::number,
    read::{Given, Reader, text_of},
};

impl MappingSet {
    /// Reads a set in JSON.
    pub fn read_json(file: &[u8]) -> Result<Read, Vec<Fault>> {
        let text = text_of(file)?;
        let refuse = |reason| {
            vec![Fault {
                at: Place::Set(None),
                reason,
            }]
        };
        let value: Value = serde_json::from_str(text).map_err(|error| {
            vec![Fault {
                at: Place::Line(error.line(), None),
                reason: Reason::Json(error.to_string()),
            }]
        })?;
        let Value::Object(object) = value else {
            return Err(refuse(Reason::NoMetadata));
        };
        let mut reader = Reader {
            full_iris: true,
            ..Reader::default()
        };
        for (name, address) in object
            .get("curie_map")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let at = Place::Set(Some(name.clone()));
            // LinkML also writes a prefix as an object of name and address.
            let address = address.get("prefix_url").unwrap_or(address);
            match address.as_str() {
                Some(address) => reader.prefix(name, address, at),
                None => reader.refuse(at, Reason::NotAText),
            }
        }
        let definitions = object
            .get("extension_definitions")
            .and_then(Value::as_array);
        for definition in definitions.into_iter().flatten() {
            let fields = definition.as_object().into_iter().flatten();
            let texts = fields.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
            reader.define(texts.collect());
        }
        for (name, value) in &object {
            if [
                "curie_map",
                "extension_definitions",
                "mappings",
                "@context",
                "@type",
            ]
            .contains(&name.as_str())
            {
                continue;
            }
            let at = Place::Set(Some(name.clone()));
            match texts(value) {
                Some(values) => reader.of_set(name, values, at),
                None => reader.refuse(at, Reason::NotAText),
            }
        }
        let mappings = object.get("mappings").and_then(Value::as_array);
        for (at, mapping) in mappings.into_iter().flatten().enumerate() {
            read_mapping(&mut reader, at, mapping);
        }
        reader.finish()
    }

    /// Writes the set in JSON: one way to write one set, mappings in canonical order.
    pub fn to_json(&self) -> Result<Value, Fault> {
        // Going through the canonical file gives order, numbers and the prefixes that are used.
        let canonical = self.canonical()?;
        let set = match Self::read_tsv(canonical.as_bytes()) {
            Ok(read) => read.set.condensed(),
            // What was just written is read again: a test holds that for every example.
            Err(mut faults) => return Err(faults.swap_remove(0)),
        };
        let mut used = BTreeSet::new();
        let mut out = Map::new();
        if canonical.starts_with("#sssom_version") {
            out.insert("sssom_version".to_owned(), json!("1.1"));
        }
        set.write_values(&mut out, Slot::OF_SET, |slot| set.all(slot), &mut used)?;
        for (name, value) in &set.extra {
            out.insert(
                name.clone(),
                json!(set.extra_value(name, value, &mut used)?),
            );
        }
        let mut mappings = Vec::new();
        for mapping in &set.mappings {
            mappings.push(set.mapping_json(mapping, &mut used)?);
        }
        out.insert("mappings".to_owned(), json!(mappings));
        if !set.extensions.is_empty() {
            let definitions: Vec<Value> = set
                .extensions
                .iter()
                .map(|extension| {
                    let mut definition = json!({
                        "slot_name": extension.slot_name,
                        "property": set.prefixes.short(&extension.property),
                    });
                    if let Some(hint) = &extension.type_hint {
                        definition["type_hint"] = json!(set.prefixes.short(hint));
                    }
                    definition
                })
                .collect();
            out.insert("extension_definitions".to_owned(), json!(definitions));
        }
        let prefixes: Map<String, Value> = set
            .prefixes
            .iter()
            .map(|(name, address)| (name.to_owned(), json!(address)))
            .collect();
        out.insert("curie_map".to_owned(), Value::Object(prefixes));
        Ok(Value::Object(out))
    }

    fn mapping_json(&self, mapping: &Mapping, used: &mut BTreeSet<String>) -> Result<Value, Fault> {
        let mut out = Map::new();
        self.write_values(&mut out, Slot::OF_MAPPING, |slot| mapping.all(slot), used)?;
        for (name, value) in &mapping.extra {
            out.insert(name.clone(), json!(self.extra_value(name, value, used)?));
        }
        Ok(Value::Object(out))
    }

    fn write_values<'s>(
        &self,
        out: &mut Map<String, Value>,
        slots: &[Slot],
        values: impl Fn(Slot) -> &'s [String],
        used: &mut BTreeSet<String>,
    ) -> Result<(), Fault> {
        for slot in slots {
            let found = values(*slot);
            if found.is_empty() {
                continue;
            }
            let place = || Place::Set(Some(slot.name().to_owned()));
            let texts = found
                .iter()
                .map(|value| self.written(*slot, value, &place, used))
                .collect::<Result<Vec<_>, _>>()?;
            let value = match slot.kind() {
                Kind::Number(..) => {
                    let double = number(&texts[0]).and_then(Number::from_f64);
                    double.map_or(Value::Null, Value::Number)
                }
                _ if slot.is_list() => json!(texts),
                _ => json!(texts[0]),
            };
            out.insert(slot.name().to_owned(), value);
        }
        Ok(())
    }
}

fn read_mapping(reader: &mut Reader, at: usize, mapping: &Value) {
    let Value::Object(fields) = mapping else {
        reader.refuse(Place::Record(at, None), Reason::NoMetadata);
        return;
    };
    let mut given = Given::new();
    for (name, value) in fields {
        match texts(value) {
            Some(values) => given.push((name.clone(), values)),
            None => reader.refuse(Place::Record(at, Some(name.clone())), Reason::NotAText),
        }
    }
    reader.mapping(given, &move |name| Place::Record(at, Some(name.to_owned())));
}

/// A value, or a list of values, as texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::String(text) => Some(vec![text.clone()]),
        Value::Number(number) => Some(vec![number.to_string()]),
        Value::Bool(yes) => Some(vec![yes.to_string()]),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect(),
        Value::Object(_) => None,
    }
}
