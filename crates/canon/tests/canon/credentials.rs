//! Credentials as institutions issue them, in safe mode.

use crate::{canonical, contexts, read, sha256, sha384, vectors};
use std::path::{Path, PathBuf};
use touchstone_canon::json::{Object, Value};
use touchstone_canon::{Fault, Hash, Limits, canonicalize};

/// The document in `path` without its proof.
fn unsecured(path: &str) -> Value<'static> {
    let mut document = Value::parse(read(path).as_bytes()).unwrap().into_owned();
    document.as_object_mut().unwrap().remove("proof");
    document
}

#[track_caller]
fn form(document: &Value<'_>) -> String {
    canonicalize(document, contexts(), sha256(), &Limits::default()).unwrap()
}

#[track_caller]
fn same_form(document: &str, hash: Hash, expect: &str) {
    let form = canonicalize(&unsecured(document), contexts(), hash, &Limits::default());
    assert_eq!(form.unwrap(), read(expect), "{document}");
}

#[test]
fn the_eddsa_vectors_have_the_published_canonical_forms() {
    let folder = "vc-di-eddsa/eddsa-rdfc-2022";
    same_form(
        &format!("{folder}/signedDataInt.json"),
        sha256(),
        &format!("{folder}/canonDocDataInt.txt"),
    );
    same_form(
        &format!("{folder}/proofConfigDataInt.json"),
        sha256(),
        &format!("{folder}/proofCanonDataInt.txt"),
    );
    let folder = "vc-di-eddsa/Ed25519Signature2020";
    same_form(
        &format!("{folder}/signedEdSig.json"),
        sha256(),
        &format!("{folder}/canonDocEdSig.txt"),
    );
    same_form(
        &format!("{folder}/proofConfigEdSig.json"),
        sha256(),
        &format!("{folder}/proofCanonEdSig.txt"),
    );
}

#[test]
fn the_ecdsa_vectors_have_the_published_canonical_forms() {
    for (folder, curve, hash) in [
        ("vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ", "P256", sha256()),
        ("vc-di-ecdsa/ecdsa-rdfc-2019-p384", "P384", sha384()),
    ] {
        same_form(
            &format!("{folder}/signedECDSA{curve}.json"),
            hash,
            &format!("{folder}/canonDocECDSA{curve}.txt"),
        );
        same_form(
            &format!("{folder}/proofConfigECDSA{curve}.json"),
            hash,
            &format!("{folder}/proofCanonECDSA{curve}.txt"),
        );
    }
}

