//! Do the names in a document mean what they say?
//!
//! RDF signatures cover statements, not JSON: `credentialStatus` may be written as its full IRI, under `@nest`, or
//! under an alias that an appended context defines, and the same signature still fits. Whoever then reads the JSON
//! by its usual names sees a credential without a status. So a document is only read where every name is a plain
//! term and its contexts leave the terms of known vocabularies alone: the *context validation* that
//! [VC Data Integrity §4.6](https://www.w3.org/TR/vc-data-integrity/#context-validation) leaves to applications.

use alloc::format;
use alloc::string::{String, ToString};

use touchstone_canon::json::{Object, Value, pointer_token};

/// The place, as a JSON Pointer, of the first name that may not mean what it says. `proof` is not looked into.
pub(crate) fn ambiguous(document: &Value<'_>) -> Option<String> {
    let object = document.as_object()?;
    let root = object.get("id").and_then(Value::as_str);
    object.iter().find_map(|(key, value)| match key {
        "@context" => context(value),
        "proof" => None,
        _ => member(key, value, "", root),
    })
}

/// The same for one proof, which may repeat the document's context and has no members but those that are read.
pub(crate) fn ambiguous_in_proof(proof: &Value<'_>, path: &str) -> Option<String> {
    let object = proof.as_object()?;
    object.iter().find_map(|(key, value)| match key {
        "@context" => context(value).map(|inner| format!("{path}{inner}")),
        _ if IN_PROOFS.contains(&key) => member(key, value, path, None),
        _ => Some(format!("{path}/{}", pointer_token(key))),
    })
}

fn member(key: &str, value: &Value<'_>, path: &str, root: Option<&str>) -> Option<String> {
    let here = || format!("{path}/{}", pointer_token(key));
    if is_no_term(key) {
        return Some(here());
    }
    walk(value, &here, root)
}

/// Whether an object says no more than who is meant, and may so be the document itself, spoken of at another place. What says more is the same
/// to statements as at the top, where it is read.
fn is_reference(object: &Object<'_>) -> bool {
    object
        .keys()
        .all(|key| matches!(key, "id" | "type" | "endorsementComment"))
}

/// Whether a name is a keyword, an IRI, or a class: contexts of Open Badges give some properties the IRI of what they lead to.
fn is_no_term(key: &str) -> bool {
    key.starts_with('@') || key.contains(':') || CLASSES.contains(&key)
}

fn walk(value: &Value<'_>, path: &dyn Fn() -> String, root: Option<&str>) -> Option<String> {
    match value {
        Value::Object(object) if is_text_with_language(object) => None,
        Value::Object(object) => object.iter().find_map(|(key, value)| match key {
            // An endorsement inside is a credential of its own. Contexts with an address are known by content, and no
            // two of them have different names for what is read here, but for classes.
            "@context" if value.items().iter().all(|item| item.as_str().is_some()) => None,
            "id" if root.is_some() && value.as_str() == root && !is_reference(object) => {
                Some(path())
            }
            _ if is_no_term(key) => Some(format!("{}/{}", path(), pointer_token(key))),
            _ => walk(
                value,
                &|| format!("{}/{}", path(), pointer_token(key)),
                root,
            ),
        }),
        // A set in a set is one set to JSON-LD, and another thing to whoever reads the items.
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let here = || format!("{}/{at}", path());
            if item.as_array().is_some() {
                Some(here())
            } else {
                walk(item, &here, root)
            }
        }),
        _ => None,
    }
}

/// `{"@value": …, "@language": …}`, which VC 2.0 §11.1 asks for.
fn is_text_with_language(object: &Object<'_>) -> bool {
    object
        .keys()
        .all(|key| matches!(key, "@value" | "@language" | "@direction"))
        && object.len() > 1
        && object
            .get("@value")
            .is_some_and(|value| value.as_str().is_some())
}

