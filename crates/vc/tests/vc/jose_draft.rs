//! Tokens that are made here: what is refused before anything is signed, and what holds.

use touchstone_canon::Fault as CanonFault;
use touchstone_canon::json::Value;
use touchstone_canon::multibase::decode_base64url;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::jose::{Algorithm, TokenDraft};
use touchstone_vc::{CheckKind, Curve, DraftError, Outcome, Timestamp};

use crate::support::{Key, at, judge, lists, outcome, parsed, set, signing};
use crate::tokens::unsigned;

#[test]
fn no_token_is_made_of_what_safe_mode_refuses() {
    let key = Key::new(Curve::Ed25519, 7);
    let method = verification_method(&key.public());
    let refused = |pointer: &str, value: Value<'static>| {
        let mut document = unsigned(&key);
        set(&mut document, pointer, value);
        let signing = signing(Algorithm::EdDsa, &method);
        let credential = TokenDraft::credential(&document, &signing).err();
        let presentation = TokenDraft::presentation(&document, &signing, "c", "d").err();
        assert_eq!(presentation, credential, "{pointer}");
        credential
    };
    assert_eq!(refused("/name", "Aim".into()), None);
    for (pointer, value, path, fault) in [
        (
            "/undefined",
            "x".into(),
            "/undefined",
            CanonFault::UndefinedTerm,
        ),
        ("/id", "relative".into(), "/id", CanonFault::RelativeIri),
        (
            "/@context/1",
            "https://unknown.example/v1".into(),
            "/@context/1",
            CanonFault::UnknownContext,
        ),
    ] {
        match refused(pointer, value) {
            Some(DraftError::Canon(error)) => {
                assert_eq!((error.path.as_str(), error.fault), (path, fault));
            }
            other => panic!("{pointer}: {other:?}"),
        }
    }
    assert_eq!(
        refused("/urn:x", "x".into()),
        Some(DraftError::AmbiguousName {
            path: "/urn:x".into()
        })
    );
    let bare = parsed(br#"{"type":"VerifiableCredential"}"#);
    assert_eq!(
        TokenDraft::credential(&bare, &signing(Algorithm::EdDsa, &method)).err(),
        Some(DraftError::NotADocument)
    );
}

fn of_ada(key: &Key) -> Value<'static> {
    let mut document = unsigned(key);
    set(&mut document, "/credentialSubject/id", "did:example:ada");
    document
}

#[test]
fn a_badge_of_its_own_profile_says_again_what_it_says_and_holds() {
    for (algorithm, curve) in [
        (Algorithm::EdDsa, Curve::Ed25519),
        (Algorithm::Es256, Curve::P256),
        (Algorithm::Es384, Curve::P384),
    ] {
        let key = Key::new(curve, 7);
        let document = of_ada(&key);
        let method = verification_method(&key.public());
        let draft = TokenDraft::open_badge(&document, &signing(algorithm, &method)).unwrap();
        let signature = key.sign(draft.signing_input());
        let token = draft.seal(&signature);
        let part =
            |at: usize| parsed(&decode_base64url(token.split('.').nth(at).unwrap()).unwrap());
        let (header, payload) = (part(0), part(1));
        assert_eq!(header.get("typ").and_then(Value::as_str), Some("JWT"));
        assert_eq!(header.get("cty"), None);
        let text = |name: &str| payload.get(name).and_then(Value::as_str);
        assert_eq!(text("iss"), Some(key.did().as_str()));
        assert_eq!(text("jti"), document.get("id").and_then(Value::as_str));
        let subject = document.pointer("/credentialSubject/id");
        assert_eq!(text("sub"), subject.and_then(Value::as_str));
        for (claim, member) in [("nbf", "validFrom"), ("exp", "validUntil")] {
            let date = at(document.get(member).and_then(Value::as_str).unwrap());
            let seconds = payload.get(claim).and_then(Value::as_i64).unwrap();
            assert_eq!(Timestamp::from_unix_seconds(seconds), date.whole_seconds());
        }
        let report = judge(token.as_bytes(), &lists());
        assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass);
        assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass);
        assert!(
            report
                .of(CheckKind::Schema)
                .all(|check| check.outcome == Outcome::Pass),
            "{report:?}"
        );
    }
    // What a claim would have to say has to be there.
    let key = Key::new(Curve::Ed25519, 7);
    let method = verification_method(&key.public());
    let signing = signing(Algorithm::EdDsa, &method);
    for (pointer, path) in [("/id", "/id"), ("/validFrom", "/validFrom")] {
        let mut document = of_ada(&key);
        document.as_object_mut().unwrap().remove(&pointer[1..]);
        assert_eq!(
            TokenDraft::open_badge(&document, &signing).err(),
            Some(DraftError::ClaimMissing { path })
        );
    }
    // Whom it is about by e-mail has no identifier that could be `sub`.
    assert_eq!(
        TokenDraft::open_badge(&unsigned(&key), &signing).err(),
        Some(DraftError::ClaimMissing {
            path: "/credentialSubject/id"
        })
    );
}

#[test]
fn what_readers_of_a_token_take_out_of_a_document_is_not_signed_in_it() {
    let key = Key::new(Curve::Ed25519, 7);
    let method = verification_method(&key.public());
    let signing = signing(Algorithm::EdDsa, &method);
    for name in [
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce", "vc", "vp",
    ] {
        let mut document = of_ada(&key);
        set(&mut document, &format!("/{name}"), of_ada(&key));
        let expect = Some(DraftError::NameOfAClaim { name });
        let credential = TokenDraft::credential(&document, &signing).err();
        assert_eq!(credential, expect);
        let badge = TokenDraft::open_badge(&document, &signing).err();
        assert_eq!(badge, expect);
        let presentation = TokenDraft::presentation(&document, &signing, "c", "d").err();
        assert_eq!(presentation, expect);
    }
    let mut signed = of_ada(&key);
    set(
        &mut signed,
        "/proof",
        parsed(br#"{"type":"DataIntegrityProof"}"#),
    );
    let signed = TokenDraft::credential(&signed, &signing).err();
    assert_eq!(signed, Some(DraftError::AlreadySigned));
}

#[test]
fn a_date_that_no_claim_can_say_is_refused_and_not_left_out() {
    let key = Key::new(Curve::Ed25519, 7);
    let method = verification_method(&key.public());
    let made = |pointer: &str, date: &'static str| {
        let mut document = of_ada(&key);
        set(&mut document, pointer, date);
        TokenDraft::open_badge(&document, &signing(Algorithm::EdDsa, &method)).err()
    };
    for (path, date) in [
        ("/validFrom", "1965-05-01T00:00:00Z"),
        ("/validUntil", "1965-05-01T00:00:00Z"),
        ("/validUntil", "2030-02-30T00:00:00Z"),
        ("/validUntil", "some day"),
    ] {
        assert_eq!(made(path, date), Some(DraftError::ClaimMissing { path }));
    }
    assert_eq!(made("/validFrom", "1970-01-01T00:00:00Z"), None);
}