#[test]
fn every_conforming_vcdm_document_has_a_form() {
    let mut checked = 0;
    for path in json_files(&vectors("vcdm2-input")) {
        let name = path.to_string_lossy().into_owned();
        if !name.ends_with("-ok.json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut document = Value::parse(text.as_bytes()).unwrap();
        document.as_object_mut().unwrap().remove("proof");
        let form = canonicalize(&document, contexts(), sha256(), &Limits::default());
        assert!(form.is_ok(), "{name}: {form:?}");
        checked += 1;
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn credentials_of_every_shape_have_a_form() {
    for name in [
        "aim",
        "two",
        "revoked",
        "suspended",
        "named",
        "status-1",
        "status-2",
        "status-4",
        "inline-context",
    ] {
        let form = form(&unsecured(&format!("sample-shapes/{name}.json")));
        assert!(form.lines().count() > 5, "{name}");
    }
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| {
        if path.is_dir() {
            json_files(&path)
        } else {
            vec![path]
        }
    });
    files
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect()
}

/// `value` with the members of all objects, and the items of all sets, the other way round.
fn reversed(value: &Value<'_>, keep: bool) -> Value<'static> {
    match value {
        Value::Object(object) => {
            let members = object
                .iter()
                .rev()
                .map(|(key, value)| (key.to_owned(), reversed(value, key == "@context")));
            Value::from(members.collect::<Object<'_>>())
        }
        Value::Array(items) if keep => items.iter().map(|item| reversed(item, keep)).collect(),
        Value::Array(items) => items
            .iter()
            .rev()
            .map(|item| reversed(item, keep))
            .collect(),
        other => other.clone().into_owned(),
    }
}

#[test]
fn the_order_of_members_and_of_sets_has_no_influence() {
    for name in ["aim", "two", "named"] {
        let document = unsecured(&format!("sample-shapes/{name}.json"));
        assert_eq!(form(&reversed(&document, false)), form(&document), "{name}");
    }
}

#[test]
fn what_means_the_same_has_the_same_form() {
    let document = unsecured("sample-shapes/aim.json");
    let expect = form(&document);
    let mut single = document.clone();
    let evidence = single.pointer("/evidence/0").unwrap().clone();
    single.as_object_mut().unwrap().insert("evidence", evidence);
    assert_eq!(form(&single), expect, "a value and an array of it");
    let mut twice = document.clone();
    twice
        .get_mut("type")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .push(Value::from("OpenBadgeCredential"));
    assert_eq!(form(&twice), expect, "a type said twice");
    let mut synonym = document.clone();
    synonym.get_mut("type").unwrap().as_array_mut().unwrap()[1] =
        Value::from("AchievementCredential");
    assert_eq!(form(&synonym), expect, "the other name of one type");
    let mut empty = document.clone();
    empty
        .as_object_mut()
        .unwrap()
        .insert("description", Value::Null);
    assert_eq!(form(&empty), expect, "a defined term without a value");
}

#[test]
fn every_change_of_a_value_changes_the_form() {
    let document = unsecured("sample-shapes/aim.json");
    let expect = form(&document);
    let mut changed = 0;
    for pointer in leaves(&document, "") {
        let mut other = document.clone();
        let leaf = at(&mut other, &pointer);
        *leaf = match leaf {
            Value::String(text) => Value::from(format!("{text}x")),
            Value::Bool(truth) => Value::from(!*truth),
            other => panic!("no such leaf: {other}"),
        };
        match canonicalize(&other, contexts(), sha256(), &Limits::default()) {
            Ok(form) => assert_ne!(form, expect, "{pointer}"),
            Err(error) => assert!(!error.path.is_empty(), "{pointer}: {error}"),
        }
        changed += 1;
    }
    assert!(changed > 70, "{changed}");
}

/// Pointers to all scalars outside the context.
fn leaves(value: &Value<'_>, path: &str) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let members = object.iter().filter(|(key, _)| *key != "@context");
            members
                .flat_map(|(key, value)| leaves(value, &format!("{path}/{key}")))
                .collect()
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| leaves(item, &format!("{path}/{at}")))
            .collect(),
        _ => vec![path.to_owned()],
    }
}

fn at<'v>(value: &'v mut Value<'static>, pointer: &str) -> &'v mut Value<'static> {
    pointer
        .split('/')
        .skip(1)
        .fold(value, |value, token| match value {
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            object => object.get_mut(token).unwrap(),
        })
}

#[test]
fn a_direction_becomes_part_of_the_statement() {
    let name = |value: &str| {
        format!(
            r#"{{"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:x", "type": "VerifiableCredential", "name": {value}}}"#
        )
    };
    let rtl = canonical(&name(
        r#"{"@value": "x", "@language": "AR", "@direction": "rtl"}"#,
    ))
    .unwrap();
    assert!(
        rtl.contains("\"x\"^^<https://www.w3.org/ns/i18n#ar_rtl> ."),
        "{rtl}"
    );
    let plain = canonical(&name(r#"{"@value": "x", "@language": "AR"}"#)).unwrap();
    assert!(plain.contains("\"x\"@ar ."), "{plain}");
}

#[test]
fn json_ld_numbers_have_one_form() {
    let form =
        |number: &str| canonical(&format!("{{\"@id\": \"urn:x\", \"urn:p\": {number}}}")).unwrap();
    assert_eq!(form("5"), form("5.0"));
    assert_eq!(
        form("5e0"),
        "<urn:x> <urn:p> \"5\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"
    );
    assert_eq!(
        form("-0.5"),
        "<urn:x> <urn:p> \"-5.0E-1\"^^<http://www.w3.org/2001/XMLSchema#double> .\n"
    );
    assert_eq!(
        form("1e21"),
        "<urn:x> <urn:p> \"1.0E21\"^^<http://www.w3.org/2001/XMLSchema#double> .\n"
    );
}

#[test]
fn a_set_inside_a_list_is_a_list_of_its_own() {
    let form = |items: &str| {
        let context = r#"{"l": {"@id": "urn:l", "@container": "@list"}}"#;
        canonical(&format!(
            "{{\"@context\": {context}, \"@id\": \"urn:x\", \"l\": {items}}}"
        ))
        .unwrap()
    };
    assert_eq!(
        form(r#"["a", {"@set": ["b", "c"]}]"#),
        form(r#"["a", ["b", "c"]]"#)
    );
    assert_eq!(form(r#"{"@set": ["b", "c"]}"#), form(r#"["b", "c"]"#));
    assert_eq!(
        form(r#"{"@list": {"@set": ["b", "c"]}}"#),
        form(r#"["b", "c"]"#)
    );
    assert_eq!(
        form(r#"{"@list": ["a", {"@set": ["b", "c"]}]}"#),
        form(r#"["a", ["b", "c"]]"#)
    );
}

/// JSON-LD 1.1 API §5.1.2: step 7 ends the context of a type inside the set object, step 5.2.2 asks the context around it whether
/// the property is one of lists.
#[test]
fn a_set_inside_a_list_that_a_type_defines_is_a_list_of_its_own() {
    let form = |items: &str| {
        let context = r#"{"T": {"@id": "urn:T", "@context": {"l": {"@id": "urn:l", "@container": "@list"}}}}"#;
        canonical(&format!(
            "{{\"@context\": {context}, \"@id\": \"urn:x\", \"@type\": \"T\", \"l\": {items}}}"
        ))
    };
    let nested = form(r#"["a", ["b", "c"]]"#);
    assert!(nested.is_ok());
    assert_eq!(form(r#"["a", {"@set": ["b", "c"]}]"#), nested);
    // Inside the set the property is none of lists: what is an array there would be flattened.
    let deeper = form(r#"["a", {"@set": [["b"], "c"]}]"#);
    assert_eq!(deeper.unwrap_err().fault, Fault::InvalidSetOrListObject);
}
