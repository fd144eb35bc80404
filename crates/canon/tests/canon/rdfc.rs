//! W3C RDF Dataset Canonicalization test suite.

use std::collections::BTreeMap;

use crate::{read, sha256, sha384};
use touchstone_canon::json::Value;
use touchstone_canon::{Fault, Limits, canonicalize_nquads, issued_identifiers};

#[test]
fn the_w3c_suite_passes() {
    let manifest = read("rdf-canon/manifest.jsonld");
    let manifest = Value::parse(manifest.as_bytes()).unwrap();
    let mut failed = Vec::new();
    let (mut run, mut maps) = (0, 0);
    for entry in manifest.get("entries").unwrap().items() {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let hash = if text("hashAlgorithm") == "SHA384" {
            sha384()
        } else {
            sha256()
        };
        let input = read(&format!("rdf-canon/{}", text("action")));
        let result = canonicalize_nquads(&input, hash, &Limits::default());
        let kind = text("type");
        run += 1;
        let passed = match kind {
            "rdfc:RDFC10EvalTest" => {
                result.as_ref().ok() == Some(&read(&format!("rdf-canon/{}", text("result"))))
            }
            "rdfc:RDFC10NegativeEvalTest" => result
                .as_ref()
                .is_err_and(|error| error.fault == Fault::PoisonGraph),
            "rdfc:RDFC10MapTest" => {
                let issued = issued_identifiers(&input, hash, &Limits::default());
                maps += 1;
                issued.is_ok_and(|issued| {
                    let expect = read(&format!("rdf-canon/{}", text("result")));
                    let expect = Value::parse(expect.as_bytes()).unwrap();
                    let expect = expect.as_object().unwrap();
                    let named = expect.iter();
                    let named: BTreeMap<_, _> = named
                        .map(|(name, issued)| (name, issued.as_str().unwrap()))
                        .collect();
                    let issued: BTreeMap<_, _> = issued
                        .iter()
                        .map(|(name, issued)| (name.as_str(), issued.as_str()))
                        .collect();
                    issued == named
                })
            }
            _ => panic!("unknown kind of test {kind}"),
        };
        if !passed {
            failed.push(format!("{} {kind}: {result:?}", text("id")));
        }
    }
    assert!(run >= 80 && maps >= 21, "{run} {maps}");
    assert!(
        failed.is_empty(),
        "{} of {run}:\n{}",
        failed.len(),
        failed.join("\n")
    );
}
