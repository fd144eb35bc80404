//! Whose key it was, and who knows the issuer.

use std::collections::BTreeMap;

use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::{self, DidDocument};
use touchstone_vc::{
    CheckKind, Credential, Detail, Document, Evidence, Fault, Listing, Outcome, Register, Report,
    Resource, Trust, Unreachable, Verdict, verify,
};

use crate::support::{
    CONTEXTS, TODAY, at, did_key, fetched, judge, lists, needs, nothing, outcome, public, set,
    signed, signed_as, unsigned_sample, vector,
};

const WEB: &str = "did:web:riverside.example:i:riverside";

/// A credential issued by `issuer` and signed with `key(seed)` under the name `method`.
fn issued(issuer: &str, seed: u8, method: &str) -> Vec<u8> {
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", issuer.to_owned());
    signed_as(&unsigned, seed, method)
}

fn web_document() -> Value<'static> {
    let keys = [
        ("key-1".to_owned(), public(1)),
        ("key-2".to_owned(), public(2)),
    ];
    DidDocument::asserting(WEB, keys).to_value().into_owned()
}

fn with_document(document: &Value<'_>) -> Evidence {
    let mut evidence = lists();
    evidence.insert(
        Resource::DidDocument(WEB.into()),
        fetched(document.to_string()),
    );
    evidence
}

#[track_caller]
fn check(credential: &[u8], evidence: &Evidence, proof: Outcome, issuer: Outcome) -> Report {
    let report = judge(credential, evidence);
    assert_eq!(
        (
            outcome(&report, CheckKind::Proof),
            outcome(&report, CheckKind::Issuer)
        ),
        (proof, issuer)
    );
    report
}

#[test]
fn a_did_web_issuer_is_proven_by_its_document() {
    let credential = issued(WEB, 1, &format!("{WEB}#key-1"));
    assert_eq!(needs(&credential)[0], Resource::DidDocument(WEB.into()));
    check(
        &credential,
        &with_document(&web_document()),
        Outcome::Pass,
        Outcome::Pass,
    );
}

#[test]
fn without_its_document_a_did_web_issuer_is_unknown() {
    let credential = issued(WEB, 1, &format!("{WEB}#key-1"));
    let missing = Outcome::Unknown(Fault::IssuerDocumentMissing);
    assert_eq!(
        check(&credential, &nothing(), missing, missing).verdict(),
        Verdict::Unknown
    );

    let mut evidence = nothing();
    let gone = Document::Unreachable {
        why: Unreachable::Status(404),
        last_good: None,
    };
    evidence.insert(Resource::DidDocument(WEB.into()), gone);
    let unreachable = Outcome::Unknown(Fault::IssuerDocumentUnreachable);
    let report = check(&credential, &evidence, unreachable, unreachable);
    let issuer = report.of(CheckKind::Issuer).next().unwrap();
    let Detail::Issuer(detail) = &issuer.detail else {
        panic!("{issuer:?}")
    };
    assert_eq!(detail.unreachable, Some(Unreachable::Status(404)));
}

#[test]
fn a_document_about_somebody_else_or_nothing_is_unknown() {
    let credential = issued(WEB, 1, &format!("{WEB}#key-1"));
    let malformed = Outcome::Unknown(Fault::IssuerDocumentMalformed);
    let mut other = web_document();
    set(&mut other, "/id", "did:web:other.example");
    for document in [other, Value::Null, Value::from("x"), Value::Array(vec![])] {
        check(&credential, &with_document(&document), malformed, malformed);
    }
}

