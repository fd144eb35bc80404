//! Identifiers with keys in them or behind them.

use touchstone_canon::json::Value;
use touchstone_vc::did::resolution::{Asked, resolve};
use touchstone_vc::did::{self, DidDocument, PublicKey};

use super::texts;
use crate::{Target, seeds};

/// DIDs, DID URLs and Multikeys, and what a resolver answers.
pub(crate) const DID: Target = Target {
    name: "did",
    claim: "an identifier has a document or an error by name, and a key is written and read again as the same",
    run: identifier,
    seeds: || {
        texts(&[
            "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
            "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX#z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
            "did:key:zDnaeTHfhmSaQKBc7CmdL3K7oYg3D2SGF8iFCWgkKVFMRxyNm",
            "did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9",
            "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IjExcVlBWUt4Q3JmVlNfN1R5V1FIT2c3aGN2UGFwaU1scndJYWFQY0hVUm8ifQ",
            "did:web:example.org%3A8443:institutions:riverside?versionId=1#key-1",
            "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
        ])
    },
};

/// Published documents of identifiers.
pub(crate) const DID_DOCUMENT: Target = Target {
    name: "did-document",
    claim: "a document that is read is written and read again with the same keys",
    run: document,
    seeds: || {
        let mut all = seeds::files(
            &["jose-cose-input"],
            &[
                "vm-ed25519.json",
                "vm-p256.json",
                "vm-p384.json",
                "vm-did-ed25519.json",
            ],
        );
        all.extend(texts(&[
            r##"{"id":"did:web:riverside.example","alsoKnownAs":["https://riverside.example"],"verificationMethod":[{"id":"#key-1","type":"Multikey","controller":"did:web:riverside.example","publicKeyMultibase":"z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX","expires":"2026-11-21T14:02:00Z"}],"assertionMethod":["#key-1"],"authentication":["did:web:riverside.example#key-1"]}"##,
            r##"{"id":"did:web:riverside.example","verificationMethod":[{"id":"did:web:riverside.example#key-2","type":"JsonWebKey","controller":"did:web:riverside.example","revoked":"2026-11-21T14:02:00Z","publicKeyJwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"key-2","alg":"EdDSA","use":"sig","key_ops":["verify"]}}],"assertionMethod":[{"id":"#in","type":"Multikey","controller":"did:web:riverside.example","publicKeyMultibase":"zDnaeTHfhmSaQKBc7CmdL3K7oYg3D2SGF8iFCWgkKVFMRxyNm"}]}"##,
        ]));
        all
    },
};

fn identifier(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for format in [None, Some("Multikey"), Some("JsonWebKey2020")] {
        let asked = Asked {
            url: text,
            accept: None,
            public_key_format: format,
            experimental_key_types: format.is_some(),
        };
        let needs = asked.needs();
        let answer = resolve(&asked, None);
        let written = answer.body.to_string();
        let read = Value::parse(written.as_bytes()).expect("an answer is JSON");
        let found = read
            .get("didDocument")
            .and_then(|document| document.get("id"))
            .is_some();
        assert_eq!(found, answer.error.is_none(), "{written}");
        assert!(
            needs.is_none() || !found,
            "answered without what it needs: {written}"
        );
    }
    let _ = (
        did::document_url(text),
        did::web::domain(text),
        did::controller_of(text),
    );
    if let Some(Ok(document)) = DidDocument::contained(text) {
        assert_eq!(document.id, text);
        assert!(
            document
                .verification_methods
                .iter()
                .all(|method| method.controller == text)
        );
    }
    if let Ok(key) = PublicKey::from_multikey(text) {
        assert_eq!(PublicKey::from_multikey(&key.to_multikey()), Ok(key));
    }
}

fn document(bytes: &[u8]) {
    let Ok(value) = Value::parse(bytes) else {
        return;
    };
    let _ = PublicKey::from_jwk(&value);
    let Some(id) = value.get("id").and_then(Value::as_str) else {
        return;
    };
    let asked = Asked {
        url: id,
        ..Asked::default()
    };
    let _ = resolve(&asked, Some(bytes)).body.to_string();
    let Ok(document) = DidDocument::parse(bytes, id) else {
        return;
    };
    let written = document.to_value().to_string();
    let again = DidDocument::parse(written.as_bytes(), id).expect("a written document is read");
    let keys = |document: &DidDocument| {
        let methods = document.verification_methods.iter();
        let usable = methods.filter_map(|method| {
            Some((
                method.id.clone(),
                method.key.clone().ok()?,
                method.revoked,
                method.expires,
            ))
        });
        usable.collect::<Vec<_>>()
    };
    assert_eq!(keys(&again), keys(&document));
    assert_eq!(again.assertion_methods, document.assertion_methods);
}
