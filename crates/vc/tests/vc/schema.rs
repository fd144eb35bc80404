//! Our tables of the schemas, held against Ajv with the schema that 1EdTech publishes.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use touchstone_canon::json::Value;
use touchstone_vc::schema::{self, Rules};
use touchstone_vc::{CheckKind, Detail, Fault, Outcome};

use crate::support::{folder, judge_value, lists, parsed, sample, set, vectors};

/// What Ajv says of each document: the places that do not fit.
#[track_caller]
fn ajv(documents: &[String]) -> Vec<BTreeSet<String>> {
    let interop = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../interop"));
    let node = Command::new("node")
        .arg("schema.mjs")
        .current_dir(interop)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut node = node.expect("node and interop/node_modules are there: cargo xtask setup");
    let mut input = node.stdin.take().unwrap();
    let text = documents.join("\n");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "interop/schema.mjs failed");
    let answers = String::from_utf8(output.stdout).unwrap();
    let read = |line: &str| {
        let places = parsed(line.as_bytes());
        let places = places.items().iter().map(|place| place.as_str().unwrap());
        places.map(ToOwned::to_owned).collect()
    };
    let answers: Vec<_> = answers.lines().map(read).collect();
    assert_eq!(answers.len(), documents.len());
    answers
}

/// The same verdict, and our place among Ajv's. Returns how many were refused.
#[track_caller]
fn agree(documents: &[(String, Value<'static>)]) -> usize {
    let texts: Vec<_> = documents.iter().map(|(_, doc)| doc.to_string()).collect();
    let mut refused = 0;
    for ((what, document), theirs) in documents.iter().zip(ajv(&texts)) {
        match schema::check(document, Rules::OpenBadge) {
            Ok(()) => assert!(theirs.is_empty(), "{what}: Ajv refuses {theirs:?}"),
            Err(misfit) => {
                refused += 1;
                assert!(
                    theirs.contains(&misfit.path),
                    "{what}: we refuse {misfit:?}, Ajv {theirs:?}"
                );
            }
        }
    }
    refused
}

/// Every Open Badge in the vectors, without its proofs, as it would stand on VC 2.0.
fn badges() -> Vec<(String, Value<'static>)> {
    let mut badges = Vec::new();
    let mut seen = BTreeSet::new();
    for folder in [
        "1edtech-validator-ob30",
        "bench",
        "ob3-json-schema/ref",
        "openbadges-spec-examples",
        "real-world",
        "sample-shapes",
    ] {
        for path in vectors(folder, ".json") {
            let bytes = std::fs::read(&path).unwrap();
            let Ok(value) = Value::parse(&bytes) else {
                continue;
            };
            let mut value = value.into_owned();
            if Rules::of(&value) != Some(Rules::OpenBadge) {
                continue;
            }
            value.as_object_mut().unwrap().remove("proof");
            let (name, old) = (path.display().to_string(), value.clone());
            if modernize(&mut value) {
                // The tables for both data models differ in nothing but contexts and dates.
                assert_eq!(
                    schema::check(&old, Rules::OpenBadge).is_ok(),
                    schema::check(&value, Rules::OpenBadge).is_ok(),
                    "{name}"
                );
            }
            if seen.insert(value.to_string()) {
                badges.push((name, value));
            }
        }
    }
    badges
}

/// Brings a document of VC 1.1 to 2.0, wherever a credential stands in it. Says whether it was one.
fn modernize(value: &mut Value<'static>) -> bool {
    match value {
        Value::Array(items) => {
            for item in items {
                modernize(item);
            }
            false
        }
        Value::Object(object) => {
            for (_, value) in object.iter_mut() {
                modernize(value);
            }
            let Some(Value::Array(contexts)) = object.get_mut("@context") else {
                return false;
            };
            let old = "https://www.w3.org/2018/credentials/v1";
            if contexts.first().and_then(Value::as_str) != Some(old) {
                return false;
            }
            contexts[0] = "https://www.w3.org/ns/credentials/v2".into();
            for (old, new) in [
                ("issuanceDate", "validFrom"),
                ("expirationDate", "validUntil"),
            ] {
                if let Some(date) = object.remove(old) {
                    object.insert(new, date);
                }
            }
            true
        }
        _ => false,
    }
}

/// Every place in a value.
fn places(value: &Value<'_>, here: &str, all: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                let path = format!("{here}/{}", escaped(key));
                places(value, &path, all);
                all.push(path);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                let path = format!("{here}/{at}");
                places(value, &path, all);
                all.push(path);
            }
        }
        _ => {}
    }
}

