//! Documents one after the other: each has the form that it has by itself, whatever came before.

use crate::{contexts, read, sha256, sha384};
use touchstone_canon::json::Value;
use touchstone_canon::{Fault, Limits, Recurring, canonicalize};

const PLACES: [&str; 2] = ["/issuer", "/credentialSubject/achievement"];

fn parsed(json: &str) -> Value<'static> {
    Value::parse(json.as_bytes()).unwrap().into_owned()
}

/// All of them in turn, three times, so that each comes after each.
#[track_caller]
fn same(documents: &[Value<'_>]) {
    for hash in [sha256(), sha384()] {
        let mut recurring = Recurring::new(&PLACES, contexts(), hash, &Limits::default());
        for document in [documents, documents, documents].concat() {
            let alone = canonicalize(&document, contexts(), hash, &Limits::default());
            assert_eq!(recurring.canonicalize(&document), alone, "{document}");
        }
    }
}

/// A credential with these members of its achievement, and these of its own, each behind a comma.
fn credential(context: &str, achievement: &str, own: &str) -> Value<'static> {
    parsed(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"{context}],
            "id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],
            "issuer":{{"id":"did:example:i","type":["Profile"],"name":"I"}},
            "credentialSubject":{{"type":["AchievementSubject"],"achievement":{{
                "id":"urn:x:a","type":["Achievement"],"name":"A","criteria":{{"narrative":"N"}}{achievement}}}}}{own}}}"#
    ))
}

#[test]
fn a_cohort_has_the_forms_of_its_credentials() {
    let template = read("bench/unsigned.template.json").replace("ISSUER_DID", "did:key:z6Mkissuer");
    let cohort: Vec<_> = (0..40)
        .map(|number| parsed(&template.replace("urn:uuid:", &format!("urn:uuid:{number}"))))
        .collect();
    same(&cohort);
}

#[test]
fn every_sample_has_its_form_after_every_other() {
    let mut samples = Vec::new();
    for name in ["aim", "two", "revoked", "suspended", "named"] {
        let mut document = parsed(&read(&format!("sample-shapes/{name}.json")));
        document.as_object_mut().unwrap().remove("proof");
        samples.push(document);
    }
    same(&samples);
}

#[test]
fn what_looks_alike_and_is_not_the_same_is_told_apart() {
    let evidence =
        r#","evidence":[{"type":["Evidence"],"name":"E"},{"type":["Evidence"],"name":"E"}]"#;
    let alike = r#","alignment":[{"type":["Alignment"],"targetName":"T","targetUrl":"https://t.example/"},
        {"type":["Alignment"],"targetName":"T","targetUrl":"https://t.example/"}]"#;
    let label = r#","related":[{"id":"_:b0","type":["Related"]}]"#;
    same(&[
        credential("", "", ""),
        credential("", alike, evidence),
        credential("", alike, ""),
        // The same part, read in other contexts.
        credential(r#",{"ext":"urn:ext:"}"#, "", ""),
        credential(r#",{"@language":"de"}"#, "", ""),
        credential(r#",{"@language":"fr"}"#, "", ""),
        // A label that the rest may use, too.
        credential("", label, evidence),
        // Equal numbers that are written otherwise.
        credential("", r#","creditsAvailable":0"#, ""),
        credential("", r#","creditsAvailable":-0.0"#, ""),
        credential("", r#","creditsAvailable":1"#, ""),
        credential("", r#","creditsAvailable":1.0"#, ""),
    ]);
}

#[test]
fn a_document_that_is_refused_by_itself_is_refused_and_spoils_nothing() {
    same(&[
        credential("", "", ""),
        credential("", r#","surprise":1"#, ""),
        credential("", "", r#","surprise":1"#),
        credential("", "", ""),
        parsed("[]"),
        parsed(r#"{"issuer":{"id":"urn:i"}}"#),
        parsed("null"),
    ]);
    let mut recurring = Recurring::new(&PLACES, contexts(), sha256(), &Limits::default());
    let _ = recurring.canonicalize(&credential("", "", ""));
    let error = recurring
        .canonicalize(&credential("", r#","surprise":1"#, ""))
        .unwrap_err();
    assert_eq!(error.fault, Fault::UndefinedTerm);
    assert_eq!(error.path, "/credentialSubject/achievement/surprise");
}

/// A walk that is stopped by a limit is stopped although a part of it is known.
#[test]
fn limits_hold_for_what_is_known_as_well() {
    let document = credential("", "", "");
    let limits = |quads| Limits {
        quads,
        ..Limits::default()
    };
    let count = canonicalize(&document, contexts(), sha256(), &Limits::default());
    let count = count.unwrap().lines().count();
    for (quads, fits) in [(count, true), (count - 1, false)] {
        let mut recurring = Recurring::new(&PLACES, contexts(), sha256(), &limits(quads));
        for _ in 0..3 {
            assert_eq!(recurring.canonicalize(&document).is_ok(), fits);
        }
    }
}
