//! Row 2: what would not be signed is refused.

use super::with;
use crate::{canonical, refused};
use touchstone_canon::Fault;

#[test]
fn t02_undefined_terms_are_refused_wherever_they_stand() {
    refused(
        &with("\"name\": \"Wound", "\"grade\": \"A\", \"name\": \"Wound"),
        Fault::UndefinedTerm,
        "/grade",
    );
    refused(
        &with("\"narrative\":", "\"a/b~c\": 1, \"narrative\":"),
        Fault::UndefinedTerm,
        "/credentialSubject/achievement/criteria/a~1b~0c",
    );
    refused(
        &with("\"criteria\"", "\"critera\""),
        Fault::UndefinedTerm,
        "/credentialSubject/achievement/critera",
    );
}

#[test]
fn t02_nothing_is_dropped_silently() {
    let subject = "/credentialSubject";
    refused(
        &with("[\"Achievement\"]", "[\"Achievement\", \"Acheivement\"]"),
        Fault::UndefinedType,
        "/credentialSubject/achievement/type/1",
    );
    refused(
        &with("\"did:example:holder\"", "\"holder\""),
        Fault::RelativeIri,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"did:example:holder\"", "\"did:example:a b\""),
        Fault::InvalidIri,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"did:example:holder\"", "null"),
        Fault::InvalidIdValue,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"did:example:holder\"", "\"@holder\""),
        Fault::ReservedTerm,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"name\": \"Wound", "\"@name\": \"x\", \"name\": \"Wound"),
        Fault::ReservedTerm,
        "/@name",
    );
    refused(
        &with("\"name\": \"Wound", "\"@index\": \"x\", \"name\": \"Wound"),
        Fault::IndexDropped,
        "/@index",
    );
    refused(
        &with("\"name\": \"Wound", "\"_:b\": \"x\", \"name\": \"Wound"),
        Fault::BlankNodeProperty,
        "/_:b",
    );
    refused(
        &with("\"Wound dressing\"", "{\"@value\": null}"),
        Fault::NullValue,
        "/name/@value",
    );
    refused(
        &with("\"Wound dressing\"", "{\"@language\": \"en\"}"),
        Fault::NullValue,
        "/name",
    );
    refused(
        &with(
            "\"Wound dressing\"",
            "{\"@value\": \"x\", \"@language\": \"not a tag\"}",
        ),
        Fault::InvalidLanguage,
        "/name",
    );
    refused(
        &with("\"Wound dressing\"", "9007199254740993"),
        Fault::NumberNotExact,
        "/name",
    );
    refused("\"text\"", Fault::FreeFloatingValue, "");
    refused("{}", Fault::EmptyObject, "");
    refused(r#"{"@id": "urn:x"}"#, Fault::FreeFloatingValue, "");
    refused(
        r#"{"@graph": [{"@id": "urn:x", "urn:p": "y"}, "text"]}"#,
        Fault::FreeFloatingValue,
        "/@graph/1",
    );
    let json = r#"{"@id": "urn:x", "urn:p": "y", "@included": {"@id": "urn:z"}}"#;
    refused(json, Fault::FreeFloatingValue, "/@included");
}

#[test]
fn t02_a_name_that_no_statement_has_is_not_lost() {
    for nothing in ["[]", "[null]", r#"{"@set": []}"#] {
        let node = format!(r#"{{"@id": "urn:x", "urn:p": {nothing}}}"#);
        refused(&node, Fault::FreeFloatingValue, "");
        let included = format!(r#"{{"@id": "urn:y", "urn:p": 1, "@included": [{node}]}}"#);
        refused(&included, Fault::FreeFloatingValue, "/@included/0");
        let named = format!(r#"{{"@id": "urn:y", "urn:p": {node}}}"#);
        assert_eq!(canonical(&named).unwrap(), "<urn:y> <urn:p> <urn:x> .\n");
    }
}

#[test]
fn t02_the_keys_of_maps_are_not_lost() {
    let context = r#"{"@vocab": "urn:v:", "ids": {"@container": "@id"}, "types": {"@type": "@id", "@container": "@type"},
        "by": {"@container": "@index", "@index": "key"}, "plain": {"@container": "@index"}}"#;
    let form = |entry: &str| {
        canonical(&format!(
            "{{\"@context\": {context}, \"@id\": \"urn:x\", {entry}}}"
        ))
    };
    let node = form(r#""ids": {"urn:a": {"n": "1"}}"#).unwrap();
    assert_eq!(
        node,
        "<urn:a> <urn:v:n> \"1\" .\n<urn:x> <urn:v:ids> <urn:a> .\n"
    );
    assert_eq!(
        form(r#""ids": {"urn:a": {"@set": [{"n": "1"}]}}"#).unwrap(),
        node
    );
    assert_eq!(form(r#""ids": {"urn:a": [[{"n": "1"}]]}"#).unwrap(), node);
    let typed = form(r#""types": {"T": "urn:a"}"#).unwrap();
    assert!(
        typed.contains("<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:v:T> ."),
        "{typed}"
    );
    let keyed = form(r#""by": {"k": {"@id": "urn:a"}}"#).unwrap();
    assert!(keyed.contains("<urn:a> <urn:v:key> \"k\" ."), "{keyed}");
    let fault = |entry: &str| form(entry).unwrap_err().fault;
    assert_eq!(fault(r#""plain": {"k": "v"}"#), Fault::IndexDropped);
    assert_eq!(fault(r#""by": {"k": "v"}"#), Fault::InvalidValueObject);
    assert_eq!(
        fault(r#""ids": {"urn:a": {"@list": ["v"]}}"#),
        Fault::InvalidSetOrListObject
    );
    assert_eq!(fault(r#""ids": {"urn:a": "v"}"#), Fault::InvalidValueObject);
    assert_eq!(fault(r#""ids": {"a": {"n": "1"}}"#), Fault::RelativeIri);
    // Of a key beside a name nothing is left, unless it is the name.
    let named = |key: &str| format!(r#""ids": {{"{key}": {{"@id": "urn:a", "n": "1"}}}}"#);
    assert_eq!(form(&named("urn:a")).unwrap(), node);
    for other in ["urn:b", "a"] {
        assert_eq!(fault(&named(other)), Fault::IndexDropped, "{other}");
    }
}
