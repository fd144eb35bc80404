//! Credentials within credentials: endorsements and the parts of a learner record.

use touchstone_canon::json::Value;
use touchstone_vc::report::{Inside, Role};
use touchstone_vc::verify::{MAX_DEPTH, MAX_INSIDE};
use touchstone_vc::{CheckKind, Credential, Evidence, Fault, Outcome, Report, Resource, Verdict};

use crate::support::{
    did_key, judge, lists, needs, nothing, parsed, set, signed, unsigned_sample, vector,
};

const ABOUT: &str = "https://riverside.example/i/riverside/a/wound-dressing";

/// An endorsement by the holder of `key(seed)`, signed.
fn endorsement(seed: u8, about: &str) -> Value<'static> {
    let text = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id":"urn:uuid:00000000-0000-4000-8000-00000000000{seed}","type":["VerifiableCredential","EndorsementCredential"],
        "name":"Endorsement","issuer":{{"id":"{}","type":["Profile"],"name":"Council of Nurses"}},"validFrom":"2026-01-01T00:00:00Z",
        "credentialSubject":{{"id":"{about}","type":["EndorsementSubject"],"endorsementComment":"We know this test."}}}}"#,
        did_key(seed)
    );
    parsed(&signed(&parsed(text.as_bytes()), seed))
}