#[test]
fn t10_a_key_of_somebody_else_never_speaks_for_the_issuer() {
    let mismatch = Outcome::Fail(Fault::ControllerMismatch);
    let own = did::key::verification_method(&public(2));
    // The signature holds; it is only not the issuer's.
    for issuer in [
        WEB.to_owned(),
        did_key(1),
        "https://riverside.example".to_owned(),
        format!("{}x", did_key(2)),
    ] {
        let report = check(
            &issued(&issuer, 2, &own),
            &with_document(&web_document()),
            Outcome::Pass,
            mismatch,
        );
        assert_eq!(report.verdict(), Verdict::Failed);
    }
    // The method's name lies: the document it names holds another key.
    let lie = issued(&did_key(1), 2, &did::key::verification_method(&public(1)));
    check(
        &lie,
        &lists(),
        Outcome::Fail(Fault::SignatureInvalid),
        Outcome::Unknown(Fault::ProofNotGood),
    );
    let lie = issued(WEB, 2, &format!("{WEB}#key-1"));
    check(
        &lie,
        &with_document(&web_document()),
        Outcome::Fail(Fault::SignatureInvalid),
        Outcome::Unknown(Fault::ProofNotGood),
    );
    // A did:web of somebody else is not even asked for.
    let foreign = issued(&did_key(1), 1, &format!("{WEB}#key-1"));
    assert!(!needs(&foreign).contains(&Resource::DidDocument(WEB.into())));
    check(
        &foreign,
        &lists(),
        Outcome::Unknown(Fault::IssuerDocumentMissing),
        mismatch,
    );
    // The issuer's document lists a key that somebody else controls.
    let mut document = web_document();
    set(
        &mut document,
        "/verificationMethod/0/controller",
        "did:web:other.example",
    );
    check(
        &issued(WEB, 1, &format!("{WEB}#key-1")),
        &with_document(&document),
        Outcome::Pass,
        mismatch,
    );
}

#[test]
fn t14_a_key_for_authentication_does_not_assert() {
    let credential = issued(WEB, 2, &format!("{WEB}#key-2"));
    let mut document = web_document();
    set(
        &mut document,
        "/authentication",
        vec![Value::from(format!("{WEB}#key-2"))],
    );
    set(
        &mut document,
        "/assertionMethod",
        vec![Value::from("#key-1")],
    );
    let refused = Outcome::Fail(Fault::KeyNotForAssertion);
    check(
        &credential,
        &with_document(&document),
        Outcome::Pass,
        refused,
    );
    // Relative references in a document are its own.
    let other = issued(WEB, 1, &format!("{WEB}#key-1"));
    check(
        &other,
        &with_document(&document),
        Outcome::Pass,
        Outcome::Pass,
    );
}

#[test]
fn t42_a_key_that_the_document_does_not_list_is_not_the_issuers() {
    let credential = issued(WEB, 3, &format!("{WEB}#key-3"));
    let evidence = with_document(&web_document());
    check(
        &credential,
        &evidence,
        Outcome::Unknown(Fault::KeyUnknown),
        Outcome::Fail(Fault::KeyUnknown),
    );
}

#[test]
fn t42_a_withdrawn_key_is_not_trusted_and_an_expired_one_only_for_its_time() {
    let credential = issued(WEB, 1, &format!("{WEB}#key-1"));
    for (member, value, expect) in [
        (
            "revoked",
            "2026-11-01T00:00:00Z",
            Outcome::Fail(Fault::KeyRevoked),
        ),
        // It was made before, says the proof; a thief would say so too.
        (
            "revoked",
            "2026-11-21T22:00:00Z",
            Outcome::Unknown(Fault::KeyRevoked),
        ),
        (
            "expires",
            "2026-11-01T00:00:00Z",
            Outcome::Fail(Fault::KeyRevoked),
        ),
        ("expires", "2026-11-21T22:00:00Z", Outcome::Pass),
    ] {
        let mut document = web_document();
        set(
            &mut document,
            &format!("/verificationMethod/0/{member}"),
            value,
        );
        check(
            &credential,
            &with_document(&document),
            Outcome::Pass,
            expect,
        );
    }
}

#[test]
fn identifiers_that_cannot_be_resolved_are_unknown() {
    for did in [
        "did:example:1",
        "did:web:..",
        "did:webvh:x:a.example",
        "http://riverside.example",
    ] {
        let credential = issued(did, 1, &format!("{did}#key-1"));
        let unknown = Outcome::Unknown(Fault::MethodUnsupported);
        check(&credential, &lists(), unknown, unknown);
        assert!(
            needs(&credential)
                .iter()
                .all(|resource| !matches!(resource, Resource::DidDocument(_)))
        );
    }
    let secp256k1 = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme";
    let credential = issued(secp256k1, 1, &format!("{secp256k1}#x"));
    let unknown = Outcome::Unknown(Fault::KeyUnsupported);
    check(&credential, &lists(), unknown, unknown);
}