/// One place for each member of each class, counting a first and a later item of a list.
fn kinds_of_places(value: &Value<'_>) -> Vec<String> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let mut seen = BTreeSet::new();
    all.retain(|place| {
        let last: Vec<_> = place.rsplit('/').take(3).collect();
        let kind = last.iter().map(|token| match token.parse::<usize>() {
            Ok(0) => "first",
            Ok(_) => "later",
            Err(_) => token,
        });
        !place.contains('~') && seen.insert(kind.collect::<Vec<_>>().join("/"))
    });
    all
}

fn remove(value: &mut Value<'static>, place: &str) {
    let (parent, member) = place.rsplit_once('/').unwrap();
    let tokens: Vec<_> = parent.split('/').skip(1).map(ToOwned::to_owned).collect();
    let mut at = value;
    for token in tokens {
        at = match at {
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            other => other.get_mut(&token).unwrap(),
        };
    }
    match at {
        Value::Array(items) => drop(items.remove(member.parse().unwrap())),
        other => drop(other.as_object_mut().unwrap().remove(member)),
    }
}

/// One document, changed in one place in every way that a schema can see.
fn changed(name: &str, badge: &Value<'static>) -> Vec<(String, Value<'static>)> {
    let mut documents = Vec::new();
    for place in &kinds_of_places(badge) {
        let old = badge.pointer(place).unwrap();
        let mut one = old.items().to_vec();
        one.push("another".into());
        let mut news = vec![
            ("null", Value::Null),
            ("text", "x".into()),
            ("number", parsed(b"1.5")),
            ("truth", Value::Bool(true)),
            ("nothing", parsed(b"[]")),
            ("empty", parsed(b"{}")),
            ("wrapped", Value::Array(vec![old.clone()])),
            ("one more", Value::Array(one)),
        ];
        if let [first, ..] = old.items() {
            news.push(("unwrapped", first.clone()));
        }
        if let Value::Object(object) = old {
            let mut object = object.clone();
            object.insert("unexpected", "x");
            news.push(("unexpected", Value::Object(object)));
        }
        for (label, new) in news {
            // Several entries are a difference that is meant; it has a test of its own.
            if place.ends_with("/credentialStatus") && new.as_array().is_some() {
                continue;
            }
            let mut document = badge.clone();
            set(&mut document, place, new);
            documents.push((format!("{name}: {place} {label}"), document));
        }
        let mut document = badge.clone();
        remove(&mut document, place);
        documents.push((format!("{name}: without {place}"), document));
    }
    documents
}

#[test]
fn every_badge_in_the_vectors_fits_or_not_as_ajv_says() {
    let mut badges = badges();
    badges.retain(|(_, badge)| {
        let status = badge.get("credentialStatus");
        status.is_none_or(|status| status.as_array().is_none())
    });
    let refused = agree(&badges);
    // Both verdicts occur; most of what is out there writes `type` as a text.
    let fitting = badges.len() - refused;
    assert!(
        refused > 20 && fitting > 20,
        "{refused} of {}",
        badges.len()
    );
}

#[test]
fn badges_changed_in_any_one_place_fit_or_not_as_ajv_says() {
    let mut documents = Vec::new();
    for file in [
        "1edtech-validator-ob30/complete.json",
        "openbadges-spec-examples/fullOpenBadge-0.json",
        "sample-shapes/aim.json",
    ] {
        let bytes = std::fs::read(folder(file)).unwrap();
        let mut badge = fitting(parsed(&bytes));
        if let Some(object) = badge.as_object_mut() {
            object.remove("proof");
        }
        documents.extend(changed(file, &badge));
    }
    let refused = agree(&documents);
    let tried = documents.len();
    assert!(
        tried > 4000 && refused > tried / 4 && refused < tried,
        "{refused} of {tried}"
    );
}

