//! Tokens as tests make them, and the issuer of those of the W3C.

use touchstone_canon::json::Value;
use touchstone_canon::multibase::encode_base64url;
use touchstone_vc::did::PublicKey;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::jose::{Algorithm, TokenDraft};
use touchstone_vc::{Curve, Evidence, Resource};

use crate::support::{Key, fetched, parsed, set, signing, unsigned_sample, vectors};

pub(crate) const SIGNING: [(Algorithm, Curve); 3] = [
    (Algorithm::EdDsa, Curve::Ed25519),
    (Algorithm::Es256, Curve::P256),
    (Algorithm::Es384, Curve::P384),
];

fn algorithm(key: &Key) -> Algorithm {
    let curve = key.public().curve().unwrap();
    SIGNING
        .into_iter()
        .find(|(_, known)| *known == curve)
        .unwrap()
        .0
}

/// `aim` in the name of `key`, without a proof.
pub(crate) fn unsigned(key: &Key) -> Value<'static> {
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", key.did());
    unsigned
}

pub(crate) fn token(key: &Key, document: &Value<'_>) -> String {
    let method = verification_method(&key.public());
    let draft = TokenDraft::credential(document, &signing(algorithm(key), &method)).unwrap();
    let signature = key.sign(draft.signing_input());
    draft.seal(&signature)
}

/// A token with any header and payload, signed with `key`.
pub(crate) fn forged(key: &Key, header: &Value<'_>, payload: &Value<'_>) -> String {
    let part = |value: &Value<'_>| encode_base64url(value.to_string().as_bytes())[1..].to_owned();
    let input = format!("{}.{}", part(header), part(payload));
    let signature = key.sign(input.as_bytes());
    format!("{input}.{}", &encode_base64url(&signature.0)[1..])
}

pub(crate) fn json(text: &str) -> Value<'static> {
    parsed(text.as_bytes())
}

pub(crate) fn jwk(key: &Key) -> Value<'static> {
    let PublicKey::Ed25519(x) = key.public() else {
        panic!("an Ed25519 key")
    };
    json(&format!(
        r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
        &encode_base64url(&x)[1..]
    ))
}

/// The document of the issuer of the W3C vectors, from the keys that stand beside them.
pub(crate) fn w3c_issuer() -> Evidence {
    let issuer = "https://example.issuer/vc-jose-cose";
    let methods: Vec<_> = vectors("jose-cose-input", ".json")
        .into_iter()
        .map(|path| parsed(&std::fs::read(path).unwrap()))
        .filter(|value| value.get("controller").and_then(Value::as_str) == Some(issuer))
        .collect();
    assert!(methods.len() >= 4);
    let ids: Vec<_> = methods
        .iter()
        .map(|method| method.get("id").unwrap().clone())
        .collect();
    let mut document = json(&format!(r#"{{"id":"{issuer}"}}"#));
    set(&mut document, "/verificationMethod", methods);
    set(&mut document, "/assertionMethod", ids.clone());
    set(&mut document, "/authentication", ids);
    Evidence::from([(
        Resource::DidDocument(issuer.into()),
        fetched(document.to_string()),
    )])
}