#[test]
fn an_issuer_without_an_identifier_fails() {
    for issuer in [
        Value::Null,
        Value::from("Riverside"),
        Value::Array(vec![]),
        Value::from(true),
    ] {
        let mut unsigned = unsigned_sample("aim");
        set(&mut unsigned, "/issuer", issuer);
        let text = unsigned.to_string();
        let report = judge(text.as_bytes(), &lists());
        assert_eq!(
            outcome(&report, CheckKind::Issuer),
            Outcome::Fail(Fault::IssuerMalformed)
        );
        assert_eq!(report.verdict(), Verdict::Failed);
    }
}

fn recognized(credential: &[u8], listings: &[(&str, Option<Listing>)]) -> Report {
    let registers = listings.iter().map(|(name, listing)| Register {
        name: (*name).into(),
        issuers: listing
            .iter()
            .map(|listing| (did_key(1), *listing))
            .collect::<BTreeMap<_, _>>(),
        ..Register::default()
    });
    asked(credential, registers.collect())
}

fn asked(credential: &[u8], registers: Vec<Register>) -> Report {
    let trust = Trust {
        registers: registers.into_iter().map(Into::into).collect(),
    };
    let credential = Credential::parse(credential).unwrap();
    verify(&credential, &lists(), &trust, at(TODAY), &CRYPTO, &CONTEXTS)
}

