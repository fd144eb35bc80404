//! Parts that documents share: dealt in, they give the bytes that walking over the whole document gives.

use crate::{read, sha256, sha384};
use std::sync::{Arc, OnceLock};
use touchstone_canon::json::{Object, Value};
use touchstone_canon::{Contexts, Hash, Limits, Shared, canonicalize};

const PLACES: [&str; 2] = ["/issuer", "/credentialSubject/achievement"];

fn contexts() -> Arc<Contexts> {
    static CONTEXTS: OnceLock<Arc<Contexts>> = OnceLock::new();
    Arc::clone(CONTEXTS.get_or_init(|| Arc::new(Contexts::bundled())))
}

fn shared(document: &Value<'_>, hash: Hash) -> Option<Shared> {
    Shared::of(document, &PLACES, contexts(), hash, &Limits::default()).unwrap()
}

fn whole(document: &Value<'_>, hash: Hash) -> String {
    canonicalize(document, &contexts(), hash, &Limits::default()).unwrap()
}

fn at<'v, 'a>(document: &'v mut Value<'a>, place: &str) -> &'v mut Value<'a> {
    place
        .split('/')
        .skip(1)
        .fold(document, |value, key| value.get_mut(key).unwrap())
}

/// The document with mere references where the shared parts stand.
fn reduced(document: &Value<'_>) -> Value<'static> {
    let mut document = document.clone().into_owned();
    for place in PLACES {
        let part = at(&mut document, place);
        let id = part.get("id").unwrap().clone();
        *part = Value::Object(Object::from_iter([("id", id)]));
    }
    document
}

/// The parts are taken from `sample` and put into `document`, which has the same: the form is that of the whole.
#[track_caller]
fn same(sample: &Value<'_>, document: &Value<'_>) {
    for hash in [sha256(), sha384()] {
        let shared = shared(sample, hash).expect("parts that can stand alone");
        let form = shared.canonicalize(&reduced(document)).unwrap();
        assert_eq!(form.expect("in its seat"), whole(document, hash));
    }
}

fn parsed(json: &str) -> Value<'static> {
    Value::parse(json.as_bytes()).unwrap().into_owned()
}

fn template() -> Value<'static> {
    let mut document = parsed(&read("bench/unsigned.template.json"));
    *at(&mut document, "/issuer/id") = Value::from("did:key:z6Mkissuer");
    document
}

/// A small credential; `achievement` and `own` are further members, each with a comma in front.
fn credential(achievement: &str, own: &str) -> Value<'static> {
    parsed(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
            "id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],
            "issuer":{{"id":"did:example:i","type":["Profile"],"name":"I"}},
            "credentialSubject":{{"type":["AchievementSubject"],"achievement":{{
                "id":"urn:x:a","type":["Achievement"],"name":"A","criteria":{{"narrative":"N"}}{achievement}}}}}{own}}}"#
    ))
}

#[test]
fn every_sample_credential_has_the_form_of_the_whole() {
    for name in ["aim", "two", "revoked", "suspended", "named"] {
        let mut document = parsed(&read(&format!("sample-shapes/{name}.json")));
        document.as_object_mut().unwrap().remove("proof");
        same(&document, &document);
    }
    same(&template(), &template());
}

#[test]
fn every_shape_of_what_is_not_shared_has_the_form_of_the_whole() {
    let sample = template();
    let mut shapes = 0;
    for key in [
        "name",
        "evidence",
        "validFrom",
        "credentialStatus",
        "validUntil",
    ] {
        for turn in 0..3 {
            let mut document = sample.clone();
            let root = document.as_object_mut().unwrap();
            root.remove(key);
            let mut members: Vec<_> = root.clone().into_iter().collect();
            members.rotate_left(turn);
            let document = Value::Object(members.into_iter().collect());
            same(&sample, &document);
            shapes += 1;
        }
    }
    assert_eq!(shapes, 15);
}

