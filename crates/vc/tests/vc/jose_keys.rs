//! Keys that a badge as a token names by their address (Open Badges 3.0 §8.2).

use touchstone_canon::json::Value;
use touchstone_vc::did::DidDocument;
use touchstone_vc::{CheckKind, Curve, Evidence, Fault, Outcome, Resource};

use crate::support::{Key, fetched, judge, needs, outcome, parsed, set};
use crate::tokens::{forged, jwk, unsigned};

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

const MISSING: Outcome = Outcome::Unknown(Fault::IssuerDocumentMissing);
const BROKEN: Outcome = Outcome::Fail(Fault::SignatureInvalid);

/// The addresses at which a key stands, and what stands there.
fn addresses(key: &Key, other: &Key) -> [(&'static str, &'static str, Value<'static>); 4] {
    let own = DidDocument::asserting(KEYS, [("key-1".to_owned(), key.public())]);
    [
        (
            "https://example.edu/keys/1",
            "https://example.edu/keys/1",
            jwk(key),
        ),
        (
            "https://example.edu/keys#key-1",
            KEYS,
            set_of(&[("key-2", other), ("key-1", key)]),
        ),
        (
            "https://example.edu/keys#key-1",
            KEYS,
            set_of(&[("https://example.edu/keys#key-1", key)]),
        ),
        (
            "https://example.edu/keys#key-1",
            KEYS,
            parsed(own.to_value().to_string().as_bytes()),
        ),
    ]
}

#[test]
fn a_key_at_the_address_that_a_badge_names_shows_that_nothing_was_changed() {
    let (key, other) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 8));
    let mut payload = unsigned(&key);
    set(&mut payload, "/issuer/id", ISSUER);
    for (kid, address, document) in addresses(&key, &other) {
        let text = forged(&key, &header("JWT", kid), &payload);
        let resource = Resource::DidDocument(address.to_owned());
        assert!(needs(text.as_bytes()).contains(&resource), "{kid}");
        // Whoever signed chose the address: who that was, only the issuer's own document can say, and it is not there.
        let evidence = at(address, &document);
        assert_eq!(found(&text, &evidence), (Outcome::Pass, MISSING), "{kid}");
        assert_eq!(found(&text, &Evidence::new()), (MISSING, MISSING), "{kid}");
        let stolen = forged(&other, &header("JWT", kid), &payload);
        assert_eq!(found(&stolen, &evidence), (BROKEN, MISSING), "{kid}");
    }
}

#[test]
fn the_issuers_own_document_says_whose_the_key_at_an_address_is() {
    let (key, other) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 8));
    let mut payload = unsigned(&key);
    set(&mut payload, "/issuer/id", ISSUER);
    for (kid, address, document) in addresses(&key, &other) {
        let text = forged(&key, &header("JWT", kid), &payload);
        assert!(
            needs(text.as_bytes()).contains(&Resource::DidDocument(ISSUER.to_owned())),
            "{kid}"
        );
        for (listed, issuer) in [
            (&key, Outcome::Pass),
            (&other, Outcome::Fail(Fault::KeyUnknown)),
        ] {
            let own = DidDocument::asserting(ISSUER, [("any".to_owned(), listed.public())]);
            let mut evidence = at(address, &document);
            evidence.extend(at(ISSUER, &own.to_value()));
            assert_eq!(found(&text, &evidence), (Outcome::Pass, issuer), "{kid}");
            // Without the key itself nothing is known of the badge.
            let (proof, issuer) = found(&text, &at(ISSUER, &own.to_value()));
            assert_eq!((proof, issuer), (MISSING, MISSING), "{kid}");
        }
        // A `did:key` is its own document.
        let own = forged(&key, &header("JWT", kid), &unsigned(&key));
        assert_eq!(
            found(&own, &at(address, &document)),
            (Outcome::Pass, Outcome::Pass),
            "{kid}"
        );
    }
}

#[test]
fn what_is_no_key_at_that_address_leaves_the_badge_unknown() {
    let (key, other) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 8));
    let text = forged(
        &key,
        &header("JWT", "https://example.edu/keys#key-1"),
        &unsigned(&key),
    );
    let mut private = jwk(&key);
    set(&mut private, "/d", "AA");
    for (document, fault) in [
        (set_of(&[("key-2", &key)]), Fault::KeyUnknown),
        (set_of(&[("", &key)]), Fault::KeyUnknown),
        // Two of one name: which is meant nobody can tell.
        (
            set_of(&[("key-1", &key), ("key-1", &other)]),
            Fault::KeyUnknown,
        ),
        (parsed(b"{}"), Fault::IssuerDocumentMalformed),
        (private, Fault::KeyUnsupported),
    ] {
        let unknown = Outcome::Unknown(fault);
        assert_eq!(
            found(&text, &at(KEYS, &document)),
            (unknown, unknown),
            "{document}"
        );
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
    let malformed = Outcome::Unknown(Fault::IssuerDocumentMalformed);
    assert_eq!(
        found(&text, &at(KEYS, &set_of(&[("key-1", &key)]))),
        (malformed, malformed)
    );
}

#[test]
fn nobody_is_asked_by_plain_http_nor_for_the_other_profile_nor_beside_a_key_that_came_along() {
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
    let mut both = header("JWT", "https://example.edu/keys/1");
    set(&mut both, "/jwk", jwk(&key));
    let text = forged(&key, &both, &unsigned(&key));
    assert!(!format!("{:?}", needs(text.as_bytes())).contains("keys/1"));
}

