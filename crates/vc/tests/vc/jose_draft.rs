//! Tokens that are made here: what is refused before anything is signed.

use touchstone_canon::Fault as CanonFault;
use touchstone_canon::json::Value;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::jose::{Algorithm, TokenDraft};
use touchstone_vc::{Curve, DraftError};

use crate::jose::unsigned;
use crate::support::{CONTEXTS, Key, parsed, set};

#[test]
fn no_token_is_made_of_what_safe_mode_refuses() {
    let key = Key::new(Curve::Ed25519, 7);
    let method = verification_method(&key.public());
    let refused = |pointer: &str, value: Value<'static>| {
        let mut document = unsigned(&key);
        set(&mut document, pointer, value);
        let (algorithm, kid) = (Algorithm::EdDsa, method.as_str());
        let credential = TokenDraft::credential(&document, algorithm, kid, &CONTEXTS).err();
        let presentation =
            TokenDraft::presentation(&document, algorithm, kid, "c", "d", &CONTEXTS).err();
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
        TokenDraft::credential(&bare, Algorithm::EdDsa, &method, &CONTEXTS).err(),
        Some(DraftError::NotADocument)
    );
}