/// The sample with these members added, then signed.
fn with(members: &[(&str, Value<'static>)]) -> Value<'static> {
    let mut unsigned = unsigned_sample("aim");
    for (place, value) in members {
        set(&mut unsigned, place, Value::Array(vec![value.clone()]));
    }
    parsed(&signed(&unsigned, 1))
}

fn achievement_id() -> String {
    let sample = unsigned_sample("aim");
    let id = sample.pointer("/credentialSubject/achievement/id");
    id.and_then(Value::as_str).unwrap_or(ABOUT).to_owned()
}

fn judged(credential: &Value<'_>, evidence: &Evidence) -> Report {
    judge(credential.to_string().as_bytes(), evidence)
}

#[track_caller]
fn only(report: &Report) -> &Inside {
    assert_eq!(report.inside.len(), 1, "{report:?}");
    &report.inside[0]
}

#[test]
fn endorsements_are_judged_on_their_own_wherever_they_stand() {
    let issuer = did_key(1);
    let achievement = achievement_id();
    let own = unsigned_sample("aim");
    let own = own.get("id").and_then(Value::as_str).unwrap().to_owned();
    for (place, about) in [
        ("/endorsement", own.as_str()),
        ("/issuer/endorsement", &issuer),
        ("/credentialSubject/achievement/endorsement", &achievement),
    ] {
        let credential = with(&[(place, endorsement(2, about))]);
        let report = judged(&credential, &lists());
        assert_eq!(
            report.outcome(CheckKind::Proof),
            Some(Outcome::Pass),
            "{place}"
        );
        let inside = only(&report);
        assert_eq!(inside.path, format!("{place}/0"));
        assert_eq!(inside.role, Role::Endorsement);
        assert_eq!(inside.issuer.as_deref(), Some("Council of Nurses"));
        assert_eq!(inside.comment.as_deref(), Some("We know this test."));
        assert_eq!(inside.about_this, Some(true), "{place}");
        assert_eq!(inside.report.verdict(), Verdict::NotListed);
        let outcome = inside.report.outcome(CheckKind::Schema);
        assert_eq!(outcome, Some(Outcome::Pass), "{:?}", inside.report);
        let json = report.to_json();
        let role = json.pointer("/inside/0/role").and_then(Value::as_str);
        assert_eq!(role, Some("endorsement"));
        assert!(json.pointer("/inside/0/report/checks").is_some());
    }
}

#[test]
fn a_false_endorsement_fails_by_itself_and_takes_nothing_from_the_credential() {
    let mut forged = endorsement(2, ABOUT);
    set(
        &mut forged,
        "/credentialSubject/endorsementComment",
        "We built this test.",
    );
    let report = judged(&with(&[("/endorsement", forged)]), &lists());
    assert_eq!(report.verdict(), Verdict::NotListed);
    let inside = only(&report);
    assert_eq!(inside.report.verdict(), Verdict::Failed);
    assert_eq!(inside.about_this, Some(false));

    // In the name of the issuer, by another key.
    let mut foreign = endorsement(2, ABOUT);
    set(&mut foreign, "/issuer/id", did_key(1));
    let report = judged(&with(&[("/endorsement", foreign)]), &lists());
    assert_eq!(only(&report).report.verdict(), Verdict::Failed);
}

#[test]
fn an_endorsement_put_in_after_signing_spoils_the_credential_it_is_put_into() {
    let mut credential = crate::support::sample("aim");
    set(
        &mut credential,
        "/endorsement",
        Value::Array(vec![endorsement(2, ABOUT)]),
    );
    let report = judged(&credential, &lists());
    assert_eq!(report.verdict(), Verdict::Failed);
    assert_eq!(only(&report).report.verdict(), Verdict::NotListed);
}

#[test]
fn an_endorsement_given_by_itself_is_judged_as_what_it_is() {
    let report = judged(&endorsement(2, ABOUT), &nothing());
    assert_eq!(report.verdict(), Verdict::NotListed);
    assert_eq!(report.outcome(CheckKind::Schema), Some(Outcome::Pass));
    let text = endorsement(2, ABOUT).to_string();
    let credential = Credential::parse(text.as_bytes()).unwrap();
    assert_eq!(credential.view().comment, Some("We know this test."));
}

/// A learner record with this credential in it, signed.
fn record(part: &Value<'static>) -> Value<'static> {
    let mut text = parsed(
        br#"{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id":"urn:uuid:00000000-0000-4000-8000-000000000099","type":["VerifiableCredential","ClrCredential"],"name":"Transcript",
        "issuer":{"id":"x","type":["Profile"]},"validFrom":"2026-01-01T00:00:00Z",
        "credentialSubject":{"id":"did:example:learner","type":["ClrSubject"],"verifiableCredential":[],
        "achievement":[{"id":"urn:uuid:00000000-0000-4000-8000-000000000001","type":["Achievement"],"name":"Nursing","description":"All of it.","criteria":{"narrative":"Everything."}}],
        "association":[{"type":"Association","associationType":"isPartOf","sourceId":"x","targetId":"urn:uuid:00000000-0000-4000-8000-000000000001"}]}}"#,
    );
    set(&mut text, "/issuer/id", did_key(3));
    set(
        &mut text,
        "/credentialSubject/association/0/sourceId",
        achievement_id(),
    );
    set(
        &mut text,
        "/credentialSubject/verifiableCredential",
        Value::Array(vec![part.clone()]),
    );
    parsed(&signed(&text, 3))
}

#[test]
fn each_part_of_a_learner_record_is_judged_and_its_associations_are_told() {
    let record = record(&with(&[]));
    let text = record.to_string();
    let list = Resource::StatusList("http://127.0.0.1:4599/status/1".into());
    assert!(
        needs(text.as_bytes()).contains(&list),
        "the parts' lists are asked for"
    );
    let report = judged(&record, &lists());
    assert_eq!(report.verdict(), Verdict::NotListed, "{report:?}");
    assert_eq!(report.outcome(CheckKind::Schema), Some(Outcome::Pass));
    let inside = only(&report);
    assert_eq!(inside.role, Role::Part);
    assert_eq!(inside.path, "/credentialSubject/verifiableCredential/0");
    assert_eq!(inside.name.as_deref(), Some("Wound dressing"));
    assert_eq!(
        inside.report.outcome(CheckKind::Status),
        Some(Outcome::Pass)
    );

    let credential = Credential::parse(text.as_bytes()).unwrap();
    let view = credential.view();
    assert_eq!(view.title(), Some("Transcript"));
    let associations = &view.record.as_ref().unwrap().associations;
    assert_eq!(
        (
            associations[0].source,
            associations[0].kind,
            associations[0].target
        ),
        ("Wound dressing", "isPartOf", "Nursing")
    );

    // A part that was withdrawn is withdrawn; the record around it stands.
    let report = judged(&self::record(&crate::support::sample("revoked")), &lists());
    assert_eq!(report.verdict(), Verdict::NotListed);
    let status = only(&report).report.outcome(CheckKind::Status);
    assert_eq!(status, Some(Outcome::Fail(Fault::Revoked)));
}

/// One that stands in a list of its own, in so many others.
fn nested(levels: usize) -> Value<'static> {
    let mut all = endorsement(2, ABOUT);
    let status =
        br#"{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7",
        "statusListCredential":"https://riverside.example/deep/1"}"#;
    set(&mut all, "/credentialStatus", parsed(status));
    for _ in 0..levels {
        let mut outer = endorsement(2, ABOUT);
        set(&mut outer, "/endorsement", Value::Array(vec![all]));
        all = outer;
    }
    all
}

#[test]
fn what_is_too_deep_to_be_looked_at_needs_nothing() {
    let list = Resource::StatusList("https://riverside.example/deep/1".to_owned());
    for (levels, needed) in [(1, true), (MAX_DEPTH, true), (MAX_DEPTH + 1, false)] {
        let found = needs(nested(levels).to_string().as_bytes());
        assert_eq!(found.contains(&list), needed, "{levels} levels: {found:?}");
    }
}

#[test]
fn too_many_and_too_deep_are_left_out_and_counted() {
    let mut crowd = crate::support::sample("aim");
    let many = vec![endorsement(2, ABOUT); MAX_INSIDE + 3];
    set(&mut crowd, "/endorsement", Value::Array(many));
    let report = judged(&crowd, &nothing());
    assert_eq!(
        (report.inside.len(), report.inside_left_out),
        (MAX_INSIDE, 3)
    );

    // On all levels together; those that stand beside one another come first.
    let mut outer = endorsement(2, ABOUT);
    let inner = Value::Array(vec![endorsement(2, ABOUT); 3]);
    set(&mut outer, "/endorsement", inner);
    set(
        &mut crowd,
        "/endorsement",
        Value::Array(vec![outer; MAX_INSIDE - 1]),
    );
    let report = judged(&crowd, &nothing());
    assert_eq!(report.inside.len(), MAX_INSIDE - 1);
    let deeper = report.inside.iter().map(|one| &one.report);
    let counted: Vec<_> = deeper
        .map(|one| (one.inside.len(), one.inside_left_out))
        .collect();
    assert_eq!(counted[..2], [(1, 2), (0, 3)]);

    let mut report = judged(&nested(MAX_DEPTH + 2), &nothing());
    let mut depth = 0;
    while let Some(inner) = report.inside.pop() {
        report = inner.report;
        depth += 1;
    }
    assert_eq!((depth, report.inside_left_out), (MAX_DEPTH, 1));
    // What cannot be read as a credential is unknown, never left out.
    let mut odd = crate::support::sample("aim");
    set(
        &mut odd,
        "/endorsement",
        Value::Array(vec![Value::from("x"), parsed(b"{}")]),
    );
    let report = judged(&odd, &nothing());
    let verdicts: Vec<_> = report
        .inside
        .iter()
        .map(|one| one.report.verdict())
        .collect();
    assert_eq!(verdicts, [Verdict::Unknown, Verdict::Unknown]);
}

/// A document of 400 KB in which every place has a name of 200 KB: written out, all of them take 20 GB.
#[test]
fn t07_only_places_that_are_looked_at_are_written_out() {
    let many = vec!["0"; 100_000].join(",");
    let inside = |name: &str, member: &str| {
        let text =
            format!(r#"{{"type":["VerifiableCredential"],"{name}":{{"{member}":[{many}]}}}}"#);
        assert!(needs(text.as_bytes()).is_empty());
        let report = judge(text.as_bytes(), &nothing());
        (report.inside.len(), report.inside_left_out)
    };
    let long = "K".repeat(200_000);
    for member in ["endorsement", "endorsementJwt", "verifiableCredential"] {
        assert_eq!(inside(&long, member), (0, 100_000), "{member}");
        assert_eq!(
            inside("credentialSubject", member),
            (MAX_INSIDE, 100_000 - MAX_INSIDE),
            "{member}"
        );
    }
}

/// What stands under a long name beside it is walked through without that name being copied again: 20,000 times 200 KB.
#[test]
fn a_credential_whose_place_has_no_usable_name_leaves_those_beside_it_alone() {
    let mut crowd = crate::support::sample("aim");
    let beside = vec![parsed(br#"{"a":{}}"#); 20_000];
    set(
        &mut crowd,
        &format!("/{}", "K".repeat(200_000)),
        Value::Array(beside),
    );
    let one = Value::Array(vec![endorsement(2, ABOUT)]);
    set(&mut crowd, &format!("/{}", "L".repeat(5000)), parsed(b"{}"));
    set(
        &mut crowd,
        &format!("/{}/endorsement", "L".repeat(5000)),
        one.clone(),
    );
    set(&mut crowd, "/endorsement", one);
    let report = judged(&crowd, &nothing());
    assert_eq!(only(&report).path, "/endorsement/0");
    assert_eq!(report.inside_left_out, 1);
}

#[test]
fn the_learner_record_of_others_has_its_parts_judged() {
    let report = judge(
        &vector("openbadges-spec-examples/linked-data-proof-clr-0.json"),
        &nothing(),
    );
    assert!(!report.inside.is_empty());
    let part = &report.inside[0];
    assert_eq!(part.role, Role::Part);
    assert_eq!(part.name.as_deref(), Some("Achievement 1"));
    // Its key is behind an https address, whose document is asked for and is not there.
    let outcomes = [CheckKind::Proof, CheckKind::Issuer].map(|kind| part.report.outcome(kind));
    let missing = Some(Outcome::Unknown(Fault::IssuerDocumentMissing));
    assert_eq!(outcomes, [missing; 2]);
    assert_eq!(part.report.verdict(), Verdict::Unknown);
}