#[test]
fn recognition_turns_a_pass_into_not_listed_and_nothing_else() {
    let aim = vector("sample-shapes/aim.json");
    let removed = Listing::Removed(at("2026-01-01T00:00:00Z"));
    type Listings<'l> = &'l [(&'l str, Option<Listing>)];
    let cases: [(Listings<'_>, Outcome, Verdict); 5] = [
        (&[], Outcome::NotListed, Verdict::NotListed),
        (&[("A", None)], Outcome::NotListed, Verdict::NotListed),
        (
            &[("A", None), ("B", Some(Listing::Listed))],
            Outcome::Pass,
            Verdict::Pass,
        ),
        (
            &[("A", Some(removed))],
            Outcome::Fail(Fault::RemovedFromRegister),
            Verdict::NotListed,
        ),
        (
            &[("A", Some(removed)), ("B", Some(Listing::Listed))],
            Outcome::Pass,
            Verdict::Pass,
        ),
    ];
    for (listings, expect, verdict) in cases {
        let report = recognized(&aim, listings);
        assert_eq!(
            (outcome(&report, CheckKind::Recognition), report.verdict()),
            (expect, verdict)
        );
    }
    let revoked = recognized(&vector("sample-shapes/revoked.json"), &[]);
    assert_eq!(revoked.verdict(), Verdict::Failed);
}

/// A register of somebody else, read on the day before.
fn elsewhere(name: &str, listing: Option<Listing>, unread: bool) -> Register {
    Register {
        name: name.into(),
        issuers: listing.into_iter().map(|one| (did_key(1), one)).collect(),
        source: Some("https://register.example/list.json".into()),
        as_of: Some(at("2026-11-20T12:00:00Z")),
        unread,
    }
}

#[test]
fn a_register_that_could_not_be_read_leaves_open_what_no_other_says() {
    let aim = vector("sample-shapes/aim.json");
    let removed = Listing::Removed(at("2026-01-01T00:00:00Z"));
    let listed = Some(Listing::Listed);
    let open = Outcome::Unknown(Fault::RegisterUnread);
    let fresh = |name, listing| elsewhere(name, listing, false);
    let unread = |name, listing| elsewhere(name, listing, true);
    let cases = [
        (vec![unread("A", None)], open, Some("A"), false),
        (vec![unread("A", listed)], open, Some("A"), true),
        (
            vec![unread("A", None), unread("B", listed)],
            open,
            Some("B"),
            true,
        ),
        (
            vec![fresh("A", None), unread("B", None)],
            open,
            Some("B"),
            false,
        ),
        (vec![unread("A", Some(removed))], open, Some("A"), false),
        (
            vec![unread("A", listed), fresh("B", listed)],
            Outcome::Pass,
            Some("B"),
            true,
        ),
        (
            vec![unread("A", listed), fresh("B", Some(removed))],
            Outcome::Fail(Fault::RemovedFromRegister),
            Some("B"),
            true,
        ),
        (vec![fresh("A", None)], Outcome::NotListed, None, false),
    ];
    for (registers, expect, decided_by, dated) in cases {
        let report = asked(&aim, registers.clone());
        let Some(Detail::Recognition(detail)) = report
            .of(CheckKind::Recognition)
            .map(|check| &check.detail)
            .next()
        else {
            panic!("no recognition");
        };
        assert_eq!(outcome(&report, CheckKind::Recognition), expect);
        assert_eq!(detail.register.as_deref(), decided_by);
        assert_eq!(detail.as_of.is_some(), dated, "{detail:?}");
        assert_eq!(detail.consulted.len(), registers.len());
        let verdict = match expect {
            Outcome::Pass => Verdict::Pass,
            _ => Verdict::NotListed,
        };
        assert_eq!(report.verdict(), verdict);
    }
}

#[test]
fn the_report_says_which_registers_were_asked_and_how_old_they_are() {
    let aim = vector("sample-shapes/aim.json");
    let report = asked(&aim, vec![elsewhere("A", None, true)]);
    let json = report.to_json();
    let asked = json.pointer("/checks/2/consulted/0").unwrap().to_string();
    assert_eq!(
        asked,
        r#"{"name":"A","source":"https://register.example/list.json","asOf":"2026-11-20T12:00:00Z","unread":true}"#
    );
}

#[test]
fn the_name_of_a_listed_issuer_is_not_its_recognition() {
    let forged = issued(&did_key(1), 2, &did::key::verification_method(&public(2)));
    let report = recognized(&forged, &[("A", Some(Listing::Listed))]);
    assert_eq!(
        outcome(&report, CheckKind::Recognition),
        Outcome::Unknown(Fault::IssuerUnproven)
    );
    assert_eq!(report.verdict(), Verdict::Failed);
}

#[test]
fn why_no_register_was_asked_is_told_apart_from_a_signature_that_does_not_hold() {
    let recognition = |credential: &[u8]| {
        let report = recognized(credential, &[("A", Some(Listing::Listed))]);
        outcome(&report, CheckKind::Recognition)
    };
    // The key could not be had: nothing is said against the signature.
    let unfetched = issued(WEB, 1, &format!("{WEB}#key-1"));
    assert_eq!(
        recognition(&unfetched),
        Outcome::Unknown(Fault::IssuerUnproven)
    );
    let lie = issued(&did_key(1), 2, &did::key::verification_method(&public(1)));
    assert_eq!(recognition(&lie), Outcome::Unknown(Fault::ProofNotGood));
}

#[test]
fn a_recognized_credential_with_exchanged_evidence_asks_for_care() {
    let aim = vector("sample-shapes/aim.json");
    let mut evidence = lists();
    let version = Resource::RelatedResource(
        "https://riverside.example/i/riverside/a/wound-dressing/1".into(),
    );
    evidence.insert(version, fetched("another version"));
    let issuers = BTreeMap::from([(did_key(1), Listing::Listed)]);
    let trust = Trust {
        registers: vec![
            Register {
                name: "A".into(),
                issuers,
                ..Register::default()
            }
            .into(),
        ],
    };
    let credential = Credential::parse(&aim).unwrap();
    let report = verify(
        &credential,
        &evidence,
        &trust,
        at(TODAY),
        &CRYPTO,
        &CONTEXTS,
    );
    assert_eq!(report.verdict(), Verdict::TakeCare);
}

#[test]
fn a_report_in_json_has_stable_codes() {
    let aim = vector("sample-shapes/aim.json");
    let report = judge(&aim, &nothing());
    let json = report.to_json();
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str);
    assert_eq!(text("/verdict"), Some("unknown"));
    assert_eq!(text("/at"), Some(TODAY));
    assert_eq!(text("/checks/0/check"), Some("proof"));
    assert_eq!(text("/checks/0/outcome"), Some("pass"));
    assert_eq!(text("/checks/0/path"), Some("/proof/0"));
    assert_eq!(text("/checks/0/suite"), Some("eddsa-rdfc-2022"));
    assert_eq!(text("/checks/2/outcome"), Some("not_listed"));
    assert_eq!(text("/checks/4/fault"), Some("status_list_missing"));
    assert_eq!(
        json.pointer("/checks/4/index").and_then(Value::as_i64),
        Some(5)
    );
}

#[test]
fn what_is_signed_for_one_issuer_does_not_serve_another() {
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", did_key(1));
    let mut moved = crate::support::parsed(&signed(&unsigned, 1));
    set(&mut moved, "/issuer/id", did_key(2));
    let method = did::key::verification_method(&public(2));
    set(&mut moved, "/proof/0/verificationMethod", method);
    let report = judge(moved.to_string().as_bytes(), &lists());
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Fail(Fault::SignatureInvalid)
    );
}