/// Whoever signs writes the issuer's address into a document of their own, as the identifier of their key.
#[test]
fn t10_a_document_that_takes_anothers_address_for_its_key_speaks_for_nobody() {
    let key = Key::new(Curve::Ed25519, 7);
    for (own, issuer) in [
        ("https://evil.example/doc", ISSUER),
        ("did:web:evil.example", "did:web:example.edu:issuer"),
        ("did:web:evil.example", ISSUER),
    ] {
        let mut payload = unsigned(&key);
        set(&mut payload, "/issuer/id", issuer);
        let named = format!("{issuer}#key-1");
        let mut document = DidDocument::asserting(issuer, [("key-1".to_owned(), key.public())]);
        document.id = own.to_owned();
        document.verification_methods[0].controller = own.to_owned();
        let mut document = parsed(document.to_value().to_string().as_bytes());
        let mut called = jwk(&key);
        set(&mut called, "/kid", own);
        set(
            &mut document,
            "/verificationMethod",
            vec![method_of(&named, own, called)],
        );
        let evidence = at(own, &document);
        for (typ, kid) in [
            ("JWT", own.to_owned()),
            ("vc+jwt", own.to_owned()),
            ("vc+jwt", named.clone()),
        ] {
            let text = forged(&key, &header(typ, &kid), &payload);
            let (_, said) = found(&text, &evidence);
            assert!(
                matches!(
                    said,
                    Outcome::Unknown(_) | Outcome::Fail(Fault::ControllerMismatch)
                ),
                "{typ} {kid} {issuer}: {said:?}"
            );
        }
    }
}

/// A key as a document lists it.
fn method_of(id: &str, controller: &str, key: Value<'static>) -> Value<'static> {
    let mut method = parsed(br#"{"type":"JsonWebKey"}"#);
    set(&mut method, "/id", id.to_owned());
    set(&mut method, "/controller", controller.to_owned());
    set(&mut method, "/publicKeyJwk", key);
    method
}

/// An issuer that is called by an address of its site.
const ISSUER: &str = "https://example.edu/issuer";

/// The issuer's document has a key that nobody here can read; the token names it, and brings the thief's own.
#[test]
fn t13_a_key_that_cannot_be_read_does_not_vouch_for_one_that_came_along() {
    let thief = Key::new(Curve::Ed25519, 9);
    let issuer = "did:web:example.edu";
    let method = format!("{issuer}#key-1");
    let coordinate = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE";
    let readable = jwk(&Key::new(Curve::Ed25519, 7));
    for key in [
        format!(
            r#"{{"type":"JsonWebKey","publicKeyJwk":{{"kty":"EC","crv":"secp256k1","x":"{coordinate}","y":"{coordinate}"}}}}"#
        ),
        r#"{"type":"Ed25519VerificationKey2018","publicKeyBase58":"H3C2AVvLMv6gmMNam3uVAjZpfkcJCwDwnZn6z3wXmqPV"}"#.into(),
        format!(r#"{{"type":"JsonWebKey","publicKeyJwk":{readable}}}"#),
    ] {
        let is_read = key.contains("OKP");
        let mut listed = parsed(key.as_bytes());
        set(&mut listed, "/id", method.clone());
        set(&mut listed, "/controller", issuer);
        let mut document = parsed(format!(r#"{{"id":"{issuer}"}}"#).as_bytes());
        set(&mut document, "/verificationMethod", vec![listed]);
        set(&mut document, "/assertionMethod", vec![Value::from(method.clone())]);
        let mut payload = unsigned(&thief);
        set(&mut payload, "/issuer/id", issuer);
        for typ in ["vc+jwt", "JWT"] {
            let mut header = header(typ, &method);
            set(&mut header, "/jwk", jwk(&thief));
            let text = forged(&thief, &header, &payload);
            let (proof, by) = found(&text, &at(issuer, &document));
            match is_read {
                true => assert_eq!((proof, by), TWO_KEYS, "{typ}"),
                false => assert!(matches!(by, Outcome::Unknown(_)), "{typ} {key}: {proof:?} {by:?}"),
            }
        }
    }
}

/// Which of them is meant nobody can tell.
const TWO_KEYS: (Outcome, Outcome) = (
    Outcome::Unknown(Fault::KeyUnknown),
    Outcome::Fail(Fault::KeyUnknown),
);

/// A token need not say when it was signed: then a key that has ended is one that has ended.
#[test]
fn t42_a_key_that_expired_signs_no_token_that_states_no_time() {
    let key = Key::new(Curve::Ed25519, 7);
    let issuer = "did:web:example.edu";
    let mut payload = unsigned(&key);
    set(&mut payload, "/issuer/id", issuer);
    let text = forged(
        &key,
        &header("vc+jwt", &format!("{issuer}#key-1")),
        &payload,
    );
    for (expires, by) in [
        ("2026-11-01T00:00:00Z", Outcome::Fail(Fault::KeyRevoked)),
        ("2027-11-01T00:00:00Z", Outcome::Pass),
    ] {
        let document = DidDocument::asserting(issuer, [("key-1".to_owned(), key.public())]);
        let mut document = document.to_value().into_owned();
        set(&mut document, "/verificationMethod/0/expires", expires);
        let evidence = at(issuer, &document);
        assert_eq!(found(&text, &evidence), (Outcome::Pass, by), "{expires}");
    }
}
