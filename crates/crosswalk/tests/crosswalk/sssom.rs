//! SSSOM against what its authors publish: every example of the schema is read, written and read again, and the table of slots is
//! the schema's own.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use touchstone_crosswalk::sssom::{Kind, MappingSet, Reason, Slot};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sssom")
}

fn examples() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder().join("examples")).expect("../shared/data/sssom is there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".sssom.tsv"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no examples in ../shared/data/sssom");
    files
}

/// The metadata of all examples that have some: what a file without them is read with.
fn prefixes_of_all() -> String {
    let mut lines = BTreeSet::new();
    for (_, file) in examples() {
        if let Ok(read) = MappingSet::read_tsv(&file) {
            let declared = read.set.prefixes().iter();
            // Of a prefix with several meanings any will do here.
            let declared = declared.map(|(name, address)| format!("  {name}: {address}\n"));
            lines.extend(
                declared
                    .filter(|line| !has_name(&lines, line))
                    .collect::<Vec<_>>(),
            );
        }
    }
    let lines: String = lines.into_iter().collect();
    format!("curie_map:\n{lines}")
}

fn has_name(lines: &BTreeSet<String>, line: &str) -> bool {
    let name = line.split(": ").next();
    lines.iter().any(|known| known.split(": ").next() == name)
}

