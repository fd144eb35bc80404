//! W3C JSON-LD 1.1 API test suite: deserialization to RDF.

use crate::{read, sha256, vectors};
use touchstone_canon::json::Value;
use touchstone_canon::{Lax, Limits, canonicalize_lax, canonicalize_nquads};

const SITE: &str = "https://w3c.github.io/json-ld-api/tests/";

/// Tests that are not run, each with its reason. Those marked for JSON-LD 1.0 only are left out by their option.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "#tdi11",
        "compound-literal is not normative, and no cryptosuite asks for it",
    ),
    (
        "#tdi12",
        "compound-literal is not normative, and no cryptosuite asks for it",
    ),
];

#[test]
fn the_w3c_suite_passes() {
    let manifest = read("json-ld-api/toRdf-manifest.jsonld");
    let manifest = Value::parse(manifest.as_bytes()).unwrap();
    let documents = documents();
    let documents: Vec<(&str, &[u8])> = documents
        .iter()
        .map(|(url, bytes)| (url.as_str(), bytes.as_slice()))
        .collect();
    let (mut run, mut old, mut failed) = (0, 0, Vec::new());
    for entry in manifest.get("sequence").unwrap().items() {
        let id = entry.get("@id").and_then(Value::as_str).unwrap();
        let option = |key: &str| entry.get("option").and_then(|option| option.get(key));
        let old_only = |key: &str| option(key).and_then(Value::as_str) == Some("json-ld-1.0");
        if old_only("specVersion") || old_only("processingMode") {
            old += 1;
            continue;
        }
        if EXCEPTIONS.iter().any(|(name, _)| *name == id) {
            continue;
        }
        run += 1;
        if let Err(reason) = check(entry, &documents) {
            let name = entry
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            failed.push(format!("{id} {name}: {reason}"));
        }
    }
    println!(
        "{run} run, {old} for JSON-LD 1.0 only, {} excepted",
        EXCEPTIONS.len()
    );
    assert!(run > 440, "{run}");
    assert!(
        failed.is_empty(),
        "{} of {run}:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

fn check(entry: &Value<'_>, documents: &[(&str, &[u8])]) -> Result<(), String> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let option = |key: &str| {
        entry
            .get("option")
            .and_then(|option| option.get(key))
            .and_then(Value::as_str)
    };
    let input = text("input").unwrap();
    let source = read(&format!("json-ld-api/{input}"));
    let url = format!("{SITE}{input}");
    let base = option("base").unwrap_or(&url);
    let mut document = Value::parse(source.as_bytes()).map_err(|error| error.to_string())?;
    if let Some(context) = option("expandContext") {
        let outer = Value::from(format!("{SITE}{context}"));
        let object = document.as_object_mut().unwrap();
        let own = object.remove("@context");
        let both = [outer]
            .into_iter()
            .chain(own.iter().flat_map(Value::items).cloned())
            .collect::<Value<'_>>();
        object.insert("@context", both);
    }
    let lax = Lax {
        base: Some(base),
        documents,
        i18n_datatype: option("rdfDirection") == Some("i18n-datatype"),
    };
    let result = canonicalize_lax(&document, lax, sha256(), &Limits::default());
    match (text("expectErrorCode"), text("expect")) {
        (Some(code), _) => match result {
            Err(error) if error.fault.as_str() == code => Ok(()),
            Err(error) => Err(format!("expected {code}, got {error}")),
            Ok(nquads) => Err(format!("expected {code}, got\n{nquads}")),
        },
        (None, Some(expect)) => {
            let nquads = result.map_err(|error| error.to_string())?;
            let expect = canonicalize_nquads(
                &read(&format!("json-ld-api/{expect}")),
                sha256(),
                &Limits::default(),
            );
            let expect = expect.map_err(|error| format!("expectation is unreadable: {error}"))?;
            if nquads.to_lowercase() == expect.to_lowercase() {
                Ok(())
            } else {
                Err(format!("expected\n{expect}got\n{nquads}"))
            }
        }
        (None, None) => result.map(drop).map_err(|error| error.to_string()),
    }
}

/// All documents of the suite that may be named as a context, under the URL they are published at.
fn documents() -> Vec<(String, Vec<u8>)> {
    ["toRdf", "toRdf/c031"]
        .iter()
        .flat_map(|folder| {
            let files = std::fs::read_dir(vectors(&format!("json-ld-api/{folder}"))).unwrap();
            let paths = files.map(|file| file.unwrap().path());
            let documents =
                paths.filter(|path| path.extension().is_some_and(|kind| kind == "jsonld"));
            documents.map(move |path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                (
                    format!("{SITE}{folder}/{name}"),
                    std::fs::read(&path).unwrap(),
                )
            })
        })
        .collect()
}
