//! Row 4: what is protected stays what it is.

use super::{CREDENTIAL, with};
use crate::{canonical, refused};
use touchstone_canon::Fault;

#[test]
fn t04_a_redefined_issuer_is_still_the_issuer() {
    let end = "context-3.0.3.json\"]";
    let redefined = with(
        end,
        "context-3.0.3.json\", {\"issuer\": \"urn:evil:issuer\"}]",
    );
    // The type's own context comes after, so the added definition is never used.
    assert_eq!(canonical(&redefined), canonical(CREDENTIAL));
}

#[test]
fn t04_protected_terms_keep_their_meaning_inside_the_document() {
    let nested = |context: &str| {
        with(
            "{\"id\": \"did:example:issuer\",",
            &format!("{{\"@context\": {context}, \"id\": \"did:example:issuer\","),
        )
    };
    refused(
        &nested(r#"{"name": "urn:evil:name"}"#),
        Fault::ProtectedTermRedefinition,
        "/issuer/@context",
    );
    refused(
        &nested(r#"{"id": "urn:evil:id"}"#),
        Fault::ProtectedTermRedefinition,
        "/issuer/@context",
    );
    refused(
        &nested(r#"{"type": "@id"}"#),
        Fault::ProtectedTermRedefinition,
        "/issuer/@context",
    );
    refused(
        &nested("null"),
        Fault::InvalidContextNullification,
        "/issuer/@context",
    );
    refused(
        &nested("[null, {\"name\": \"urn:evil:name\"}]"),
        Fault::InvalidContextNullification,
        "/issuer/@context/0",
    );
}