#[test]
fn every_example_of_the_schema_comes_back_from_tsv_and_from_json() {
    let metadata = prefixes_of_all();
    let mut failed = Vec::new();
    for (name, file) in examples() {
        let external = !file.starts_with(b"#");
        let metadata = external.then_some(metadata.as_bytes());
        let read = match MappingSet::read_external(&file, metadata) {
            Ok(read) => read,
            Err(faults) => {
                failed.push(format!("{name}: {}", faults[0]));
                continue;
            }
        };
        let rows = file_rows(&file);
        if read.set.mappings().len() != rows {
            failed.push(format!(
                "{name}: {} of {rows} mappings",
                read.set.mappings().len()
            ));
        }
        let canonical = read.set.canonical().unwrap();
        let again = MappingSet::read_tsv(canonical.as_bytes()).unwrap();
        if again.set.canonical().unwrap() != canonical {
            failed.push(format!("{name}: the canonical form is not stable"));
        }
        if sorted(&again.set) != sorted(&read.set) {
            failed.push(format!("{name}: SSSOM/TSV loses something"));
        }
        let json = read.set.to_json().unwrap();
        let faults = schema_faults(&json);
        if !faults.is_empty() {
            failed.push(format!("{name}: {faults:?}"));
        }
        let from_json = MappingSet::read_json(json.to_string().as_bytes()).unwrap();
        if from_json.set.canonical().unwrap() != canonical {
            failed.push(format!("{name}: JSON loses something"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Everything a set says of its mappings, apart from their order.
fn sorted(set: &MappingSet) -> Vec<String> {
    let mut rows: Vec<String> = set
        .mappings()
        .iter()
        .map(|mapping| {
            let values = Slot::OF_MAPPING.iter().map(|slot| {
                let numbers = matches!(slot.kind(), Kind::Number(..));
                let value = mapping.all(*slot).join("|");
                match value.parse::<f64>() {
                    Ok(number) if numbers => number.to_string(),
                    _ => value,
                }
            });
            format!("{:?} {:?}", values.collect::<Vec<_>>(), mapping.extra())
        })
        .collect();
    rows.sort();
    rows.push(format!(
        "{:?}",
        Slot::OF_SET
            .iter()
            .map(|slot| set.all(*slot))
            .collect::<Vec<_>>()
    ));
    rows
}

/// Rows of the table, counted without our reader: no example has a value of several lines.
fn file_rows(file: &[u8]) -> usize {
    let text = std::str::from_utf8(file).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.count() - 1
}

/// The parts of JSON Schema that the SSSOM schema uses for values.
fn schema_faults(set: &Value) -> Vec<String> {
    let schema: Value =
        serde_json::from_slice(&fs::read(folder().join("sssom_schema.schema.json")).unwrap())
            .unwrap();
    let mut faults = Vec::new();
    let mut check = |class: &str, object: &Value| {
        for (key, value) in object.as_object().unwrap() {
            let property = &schema["$defs"][class]["properties"][key];
            if property.is_null() {
                // Extensions; the schema allows them.
                continue;
            }
            let property = match property["$ref"].as_str() {
                Some(reference) => &schema["$defs"][reference.rsplit('/').next().unwrap()],
                None => property,
            };
            let kind = match value {
                Value::String(_) => "string",
                Value::Number(_) => "number",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
                _ => "other",
            };
            let types = match &property["type"] {
                Value::Array(types) => types.clone(),
                Value::String(one) => vec![Value::from(one.as_str())],
                _ => vec![],
            };
            if !types.is_empty() && !types.contains(&Value::from(kind)) {
                faults.push(format!("{key} is a {kind}"));
            }
            if let Some(words) = property["enum"].as_array()
                && !words.contains(value)
            {
                faults.push(format!("{key} is {value}"));
            }
        }
    };
    check("MappingSet", set);
    for mapping in set["mappings"].as_array().unwrap() {
        check("Mapping", mapping);
    }
    faults
}

#[test]
fn a_table_without_its_prefixes_is_refused_and_read_with_them() {
    let metadata = prefixes_of_all();
    let mut tried = 0;
    for (name, file) in examples()
        .iter()
        .filter(|(_, file)| !file.starts_with(b"#"))
    {
        let faults = MappingSet::read_tsv(file).unwrap_err();
        assert!(
            matches!(faults[0].reason, Reason::UndeclaredPrefix(..)),
            "{name}"
        );
        MappingSet::read_external(file, Some(metadata.as_bytes())).unwrap();
        tried += 1;
    }
    assert!(tried > 0);
}

/// The table of slots is the schema's: same names, in both classes, with the same order, types and number of values.
#[test]
fn the_slots_are_those_of_the_schema() {
    let schema: Value =
        serde_json::from_slice(&fs::read(folder().join("sssom_schema.schema.json")).unwrap())
            .unwrap();
    let yaml = fs::read_to_string(folder().join("sssom_schema.yaml")).unwrap();
    for (class, title, slots) in [
        ("MappingSet", "  mapping set:\n", Slot::OF_SET),
        ("Mapping", "  mapping:\n", Slot::OF_MAPPING),
    ] {
        let apart = ["curie_map", "mappings", "extension_definitions"];
        let body = yaml.split("\nclasses:\n").nth(1).unwrap();
        let (_, body) = body.split_once(title).unwrap();
        let (_, list) = body.split_once("    slots:\n").unwrap();
        let listed: Vec<&str> = list
            .lines()
            .map_while(|line| line.trim_start().strip_prefix("- "))
            .filter(|name| !apart.contains(name))
            .collect();
        let ours: Vec<&str> = slots.iter().map(|slot| slot.name()).collect();
        assert_eq!(ours, listed, "{class}");
        for slot in slots {
            let property = &schema["$defs"][class]["properties"][slot.name()];
            assert!(!property.is_null(), "{class}.{}", slot.name());
            let list = property["type"].to_string().contains("array");
            assert_eq!(list, slot.is_list(), "{class}.{}", slot.name());
            if let Kind::Number(least, most) = slot.kind() {
                assert_eq!(property["minimum"].as_f64(), Some(f64::from(least)));
                assert_eq!(property["maximum"].as_f64(), Some(f64::from(most)));
            }
        }
    }
    let (_, slots) = yaml.split_once("\nslots:\n").unwrap();
    for slot in Slot::ALL.iter().filter(|slot| **slot != Slot::SssomVersion) {
        let (_, body) = slots
            .split_once(&format!("\n  {}:\n", slot.name()))
            .unwrap_or_else(|| {
                let body = slots.strip_prefix(&format!("  {}:\n", slot.name()));
                ("", body.unwrap_or_else(|| panic!("{}", slot.name())))
            });
        let body: String = body
            .lines()
            .take_while(|line| line.is_empty() || line.starts_with("    "))
            .collect();
        assert_eq!(
            body.contains("propagated: true"),
            slot.is_shared(),
            "{}",
            slot.name()
        );
        assert_eq!(
            body.contains("range: EntityReference"),
            slot.kind() == Kind::Entity,
            "{}",
            slot.name()
        );
        assert_eq!(
            body.contains("range: NonRelativeURI"),
            slot.kind() == Kind::Uri,
            "{}",
            slot.name()
        );
        assert_eq!(
            body.contains("range: date"),
            slot.kind() == Kind::Date,
            "{}",
            slot.name()
        );
        assert_eq!(
            body.contains("added_in: \"1.1\""),
            slot.is_new(false),
            "{}",
            slot.name()
        );
    }
}
