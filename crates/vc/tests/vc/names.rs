//! Names that mean something else than they say: contexts swapped, terms renamed, statements hidden.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{
    CheckKind, Contexts, Credential, CredentialError, Fault, Outcome, Report, Timestamp, Trust,
    Verdict, required, verify,
};

use crate::support::{judge_value, lists, outcome, sample, set, signed, unsigned_sample};

fn proof(credential: &Value<'_>) -> Outcome {
    outcome(&judge_value(credential, &lists()), CheckKind::Proof)
}

#[track_caller]
fn refused(credential: &Value<'_>) -> Report {
    let report = judge_value(credential, &lists());
    assert!(
        !matches!(outcome(&report, CheckKind::Proof), Outcome::Pass),
        "{credential}"
    );
    assert!(
        matches!(report.verdict(), Verdict::Failed | Verdict::Unknown),
        "{credential}"
    );
    report
}

fn with_context(credential: &str, context: Value<'static>) -> Value<'static> {
    let mut credential = sample(credential);
    credential
        .get_mut("@context")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .push(context);
    credential
}

fn json(text: &str) -> Value<'static> {
    crate::support::parsed(text.as_bytes())
}

#[test]
fn t01_contexts_appended_swapped_or_nested_change_nothing_or_are_refused() {
    // Swapped: the statements may be the same, the shape is not.
    let mut swapped = sample("aim");
    swapped
        .get_mut("@context")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .swap(0, 1);
    let report = judge_value(&swapped, &lists());
    assert_eq!(
        outcome(&report, CheckKind::Schema),
        Outcome::Fail(Fault::MemberMalformed)
    );
    for url in [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    ] {
        for at in 0..3 {
            let mut replaced = sample("aim");
            set(&mut replaced, &format!("/@context/{at}"), url);
            let report = judge_value(&replaced, &lists());
            // An older copy of the same context may give the same statements; then it is the same credential.
            if outcome(&report, CheckKind::Proof) == Outcome::Pass {
                assert_eq!(at, 1, "only the badge context has versions that agree");
            }
        }
    }
    // Appended: a vocabulary for what has no meaning yet adds none, and no context takes one away.
    let with_vocabulary = with_context("aim", json(r#"{"@vocab":"https://evil.example/"}"#));
    assert_eq!(
        judge_value(&with_vocabulary, &lists()).verdict(),
        Verdict::NotListed
    );
    let mut used = with_vocabulary;
    set(&mut used, "/honours", "summa cum laude");
    refused(&used);
    refused(&with_context("aim", Value::Null));
    // Nested.
    for place in [
        "/credentialSubject/@context",
        "/issuer/@context",
        "/credentialStatus/@context",
    ] {
        let mut nested = sample("aim");
        set(
            &mut nested,
            place,
            json(r#"{"x":"https://evil.example/x"}"#),
        );
        refused(&nested);
    }
}

/// With a prefix an identifier is written otherwise in the same statements, and a list that is searched by it does not have it.
#[test]
fn t01_no_appended_context_has_a_prefix_for_identifiers() {
    let id = sample("aim")
        .get("id")
        .and_then(Value::as_str)
        .unwrap()
        .to_owned();
    let start = id.rfind([':', '/']).unwrap() + 1;
    let (prefix, rest) = id.split_at(start);
    for other in [
        prefix,
        "urn:uuid:",
        "did:web:",
        "https://",
        "https://x.example/#",
    ] {
        let mut renamed = with_context("aim", json(&format!(r#"{{"x":"{other}"}}"#)));
        refused(&renamed);
        if other == prefix {
            set(&mut renamed, "/id", format!("x:{rest}"));
            refused(&renamed);
        }
    }
    // What is no prefix is taken.
    let whole = with_context("aim", json(r#"{"x":"https://x.example/term"}"#));
    assert_eq!(proof(&whole), Outcome::Pass);
}

/// Where the issuer linked the document itself, what stands at the top can be written there: to statements that is the same.
#[test]
fn t11_what_is_said_of_the_document_at_another_place_is_not_taken() {
    let mut unsigned = unsigned_sample("aim");
    let id = unsigned.get("id").unwrap().clone();
    let link = r#"{"id":"","type":"1EdTechCredentialRefresh"}"#;
    set(&mut unsigned, "/refreshService", json(link));
    set(&mut unsigned, "/refreshService/id", id.clone());
    set(&mut unsigned, "/validUntil", "2027-01-01T00:00:00Z");
    let genuine = json(str::from_utf8(&signed(&unsigned, 1)).unwrap());
    assert_eq!(
        judge_value(&genuine, &lists()).verdict(),
        judge_value(&sample("aim"), &lists()).verdict()
    );
    for member in ["credentialStatus", "validUntil", "evidence"] {
        let mut moved = genuine.clone();
        let value = moved.as_object_mut().unwrap().remove(member).unwrap();
        let types = moved.get_mut("type").unwrap().as_array_mut().unwrap();
        types.push("1EdTechCredentialRefresh".into());
        let there = r#"{"id":"","type":"VerifiableCredential"}"#;
        set(&mut moved, "/refreshService", json(there));
        set(&mut moved, "/refreshService/id", id.clone());
        set(&mut moved, &format!("/refreshService/{member}"), value);
        let report = refused(&moved);
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Unknown(Fault::NamesAmbiguous),
            "{member}"
        );
    }
}

#[test]
fn t02_an_undefined_unsigned_member_is_rejected() {
    for place in [
        "/honours",
        "/credentialSubject/honours",
        "/credentialSubject/achievement/honours",
        "/evidence/0/x",
    ] {
        let mut credential = sample("aim");
        set(&mut credential, place, "summa cum laude");
        assert_eq!(
            proof(&credential),
            Outcome::Fail(Fault::NotCanonicalizable),
            "{place}"
        );
    }
}

#[test]
fn t04_a_protected_term_is_not_redefined() {
    for context in [
        r#"{"mediaType":"https://evil.example/name"}"#,
        r#"{"mediaType":{"@id":"https://evil.example/name"}}"#,
        r#"{"id":"https://evil.example/id"}"#,
        r#"{"VerifiableCredential":"https://evil.example/vc"}"#,
        r#"{"OpenBadgeCredential":"https://evil.example/badge"}"#,
    ] {
        let credential = with_context("aim", json(context));
        assert_eq!(
            proof(&credential),
            Outcome::Fail(Fault::NotCanonicalizable),
            "{context}"
        );
    }
    // A name that is read as a claim is not looked at again.
    let credential = with_context("aim", json(r#"{"name":"https://evil.example/name"}"#));
    assert_eq!(proof(&credential), Outcome::Unknown(Fault::NamesAmbiguous));
    // These are defined where the type says so, whatever stands outside: nothing is redefined, and nothing changes.
    for context in [
        r#"{"issuer":"https://evil.example/issuer"}"#,
        r#"{"validUntil":"https://evil.example/until"}"#,
        r#"{"credentialStatus":{"@id":"https://evil.example/status","@type":"@id"}}"#,
    ] {
        let report = judge_value(&with_context("aim", json(context)), &lists());
        let outcomes = |report: &Report| {
            report
                .checks
                .iter()
                .map(|check| check.outcome)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            outcomes(&report),
            outcomes(&judge_value(&sample("aim"), &lists())),
            "{context}"
        );
    }
    refused(&with_context("aim", json(r#"{"issuer":null}"#)));
}

/// The statements stay the same, so the signature still fits; what is read would not be what was signed.
#[test]
fn t11_a_status_hidden_under_another_name_does_not_vanish() {
    let revoked = sample("revoked");
    assert_eq!(judge_value(&revoked, &lists()).verdict(), Verdict::Failed);
    let status = revoked.get("credentialStatus").unwrap().clone();
    let hide = |name: &str, value: Value<'static>| {
        let mut hidden = revoked.clone();
        let object = hidden.as_object_mut().unwrap();
        object.remove("credentialStatus");
        object.insert(name.to_owned(), value);
        hidden
    };
    let iri = "https://www.w3.org/2018/credentials#credentialStatus";
    let mut nest = touchstone_canon::json::Object::new();
    nest.insert("credentialStatus", status.clone());
    for hidden in [hide(iri, status.clone()), hide("@nest", nest.into())] {
        let report = refused(&hidden);
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Unknown(Fault::NamesAmbiguous)
        );
    }
    let mut renamed = hide("s", status);
    let alias = json(&format!(r#"{{"s":{{"@id":"{iri}","@type":"@id"}}}}"#));
    renamed
        .get_mut("@context")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .push(alias);
    let report = refused(&renamed);
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Unknown(Fault::NamesAmbiguous)
    );
}

#[test]
fn t11_an_end_hidden_under_another_name_does_not_vanish() {
    let mut hidden = sample("aim");
    let object = hidden.as_object_mut().unwrap();
    let until = object.remove("validUntil").unwrap();
    let mut typed = touchstone_canon::json::Object::new();
    typed.insert("@type", "http://www.w3.org/2001/XMLSchema#dateTime");
    typed.insert("@value", until);
    object.insert("https://www.w3.org/2018/credentials#validUntil", typed);
    refused(&hidden);
}

#[test]
fn t11_what_an_appended_context_makes_meaningless_is_not_shown() {
    // Signed without any badge in it …
    let mut plain = unsigned_sample("aim");
    set(
        &mut plain,
        "/@context",
        vec![Value::from("https://www.w3.org/ns/credentials/v2")],
    );
    set(
        &mut plain,
        "/type",
        vec![Value::from("VerifiableCredential")],
    );
    set(&mut plain, "/issuer", crate::support::did_key(1));
    for member in [
        "awardedDate",
        "credentialSchema",
        "evidence",
        "name",
        "relatedResource",
        "credentialStatus",
    ] {
        plain.as_object_mut().unwrap().remove(member);
    }
    set(
        &mut plain,
        "/credentialSubject",
        json(r#"{"id":"did:example:ada"}"#),
    );
    let mut forged = crate::support::parsed(&signed(&plain, 1));
    assert_eq!(proof(&forged), Outcome::Pass);
    // … then given one that adds no statement.
    set(
        &mut forged,
        "/credentialSubject/achievement",
        json(r#"{"name":"Surgeon"}"#),
    );
    let null = json(r#"{"achievement":null}"#);
    forged
        .get_mut("@context")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .push(null);
    refused(&forged);
}

#[test]
fn t11_only_the_signed_document_is_read() {
    let mut outer = sample("aim");
    let genuine = outer.clone();
    set(&mut outer, "/credentialSubject/achievement/name", "Surgeon");
    set(&mut outer, "/proof/0/credential", genuine.clone());
    refused(&outer);
    // Nothing in a proof is shown.
    let mut proof = sample("aim");
    set(&mut proof, "/proof/0/name", "Surgeon");
    let text = proof.to_string();
    let credential = Credential::parse(text.as_bytes()).unwrap();
    assert_eq!(
        credential.view(),
        Credential::parse(genuine.to_string().as_bytes())
            .unwrap()
            .view()
    );
    assert!(credential.document().get("proof").is_none());
}

#[test]
fn a_foreign_inline_context_is_taken_as_it_is() {
    assert_eq!(proof(&sample("inline-context")), Outcome::Pass);
    let mut changed = sample("inline-context");
    set(
        &mut changed,
        "/@context/3/workloadHours/@id",
        "https://touchstone.example/ns#hours",
    );
    let used = changed.to_string().matches("workloadHours").count() > 1;
    assert_eq!(proof(&changed) == Outcome::Pass, !used);
}

#[test]
fn t05_a_context_anywhere_on_a_network_is_unknown_and_asked_of_nobody() {
    // This crate cannot open a connection; what it names for fetching holds no context either.
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:4599/context",
        "http://[::1]/context",
        "https://10.0.0.1/context",
        "file:///etc/passwd",
    ] {
        let credential = with_context("aim", url.into());
        assert_eq!(
            proof(&credential),
            Outcome::Unknown(Fault::ContextUnknown),
            "{url}"
        );
        let text = credential.to_string();
        let needed = required(&Credential::parse(text.as_bytes()).unwrap());
        assert!(!format!("{needed:?}").contains(url), "{url}");
    }
}

#[test]
fn t06_what_one_document_teaches_does_not_change_another() {
    let mut documents = vec![sample("aim"), sample("inline-context"), sample("revoked")];
    documents.push(with_context(
        "aim",
        json(r#"{"issuer":"https://evil.example/issuer"}"#),
    ));
    documents.push(with_context(
        "aim",
        json(r#"{"mediaType":"https://evil.example/name"}"#),
    ));
    documents.push(with_context("aim", json(r#"{"x":"https://x.example/a"}"#)));
    documents.push(with_context("aim", json(r#"{"x":"https://x.example/b"}"#)));
    let judged = |order: &mut dyn Iterator<Item = usize>| {
        let contexts = Contexts::bundled();
        let one = |at: usize| {
            let text = documents[at].to_string();
            let credential = Credential::parse(text.as_bytes()).unwrap();
            (
                at,
                verify(
                    &credential,
                    &lists(),
                    &Trust::default(),
                    at_today(),
                    &CRYPTO,
                    &contexts,
                ),
            )
        };
        let mut reports: Vec<_> = order.map(one).collect();
        reports.sort_by_key(|(at, _)| *at);
        reports
    };
    let last = documents.len();
    assert_eq!(judged(&mut (0..last)), judged(&mut (0..last).rev()));
}

fn at_today() -> Timestamp {
    crate::support::at(crate::support::TODAY)
}

#[test]
fn t16_a_member_twice_or_a_broken_text_is_refused() {
    let text = sample("aim").to_string();
    for (from, to) in [
        (
            "\"validUntil\":",
            "\"validUntil\":\"2099-01-01T00:00:00Z\",\"validUntil\":",
        ),
        ("\"Dresses wounds.\"", "\"\\ud800\""),
        ("\"Dresses wounds.\"", "\"Dresses \n wounds.\""),
        ("\"Dresses wounds.\"", "01"),
        ("\"Dresses wounds.\"", "NaN"),
    ] {
        let spoiled = text.replacen(from, to, 1);
        assert_ne!(spoiled, text);
        assert!(
            matches!(
                Credential::parse(spoiled.as_bytes()),
                Err(CredentialError::Json(_))
            ),
            "{to}"
        );
    }
}

/// What makes names unambiguous: no context that is bundled has a second name for a term that is read, whatever IRI any of them has for
/// it, but for those that are refused.
#[test]
fn t01_no_bundled_context_gives_a_read_term_another_name() {
    let mut iris: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for bundled in touchstone_canon::BUNDLED {
        for (term, iri) in terms(bundled.bytes) {
            iris.entry(iri).or_default().insert(term);
        }
    }
    let is_read = |term: &&String| READ.contains(&term.as_str());
    assert!(iris.values().flatten().filter(is_read).count() > 60);
    let mut others = BTreeSet::new();
    for names in iris
        .values()
        .filter(|names| names.iter().any(|name| is_read(&name)))
    {
        for other in names.iter().filter(|name| !is_read(name)) {
            others.insert(other.as_str());
        }
        // Two that are read, and mean the same, would be as bad.
        assert!(names.iter().filter(is_read).count() == 1, "{names:?}");
    }
    // `uid` is `id` in ODRL: without an `id` the shape or the issuer fails, and of others an identifier is not shown.
    assert!(others.remove("uid"));
    assert_eq!(Vec::from_iter(others), CLASSES);
}

/// Classes that have the IRI of a property that is read.
const CLASSES: [&str; 5] = ["Achievement", "Address", "Criteria", "Image", "Profile"];

/// In version 3.0.2 `image` has the IRI of the class `Image`: renamed, the signature still fits, and no picture is read.
#[test]
fn t01_what_is_called_by_its_class_is_not_taken() {
    let image = json(r#"{"id":"https://riverside.example/badge.png","type":"Image"}"#);
    let unsigned = json(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"],
        "id":"urn:uuid:8d1cdb6a-2c4f-4a0e-9a54-0f4d1c6f3f11","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Badge",
        "issuer":{{"id":"{}","type":["Profile"],"name":"Riverside"}},"validFrom":"2026-01-01T00:00:00Z",
        "credentialSubject":{{"id":"did:example:ada","type":["AchievementSubject"],"achievement":{{"id":"urn:uuid:1","type":["Achievement"],
        "name":"Wound dressing","description":"Dresses wounds.","criteria":{{"narrative":"A test."}},"image":{image}}}}}}}"#,
        crate::support::did_key(1)
    ));
    let genuine = crate::support::parsed(&signed(&unsigned, 1));
    assert_eq!(proof(&genuine), Outcome::Pass);
    let mut renamed = genuine;
    let achievement = renamed.get_mut("credentialSubject").unwrap();
    let achievement = achievement.get_mut("achievement").unwrap();
    let members = achievement.as_object_mut().unwrap();
    members.remove("image");
    members.insert("Image", image);
    let report = refused(&renamed);
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Unknown(Fault::NamesAmbiguous)
    );
}

/// The names by which the view and the status read a document stand in the list below.
#[test]
fn the_names_that_are_read_are_listed() {
    for source in [
        include_str!("../../src/view.rs"),
        include_str!("../../src/status/entry.rs"),
    ] {
        let source = source.split("#[cfg(test)]").next().unwrap();
        let pieces: Vec<_> = source.split('"').collect();
        let mut seen = 0;
        for window in pieces.windows(3) {
            let [before, name, after] = window else {
                continue;
            };
            let called =
                before.ends_with("get(") || before.ends_with("text(") || before.ends_with(", ");
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
            if called && is_name && after.starts_with(')') {
                assert!(READ.contains(name), "{name} is read");
                seen += 1;
            }
        }
        assert!(seen >= 6, "{seen}");
    }
}

/// Every name by which this crate reads a document.
#[rustfmt::skip]
const READ: [&str; 77] = [
    "achievedLevel", "achievement", "achievementType", "alignment", "audience", "awardedDate", "caption",
    "credentialStatus", "credentialSubject", "criteria", "description", "digestMultibase", "digestSRI", "email",
    "encodedList", "evidence", "expirationDate", "fieldOfStudy", "genre", "hashed", "humanCode", "id", "identifier",
    "identityHash", "identityType", "image", "inLanguage", "issuanceDate", "issuer", "level", "mediaType", "name",
    "narrative", "points", "relatedResource", "requiredLevel", "requiredValue", "result", "resultDescription",
    "resultType", "rubricCriterionLevel", "salt", "source", "specialization", "statusListCredential",
    "statusListIndex", "statusPurpose", "statusSize", "tag", "targetCode", "targetDescription", "targetFramework",
    "targetName", "targetType", "targetUrl", "ttl", "type", "url", "validFrom", "validUntil", "value", "version",
    "endorsement", "otherIdentifier", "address", "related", "creator", "credentialSchema",
    "association", "associationType", "endorsementComment", "message", "sourceId", "status", "statusMessage", "targetId",
    "verifiableCredential",
];

/// The terms that a context document defines anywhere in it, with their IRIs in full.
fn terms(document: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    definitions(&Value::parse(document).unwrap(), &mut found);
    let prefixes: BTreeMap<_, _> = found
        .iter()
        .filter(|(_, iri)| iri.ends_with(['#', '/']))
        .cloned()
        .collect();
    let full = |iri: String| match iri.split_once(':') {
        Some((prefix, rest)) if !rest.starts_with("//") => match prefixes.get(prefix) {
            Some(base) => format!("{base}{rest}"),
            None => iri,
        },
        _ => iri,
    };
    found
        .into_iter()
        .map(|(term, iri)| (term, full(iri)))
        .collect()
}

fn definitions(value: &Value<'_>, found: &mut Vec<(String, String)>) {
    for (term, definition) in value
        .as_object()
        .into_iter()
        .flat_map(|object| object.iter())
    {
        let id = definition
            .as_str()
            .or_else(|| definition.get("@id").and_then(Value::as_str));
        if let Some(iri) = id.filter(|_| !term.starts_with('@')) {
            found.push((term.to_owned(), iri.to_owned()));
        }
        definitions(definition, found);
    }
    for item in value.as_array().unwrap_or_default() {
        definitions(item, found);
    }
}