/// Addresses of contexts are left to canonicalization, which knows them by content. Inline contexts may only add
/// terms of vocabularies that nobody here reads, and by no name that is read as a claim.
fn context(value: &Value<'_>) -> Option<String> {
    let position = value.items().iter().position(|item| match item {
        Value::String(_) => false,
        Value::Object(definitions) => !definitions
            .iter()
            .all(|(term, definition)| harmless(term, definition)),
        _ => true,
    })?;
    Some(match value {
        Value::Array(_) => format!("/@context/{position}"),
        _ => "/@context".to_string(),
    })
}

fn harmless(term: &str, definition: &Value<'_>) -> bool {
    match term {
        "@protected" | "@version" => return true,
        "@vocab" => return definition.as_str().is_some_and(foreign),
        _ => {}
    }
    if term.starts_with('@') || term.contains(':') {
        return false;
    }
    if CLAIMS.contains(&term) {
        let iri = definition.as_str();
        return iri.is_some_and(|iri| AS_READ.contains(&(term, iri)));
    }
    match definition {
        // What ends otherwise is a prefix: identifiers could be written with it, and would be read as others.
        Value::String(iri) => {
            let whole = iri.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric);
            whole && foreign(iri)
        }
        Value::Object(members) => {
            let plain = |key| {
                matches!(
                    key,
                    "@id" | "@type" | "@container" | "@language" | "@direction" | "@protected"
                )
            };
            members.keys().all(plain)
                && members
                    .get("@id")
                    .and_then(Value::as_str)
                    .is_some_and(foreign)
        }
        _ => false,
    }
}

/// Whether no IRI that is made with `iri` (or is it) can belong to a vocabulary that is read here.
fn foreign(iri: &str) -> bool {
    let absolute = ["http://", "https://", "urn:", "did:"]
        .iter()
        .any(|scheme| iri.starts_with(scheme));
    absolute
        && !READ
            .iter()
            .any(|read| iri.starts_with(read) || read.starts_with(iri))
}

/// Classes that one of the bundled contexts has the same IRI for as for a property that is read: `image` is `vocab.html#Image` in versions
/// 3.0.1 and 3.0.2 of Open Badges. A test compares it with the contexts.
const CLASSES: [&str; 5] = ["Achievement", "Address", "Criteria", "Image", "Profile"];

/// The members of a Data Integrity proof.
const IN_PROOFS: [&str; 12] = [
    "id",
    "type",
    "cryptosuite",
    "created",
    "expires",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
    "domain",
    "challenge",
    "nonce",
    "previousProof",
];

/// Names by which a claim is read where some context leaves them open: what was signed under one of another vocabulary could be given the name
/// in the same statements, "attended" as an `achievement`.
const CLAIMS: [&str; 19] = [
    "achievement",
    "association",
    "audience",
    "awardedDate",
    "description",
    "endorsement",
    "endorsementComment",
    "endorsementJwt",
    "expirationDate",
    "genre",
    "identifier",
    "image",
    "issuanceDate",
    "name",
    "narrative",
    "relatedResource",
    "result",
    "source",
    "verifiableCredential",
];

/// Terms that version 1.1 of the data model leaves open, so that documents define them themselves: with the meaning that they are
/// read with.
const AS_READ: [(&str, &str); 2] = [
    ("name", "https://schema.org/name"),
    ("description", "https://schema.org/description"),
];

