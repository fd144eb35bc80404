//! Keys that a badge as a token names by their address (Open Badges 3.0 §8.2).

use touchstone_canon::json::Value;
use touchstone_vc::did::DidDocument;
use touchstone_vc::{CheckKind, Curve, Evidence, Fault, Outcome, Resource};

use crate::jose::{forged, jwk, unsigned};
use crate::support::{Key, fetched, judge, needs, outcome, parsed, set};

const KEYS: &str = "https://example.edu/keys";

fn header(typ: &str, kid: &str) -> Value<'static> {
    parsed(format!(r#"{{"alg":"EdDSA","typ":"{typ}","kid":"{kid}"}}"#).as_bytes())
}

fn at(address: &str, document: &Value<'_>) -> Evidence {
    let resource = Resource::DidDocument(address.to_owned());
    Evidence::from([(resource, fetched(document.to_string()))])
}

fn found(text: &str, evidence: &Evidence) -> (Outcome, Outcome) {
    let report = judge(text.as_bytes(), evidence);
    (
        outcome(&report, CheckKind::Proof),
        outcome(&report, CheckKind::Issuer),
    )
}

/// A set of keys, of which each has its name.
fn set_of(keys: &[(&str, &Key)]) -> Value<'static> {
    let keys: Vec<_> = keys
        .iter()
        .map(|(name, key)| {
            let mut key = jwk(key);
            set(&mut key, "/kid", (*name).to_owned());
            key
        })
        .collect();
    let mut document = parsed(b"{}");
    set(&mut document, "/keys", keys);
    document
}

const MISMATCH: Outcome = Outcome::Fail(Fault::ControllerMismatch);

#[test]
fn a_key_at_the_address_that_a_badge_names_shows_that_nothing_was_changed() {
    let (key, other) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 8));
    let payload = unsigned(&key);
    for (kid, address, document) in [
        (
            "https://example.edu/keys/1",
            "https://example.edu/keys/1",
            jwk(&key),
        ),
        (
            "https://example.edu/keys#key-1",
            KEYS,
            set_of(&[("key-2", &other), ("key-1", &key)]),
        ),
        (
            "https://example.edu/keys#key-1",
            KEYS,
            set_of(&[("https://example.edu/keys#key-1", &key)]),
        ),
    ] {
        let text = forged(&key, &header("JWT", kid), &payload);
        let resource = Resource::DidDocument(address.to_owned());
        assert!(needs(text.as_bytes()).contains(&resource), "{kid}");
        // Whoever signed chose the address: who that was, only the issuer's own document could say.
        assert_eq!(
            found(&text, &at(address, &document)),
            (Outcome::Pass, MISMATCH),
            "{kid}"
        );
        let missing = Outcome::Unknown(Fault::IssuerDocumentMissing);
        assert_eq!(found(&text, &Evidence::new()), (missing, MISMATCH), "{kid}");
        let stolen = forged(&other, &header("JWT", kid), &payload);
        let broken = Outcome::Fail(Fault::SignatureInvalid);
        assert_eq!(
            found(&stolen, &at(address, &document)),
            (broken, MISMATCH),
            "{kid}"
        );
    }
}

#[test]
fn what_is_no_key_at_that_address_leaves_the_badge_unknown() {
    let key = Key::new(Curve::Ed25519, 7);
    let text = forged(
        &key,
        &header("JWT", "https://example.edu/keys#key-1"),
        &unsigned(&key),
    );
    let mut private = jwk(&key);
    set(&mut private, "/d", "AA");
    for (document, fault) in [
        (set_of(&[("key-2", &key)]), Fault::IssuerDocumentMalformed),
        (parsed(b"{}"), Fault::IssuerDocumentMalformed),
        (private, Fault::KeyUnsupported),
    ] {
        let (proof, issuer) = found(&text, &at(KEYS, &document));
        assert_eq!(proof, Outcome::Unknown(fault), "{document}");
        assert_eq!(issuer, MISMATCH, "{document}");
    }
}

#[test]
fn an_issuers_own_document_says_more_than_a_key_at_its_address() {
    let key = Key::new(Curve::Ed25519, 7);
    let mut payload = unsigned(&key);
    set(&mut payload, "/issuer/id", KEYS);
    let text = forged(
        &key,
        &header("JWT", "https://example.edu/keys#key-1"),
        &payload,
    );
    let document = DidDocument::asserting(KEYS, [("key-1".to_owned(), key.public())]);
    assert_eq!(
        found(&text, &at(KEYS, &document.to_value())),
        (Outcome::Pass, Outcome::Pass)
    );
    assert_eq!(
        found(&text, &at(KEYS, &set_of(&[("key-1", &key)]))),
        (
            Outcome::Pass,
            Outcome::Unknown(Fault::IssuerDocumentMalformed)
        )
    );
}

#[test]
fn nobody_is_asked_by_plain_http_nor_for_the_other_profile() {
    let key = Key::new(Curve::Ed25519, 7);
    for (typ, kid) in [
        ("JWT", "http://example.edu/keys/1"),
        ("vc+jwt", "https://example.edu/keys/1"),
    ] {
        let text = forged(&key, &header(typ, kid), &unsigned(&key));
        assert!(
            !format!("{:?}", needs(text.as_bytes())).contains("keys/1"),
            "{kid}"
        );
        assert_ne!(found(&text, &at(kid, &jwk(&key))).0, Outcome::Pass, "{kid}");
    }
}
