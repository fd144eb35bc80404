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

const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
const BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

/// The plain credential under these contexts; one that cannot be read under them has an error, each time the same.
fn reordered(contexts: &[&str]) -> Value<'static> {
    let mut document = credential("", "", "");
    let contexts = contexts
        .iter()
        .map(|context| Value::from((*context).to_owned()));
    *at(&mut document, "/@context") = contexts.collect();
    document
}

/// The plain credential, but for its contexts, inside of another object.
fn within(outer: &str) -> Value<'static> {
    let plain = credential("", "", "");
    let mut members = plain.as_object().unwrap().clone();
    let contexts = members.remove("@context").unwrap();
    let outer = outer.replace('X', &Value::Object(members).to_string());
    let mut document = parsed(&outer);
    let outer = document.as_object_mut().unwrap();
    outer.insert("@context", contexts);
    document
}

fn at<'v, 'a>(document: &'v mut Value<'a>, place: &str) -> &'v mut Value<'a> {
    let keys = place.split('/').skip(1);
    keys.fold(document, |value, key| value.get_mut(key).unwrap())
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
        // The same part in another seat: other registered contexts, another order of them, deeper, in a graph.
        reordered(&[BADGES, CREDENTIALS]),
        reordered(&[
            CREDENTIALS,
            BADGES,
            "https://w3id.org/security/data-integrity/v2",
        ]),
        reordered(&[
            CREDENTIALS,
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        ]),
        within(r#"{"@graph":[X]}"#),
        within(
            r#"{"issuer":{"id":"did:example:i","type":["Profile"],"name":"I"},"credentialSubject":X}"#,
        ),
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

/// Statements that are made twice are counted twice, also where they are known.
#[test]
fn limits_count_what_a_part_says_twice() {
    let tags = |count: usize| format!(r#","tag":[{}]"#, vec![r#""t""#; count].join(","));
    let first = credential("", &tags(60), "");
    let second = credential(
        "",
        &tags(60),
        &format!(
            r#","evidence":[{{"id":"urn:e","type":["Evidence"]{}}}]"#,
            r#","name":"E""#
        ),
    );
    let limits = Limits {
        quads: 80,
        ..Limits::default()
    };
    let alone = |document| canonicalize(document, contexts(), sha256(), &limits);
    let mut recurring = Recurring::new(&PLACES, contexts(), sha256(), &limits);
    for document in [&first, &second, &first, &second] {
        assert_eq!(recurring.canonicalize(document), alone(document));
    }
    let exact = alone(&first).map(|_| ()).is_ok();
    assert!(exact, "the first fits, so that it is known");
}

/// A part with a context of its own costs work each time.
#[test]
fn limits_count_the_contexts_within_a_part() {
    let inline =
        r#","related":[{"@context":{"x":"urn:x"},"id":"urn:r","type":["Related"],"x":"y"}]"#;
    let document = credential("", inline, "");
    let mut work = 1_000;
    // The least with which it ends alone is the least with which it ends after itself.
    while canonicalize(&document, contexts(), sha256(), &limited(work)).is_err() {
        work += 50;
    }
    let less = limited(work - 50);
    let mut recurring = Recurring::new(&PLACES, contexts(), sha256(), &less);
    for _ in 0..3 {
        let alone = canonicalize(&document, contexts(), sha256(), &less);
        assert_eq!(recurring.canonicalize(&document), alone);
    }
}

fn limited(context_work: usize) -> Limits {
    Limits {
        context_work,
        ..Limits::default()
    }
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