/// Where the terms of credentials, badges, proofs and status come from.
const READ: [&str; 6] = [
    "https://www.w3.org/",
    "http://www.w3.org/",
    "https://w3id.org/",
    "https://purl.imsglobal.org/",
    "https://schema.org/",
    "http://schema.org/",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, expect: Option<&str>) {
        let value = Value::parse(document.as_bytes()).unwrap();
        assert_eq!(ambiguous(&value).as_deref(), expect);
    }

    #[test]
    fn plain_terms_mean_what_they_say() {
        check(
            r#"{"@context":["https://a.example/v1"],"id":"urn:x:1","a":{"b":[1,{"c":null}]}}"#,
            None,
        );
        check(
            r#"{"@context":{"hours":"https://x.example/ns#hours"},"hours":1}"#,
            None,
        );
        check(r#"{"name":{"@value":"Ada","@language":"en"}}"#, None);
        check(r#"{"proof":{"@context":"x"}}"#, None);
        check(
            r#"{"issuer":{"endorsement":[{"@context":["https://a.example/"]}]}}"#,
            None,
        );
    }

    #[test]
    fn keywords_and_iris_as_names_do_not() {
        check(r#"{"@nest":{"credentialStatus":{}}}"#, Some("/@nest"));
        check(r#"{"a":[{"@included":[]}]}"#, Some("/a/0/@included"));
        check(r#"{"a":{"@context":{}}}"#, Some("/a/@context"));
        check(
            r#"{"a":{"@context":["https://a.example/",null]}}"#,
            Some("/a/@context"),
        );
        check(r#"{"a":[1,[2]]}"#, Some("/a/1"));
        check(r#"{"a":[{"Image":"urn:x:1"}]}"#, Some("/a/0/Image"));
        check(r#"{"Achievement":{}}"#, Some("/Achievement"));
        check(
            r#"{"https://www.w3.org/2018/credentials#validUntil":"x"}"#,
            Some("/https:~1~1www.w3.org~12018~1credentials#validUntil"),
        );
        check(
            r#"{"validUntil":{"@value":"2026","@type":"x"}}"#,
            Some("/validUntil/@value"),
        );
        check(
            r#"{"validUntil":{"@value":"2026"}}"#,
            Some("/validUntil/@value"),
        );
    }

    #[test]
    fn a_proof_has_no_members_but_those_that_are_read() {
        // `expires` under the name that https://w3id.org/security/v1 has for it.
        let proof = Value::parse(br#"{"type":"DataIntegrityProof","expiration":"2026"}"#).unwrap();
        assert_eq!(
            ambiguous_in_proof(&proof, "/proof").as_deref(),
            Some("/proof/expiration")
        );
        let proof =
            Value::parse(br#"{"type":"x","@context":"https://a.example/","created":"y"}"#).unwrap();
        assert_eq!(ambiguous_in_proof(&proof, "/proof"), None);
    }

    #[test]
    fn a_term_that_version_1_1_leaves_open_may_have_the_meaning_it_is_read_with() {
        let with = |definition| format!(r#"{{"@context":["https://a.example/v1",{definition}]}}"#);
        check(&with(r#"{"name":"https://schema.org/name"}"#), None);
        for other in [
            r#"{"name":"https://schema.org/description"}"#,
            r#"{"title":"https://schema.org/name"}"#,
            r#"{"name":{"@id":"https://schema.org/name","@type":"@id"}}"#,
        ] {
            check(&with(other), Some("/@context/1"));
        }
    }

    #[test]
    fn inline_contexts_may_not_rename_what_is_read() {
        for definition in [
            r#"{"until":"https://www.w3.org/2018/credentials#validUntil"}"#,
            r#"{"until":{"@id":"https://www.w3.org/2018/credentials#validUntil"}}"#,
            r#"{"c":"https://www.w3.o"}"#,
            r#"{"c":"cred:x"}"#,
            r#"{"achievement":null}"#,
            r#"{"nest":"@nest"}"#,
            r#"{"@vocab":"https://www.w3.org/2018/"}"#,
            r#"{"@import":"https://x.example/"}"#,
            r#"{"x":{"@id":"https://x.example/","@context":{}}}"#,
            r#"{"x":{"@reverse":"https://x.example/"}}"#,
            r#"{"achievement":"https://x.example/attended"}"#,
            r#"{"verifiableCredential":{"@id":"https://x.example/attended"}}"#,
        ] {
            check(
                &format!(r#"{{"@context":["https://a.example/v1",{definition}]}}"#),
                Some("/@context/1"),
            );
        }
    }
}