#[test]
fn blank_nodes_inside_and_outside_are_labelled_together() {
    // Alike in the part, alike outside, and alike across: only the whole tells them apart.
    let alike = r#""alignment":[{"type":["Alignment"],"targetName":"T","targetUrl":"https://t.example/"},
        {"type":["Alignment"],"targetName":"T","targetUrl":"https://t.example/"},
        {"type":["Alignment"],"targetName":"U","targetUrl":"https://u.example/"}]"#;
    let evidence = r#","evidence":[{"type":["Evidence"],"name":"E"},{"type":["Evidence"],"name":"E"},{"type":["Evidence"],"name":"F"}]"#;
    for achievement in ["", &format!(",{alike}")] {
        for own in ["", evidence] {
            let document = credential(achievement, own);
            same(&credential(achievement, ""), &document);
        }
    }
}

#[test]
fn many_blank_nodes_keep_their_labels_whatever_stands_beside_them() {
    let alignments: Vec<_> = (0..24)
        .map(|n| format!(r#"{{"type":["Alignment"],"targetName":"T{n}","targetUrl":"https://t.example/{}"}}"#, n % 3))
        .collect();
    let achievement = format!(r#","alignment":[{}]"#, alignments.join(","));
    let sample = credential(&achievement, "");
    for count in 0..24 {
        let evidence: Vec<_> = (0..count)
            .map(|n| format!(r#"{{"type":["Evidence"],"name":"E{n}"}}"#))
            .collect();
        let own = format!(r#","evidence":[{}]"#, evidence.join(","));
        same(&sample, &credential(&achievement, &own));
    }
}

#[test]
fn statements_made_outside_about_a_part_stand_once_and_in_their_place() {
    // The issuer is also the assessor, and says of itself what the part says and something more.
    let own = r#","evidence":[{"id":"urn:x:a","type":["Evidence"],"name":"A"},
        {"id":"did:example:i","type":["Evidence","Profile"],"name":"I"},{"id":"did:example:h","type":["Evidence"],"name":"H"}]"#;
    same(&credential("", ""), &credential("", own));
}

#[test]
fn a_part_that_cannot_stand_alone_is_not_shared() {
    let mut nameless = credential("", "");
    at(&mut nameless, "/issuer")
        .as_object_mut()
        .unwrap()
        .remove("id");
    assert!(shared(&nameless, sha256()).is_none());

    let mut labelled = credential("", "");
    *at(&mut labelled, "/credentialSubject/achievement/criteria") =
        parsed(r#"{"id":"_:c","narrative":"N"}"#);
    assert!(shared(&labelled, sha256()).is_none());

    let mut own_context = credential("", "");
    let contexts = at(&mut own_context, "/@context").as_array_mut().unwrap();
    contexts.push(parsed(r#"{"hours":"https://x.example/ns#hours"}"#));
    assert!(shared(&own_context, sha256()).is_none());
}

#[test]
fn in_another_seat_a_part_is_not_put() {
    let shared = shared(&credential("", ""), sha256()).unwrap();
    let cases: [(&str, Value<'static>); 4] = [
        (
            "/@context",
            parsed(
                r#"["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]"#,
            ),
        ),
        ("/issuer", parsed(r#"{"id":"did:example:other"}"#)),
        ("/issuer", parsed(r#"{"id":"did:example:i","name":"I"}"#)),
        (
            "/credentialSubject",
            parsed(r#"{"type":["AchievementSubject"]}"#),
        ),
    ];
    for (place, value) in cases {
        let mut document = reduced(&credential("", ""));
        *at(&mut document, place) = value;
        assert_eq!(shared.canonicalize(&document).unwrap(), None, "{place}");
    }
}

#[test]
fn what_safe_mode_refuses_beside_a_part_is_refused() {
    let shared = shared(&credential("", ""), sha256()).unwrap();
    let document = reduced(&credential("", r#","undefinedTerm":1"#));
    let error = shared.canonicalize(&document).unwrap_err();
    assert_eq!(error.path, "/undefinedTerm");
}