#[test]
fn texts_of_every_form_fit_or_not_as_ajv_says() {
    let bytes = std::fs::read(folder("1edtech-validator-ob30/complete.json")).unwrap();
    let mut badge = fitting(parsed(&bytes));
    badge.as_object_mut().unwrap().remove("proof");
    for (place, text) in [
        ("/awardedDate", "2026-01-01T00:00:00Z"),
        ("/credentialSubject/source", ""),
        ("/credentialSubject/achievement/inLanguage", "en-US"),
    ] {
        if !text.is_empty() {
            set(&mut badge, place, text);
        }
    }
    set(&mut badge, "/endorsementJwt", parsed(br#"["a.b.c"]"#));
    set(&mut badge, "/issuer/dateOfBirth", "1999-01-01");
    let mut documents = Vec::new();
    for place in &kinds_of_places(&badge) {
        if badge.pointer(place).and_then(Value::as_str).is_none() {
            continue;
        }
        for text in TEXTS {
            let mut document = badge.clone();
            set(&mut document, place, *text);
            documents.push((format!("{place} {text:?}"), document));
        }
    }
    assert!(agree(&documents) > 1000);
    assert!(documents.len() > 4000, "{}", documents.len());
}

const TEXTS: &[&str] = &[
    "",
    "ext:",
    "ext:-",
    "ext:a",
    "ext:|",
    "ext:_x",
    "own ext:a b",
    "EXT:a",
    "ext:é",
    "Badge",
    "badge",
    "CFItem",
    "a.b.c",
    "a..c",
    ".b.c",
    "a.b.",
    "a.b.c.d",
    "a.b.c ",
    "en",
    "e",
    "engl",
    "engli",
    "zh-Hant-TW",
    "zh-hant",
    "es-419",
    "en-GB-x",
    "EN",
    "2026-02-28",
    "2026-02-29",
    "2024-02-29",
    "1900-02-29",
    "2026-13-01",
    "2026-04-31",
    "2026-01-00",
    "2026-01-01T00:00:00Z",
    "2026-01-01t00:00:00z",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00.123456789Z",
    "2026-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00+01",
    "2026-01-01T00:00:00+1:00",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+01:60",
    "2026-01-01T24:00:00Z",
    "2026-01-01T24:59:30+01:00",
    "2026-01-01T23:59:60Z",
    "2026-01-01T23:59:61Z",
    "2026-01-01T22:59:60-01:00",
    "2026-01-01T12:59:60Z",
    "2026-01-01T00:60:00Z",
    "0000-01-01T00:00:00Z",
    "2026-01-01T00:00Z",
    "２026-01-01T00:00:00Z",
    "2026-01-01\u{85}00:00:00Z",
    "2026-01-01\u{a0}00:00:00Z",
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.10.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.jsonld",
];

/// Makes a document fit, so that what is changed afterwards is the only fault: sets where sets are asked for.
fn fitting(mut badge: Value<'static>) -> Value<'static> {
    modernize(&mut badge);
    if let Some(object) = badge.as_object_mut() {
        object.remove("proof");
    }
    let list_like = [
        "type",
        "evidence",
        "endorsement",
        "credentialSchema",
        "termsOfUse",
        "result",
        "identifier",
        "tag",
        "alignment",
        "otherIdentifier",
        "resultDescription",
    ];
    for _ in 0..200 {
        let Err(misfit) = schema::check(&badge, Rules::OpenBadge) else {
            return badge;
        };
        let member = misfit.path.rsplit('/').next().unwrap_or_default();
        let old = badge.pointer(&misfit.path).cloned();
        match (misfit.fault, old) {
            (Fault::MemberMalformed, Some(old))
                if list_like.contains(&member) && old.as_array().is_none() =>
            {
                set(&mut badge, &misfit.path, Value::Array(vec![old]));
            }
            (Fault::MemberMissing, _) => set(&mut badge, &misfit.path, "x"),
            (_, Some(_)) => remove(&mut badge, &misfit.path),
            (fault, None) => panic!("{fault:?} at {}", misfit.path),
        }
    }
    panic!("never fits: {:?}", schema::check(&badge, Rules::OpenBadge));
}

#[test]
fn several_status_entries_are_what_we_allow_and_the_published_schema_does_not() {
    let mut two = sample("two");
    two.as_object_mut().unwrap().remove("proof");
    assert_eq!(schema::check(&two, Rules::OpenBadge), Ok(()));
    let theirs = &ajv(&[two.to_string()])[0];
    assert_eq!(theirs.iter().collect::<Vec<_>>(), ["/credentialStatus"]);
    set(&mut two, "/credentialStatus/1", parsed(b"{}"));
    let misfit = schema::check(&two, Rules::OpenBadge).unwrap_err();
    assert_eq!(misfit.path, "/credentialStatus/1/id");
    set(&mut two, "/credentialStatus", parsed(b"[]"));
    assert!(schema::check(&two, Rules::OpenBadge).is_err());
}

#[test]
fn a_schema_that_is_not_known_is_unknown_and_one_that_is_known_is_told_by_its_address() {
    let report = judge_value(&sample("aim"), &lists());
    let told: Vec<_> = report.of(CheckKind::Schema).collect();
    assert_eq!(told.len(), 2);
    let Detail::Schema(detail) = &told[1].detail else {
        panic!("{told:?}");
    };
    assert_eq!(detail.rules, Some(Rules::OpenBadge));
    assert_eq!(detail.schema.as_deref(), Some(touchstone_vc::badge::SCHEMA));

    let mut other = sample("aim");
    let entry = br#"{"id":"https://schema.example/s.json","type":"JsonSchema"}"#;
    set(
        &mut other,
        "/credentialSchema",
        Value::Array(vec![parsed(entry)]),
    );
    let report = judge_value(&other, &lists());
    let told: Vec<_> = report.of(CheckKind::Schema).collect();
    assert_eq!(told[1].outcome, Outcome::Pass);
    assert_eq!(told[2].outcome, Outcome::Unknown(Fault::SchemaUnknown));
    assert_eq!(told[2].path, "/credentialSchema/0");

    // A badge that says it is built as an endorsement is not.
    let entry = br#"{"id":"https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json","type":"1EdTechJsonSchemaValidator2019"}"#;
    set(
        &mut other,
        "/credentialSchema",
        Value::Array(vec![parsed(entry)]),
    );
    let report = judge_value(&other, &lists());
    let told: Vec<_> = report.of(CheckKind::Schema).collect();
    assert_eq!(told[2].outcome, Outcome::Fail(Fault::MemberMalformed));
    assert_eq!(told[2].path, "/type");
}

#[test]
fn a_schema_behind_as_many_as_are_looked_at_leaves_the_form_unknown() {
    let known = format!(
        r#"{{"id":"{}","type":"1EdTechJsonSchemaValidator2019"}}"#,
        touchstone_vc::badge::SCHEMA
    );
    let known = parsed(known.as_bytes());
    let foreign = parsed(br#"{"id":"https://schema.example/s.json","type":"JsonSchema"}"#);
    let mut schemas = vec![known; 8];
    let found = |schemas: &[Value<'static>]| {
        let mut credential = sample("aim");
        set(&mut credential, "/credentialSchema", schemas.to_vec());
        judge_value(&credential, &lists()).outcome(CheckKind::Schema)
    };
    assert_eq!(found(&schemas), Some(Outcome::Pass));
    schemas.push(foreign);
    assert_eq!(found(&schemas), Some(Outcome::Unknown(Fault::TooComplex)));
}

#[test]
fn endorsements_and_learner_records_have_tables_of_their_own() {
    let read = |file: &str| parsed(&std::fs::read(folder(file)).unwrap());
    let endorsement = read("1edtech-validator-ob30/endorsement-valid.json");
    assert_eq!(Rules::of(&endorsement), Some(Rules::Endorsement));
    assert_eq!(schema::check(&endorsement, Rules::Endorsement), Ok(()));
    let clr = read("1edtech-validator-clr20/simple_v1.json");
    assert_eq!(Rules::of(&clr), Some(Rules::Clr));
    for (place, path) in [
        ("/name", "/name"),
        (
            "/credentialSubject/verifiableCredential",
            "/credentialSubject/verifiableCredential",
        ),
        (
            "/credentialSubject/association/0/targetId",
            "/credentialSubject/association/0/targetId",
        ),
    ] {
        let mut without = clr.clone();
        remove(&mut without, place);
        let misfit = schema::check(&without, Rules::Clr).unwrap_err();
        assert_eq!((misfit.fault, &*misfit.path), (Fault::MemberMissing, path));
    }
    let mut other = clr;
    set(
        &mut other,
        "/credentialSubject/association/0/associationType",
        "likes",
    );
    let misfit = schema::check(&other, Rules::Clr).unwrap_err();
    assert_eq!(
        misfit.path,
        "/credentialSubject/association/0/associationType"
    );
}
