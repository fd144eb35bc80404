//! Real credentials of every shape, and changes to them.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use touchstone_vc::Credential;
use touchstone_vc::bake::unbake_any;

use crate::random::Random;

/// Every JSON document below `folder` that names a `@context`, in a file of its own, a picture or a token.
pub fn read(folder: &Path) -> Result<Vec<Value>> {
    let mut documents = Vec::new();
    for part in FOLDERS {
        collect(&folder.join(part), &mut documents)?;
    }
    ensure!(
        documents.len() > 400,
        "{} documents in {}",
        documents.len(),
        folder.display()
    );
    Ok(documents)
}

/// Where credentials stand among the vectors.
const FOLDERS: [&str; 18] = [
    "sample-shapes",
    "real-world",
    "openbadges-spec-examples",
    "openbadges-spec-json",
    "vc-di-eddsa",
    "vc-di-ecdsa",
    "vc-di-bbs",
    "vc-bitstring-status-list-vectors",
    "vcdm2-input",
    "jose-cose-input",
    "sd-jwt-inputs-generated",
    "openid4vp-examples",
    "blockcerts-fixtures",
    "1edtech-validator-ob20",
    "1edtech-validator-ob30",
    "1edtech-validator-clr20",
    "1edtech-validator-tcp",
    "bench",
];

fn collect(folder: &Path, documents: &mut Vec<Value>) -> Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort(); // The same seed, the same documents, on every machine.
    for path in paths {
        if path.is_dir() {
            collect(&path, documents)?;
        } else if let Some(document) = document(&fs::read(&path)?) {
            documents.push(document);
        }
    }
    Ok(())
}

/// The document in a file, if there is one. Fixtures include broken ones: those are for other tests.
fn document(file: &[u8]) -> Option<Value> {
    let text = match unbake_any(file) {
        Ok((_, carried)) => carried,
        Err(_) => Cow::Borrowed(file),
    };
    let read = serde_json::from_slice::<Value>(&text).ok();
    let in_token = || {
        let credential = Credential::parse(&text).ok()?;
        serde_json::from_str(&credential.document().to_string()).ok()
    };
    let document = read.or_else(in_token)?;
    document
        .as_object()?
        .contains_key("@context")
        .then_some(document)
}

/// `document` with up to three changes.
pub fn changed(mut document: Value, random: &mut Random) -> Value {
    for _ in 0..random.below(4) {
        let mut places = count(&document);
        places = random.below(places.max(1));
        change(&mut document, &mut places, random);
    }
    document
}

/// How many members there are, contexts aside.
fn count(value: &Value) -> usize {
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| *key != "@context")
            .map(|(_, value)| 1 + count(value))
            .sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// Changes the member that is reached when `left` is used up.
fn change(value: &mut Value, left: &mut usize, random: &mut Random) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().any(|item| change(item, left, random)),
        Value::Object(object) => {
            let keys: Vec<String> = object
                .keys()
                .filter(|key| *key != "@context")
                .cloned()
                .collect();
            for key in keys {
                if *left == 0 {
                    let old = object.remove(&key).unwrap_or_default();
                    match random.below(7) {
                        0 => {}
                        1 => {
                            object.insert(key, json!([old]));
                        }
                        2 => {
                            object.insert(key, json!([old.clone(), old]));
                        }
                        3 => {
                            object.insert(key, Value::Null);
                        }
                        4 => {
                            object.insert(key, json!({"@set": [old]}));
                        }
                        5 => {
                            object.insert(key, old);
                            object.insert("https://v.example/added".into(), json!("added"));
                        }
                        _ => {
                            object.insert(
                                key,
                                json!({"id": "urn:uuid:0d9b2b2e-0000-4000-8000-00000000000a"}),
                            );
                        }
                    }
                    return true;
                }
                *left -= 1;
                if object
                    .get_mut(&key)
                    .is_some_and(|inner| change(inner, left, random))
                {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}
