//! Row 1: a context may not give a signed term another meaning.

use super::{CREDENTIAL, with};
use crate::{canonical, refused, sha256};
use touchstone_canon::json::Value;
use touchstone_canon::{ContextFault, Contexts, Fault, Limits, canonicalize};

#[test]
fn t01_an_appended_context_changes_nothing_protected() {
    let end = "context-3.0.3.json\"]";
    let appended = |context: &str| with(end, &format!("context-3.0.3.json\", {context}]"));
    refused(
        &appended(r#"{"name": "urn:evil:name"}"#),
        Fault::ProtectedTermRedefinition,
        "/@context/2",
    );
    refused(
        &appended(r#"{"VerifiableCredential": "urn:evil:type"}"#),
        Fault::ProtectedTermRedefinition,
        "/@context/2",
    );
    refused(
        &appended("null"),
        Fault::InvalidContextNullification,
        "/@context/2",
    );
    refused(
        &appended(r#""https://evil.example/context""#),
        Fault::UnknownContext,
        "/@context/2",
    );
}

#[test]
fn t01_a_context_that_gives_another_meaning_gives_another_form() {
    let form = canonical(CREDENTIAL).unwrap();
    let end = "context-3.0.3.json\"]";
    let vocabulary = with(
        end,
        "context-3.0.3.json\", {\"@vocab\": \"urn:evil:\", \"@language\": \"xx\"}]",
    );
    assert_ne!(canonical(&vocabulary).unwrap(), form);
    let narrative = "{\"narrative\": \"Does it.\"}";
    let inside =
        "{\"@context\": {\"narrative\": \"urn:evil:narrative\"}, \"narrative\": \"Does it.\"}";
    match canonical(&with(narrative, inside)) {
        Ok(other) => assert_ne!(other, form),
        Err(error) => assert_eq!(error.fault, Fault::ProtectedTermRedefinition),
    }
    let swapped = with(
        "\"https://www.w3.org/ns/credentials/v2\", \"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\"",
        "\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\", \"https://www.w3.org/ns/credentials/v2\"",
    );
    match canonical(&swapped) {
        Ok(other) => assert_eq!(other, form, "the two contexts do not depend on their order"),
        Err(error) => assert_eq!(error.fault, Fault::ProtectedTermRedefinition),
    }
}

#[test]
fn t01_a_registered_context_cannot_be_replaced() {
    let url = "https://www.w3.org/ns/credentials/v2";
    let rejected = Contexts::bundled()
        .with(url, br#"{"@context": {"issuer": "urn:evil"}}"#)
        .unwrap_err();
    assert_eq!(rejected.fault, ContextFault::Replaced);
    let document = Value::parse(CREDENTIAL.as_bytes()).unwrap();
    let form = canonicalize(&document, &rejected.contexts, sha256(), &Limits::default());
    assert_eq!(form, canonical(CREDENTIAL), "the registry is as it was");
}
