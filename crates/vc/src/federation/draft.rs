//! Our own entity configuration (§3.1, §9), complete but for its signature.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use touchstone_canon::json::Value;

use crate::crypto::Crypto;
use crate::did::PublicKey;
use crate::jose::{Algorithm, TokenDraft};
use crate::signature::Signature;
use crate::time::Timestamp;
use crate::write::Members;

/// What an entity says about itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EntityDescription {
    /// Its entity identifier.
    pub id: String,
    /// Its immediate superiors.
    pub authority_hints: Vec<String>,
    /// Its name.
    pub organization_name: Option<String>,
    /// Its page.
    pub organization_uri: Option<String>,
    /// How to reach it.
    pub contacts: Vec<String>,
}

/// An entity configuration that waits for its signature.
#[derive(Clone, Debug)]
pub struct ConfigurationDraft(TokenDraft);

impl ConfigurationDraft {
    /// Prepares it for signing by `key`, with `keys` as the entity's. `None` if a key is of a kind that signs no statement here.
    #[must_use]
    pub fn new(
        entity: &EntityDescription,
        keys: &[PublicKey],
        key: &PublicKey,
        issued_at: Timestamp,
        expires_at: Timestamp,
        crypto: &Crypto,
    ) -> Option<Self> {
        let algorithm = algorithm(key)?;
        let named = |key: &PublicKey| {
            let mut jwk = key.to_jwk()?;
            let object = jwk.as_object_mut()?;
            object.insert("kid", thumbprint(key, crypto)?);
            object.insert("use", "sig");
            object.insert("alg", self::algorithm(key)?.as_str());
            Some(jwk)
        };
        let keys: Option<Vec<Value<'static>>> = keys.iter().map(named).collect();
        let texts = |texts: &[String]| {
            let texts = texts.iter().map(|text| Value::from(text.clone()));
            texts.collect::<Vec<Value<'static>>>()
        };
        let described = Members::new()
            .maybe("organization_name", entity.organization_name.clone())
            .maybe("organization_uri", entity.organization_uri.clone())
            .list("contacts", texts(&entity.contacts));
        let payload = Members::new()
            .with("iss", entity.id.clone())
            .with("sub", entity.id.clone())
            .with("iat", issued_at.unix_millis() / 1_000)
            .with("exp", expires_at.unix_millis() / 1_000)
            .with("jwks", Members::new().with("keys", keys?).done())
            .list("authority_hints", texts(&entity.authority_hints))
            .with(
                "metadata",
                Members::new()
                    .with("federation_entity", described.done())
                    .done(),
            )
            .done();
        let kid = thumbprint(key, crypto)?;
        let draft = TokenDraft::typed("entity-statement+jwt", &payload, algorithm, &kid);
        Some(Self(draft))
    }

    /// The exact bytes to sign.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.0.signing_input()
    }

    /// Attaches the signature.
    #[must_use]
    pub fn seal(self, signature: &Signature) -> String {
        self.0.seal(signature)
    }
}

/// The name of a key that is made of it: its JWK thumbprint with SHA-256 (RFC 7638).
#[must_use]
pub fn thumbprint(key: &PublicKey, crypto: &Crypto) -> Option<String> {
    // The required members in order, which is how `to_jwk` writes them.
    let jwk = key.to_jwk()?;
    let digest = (crypto.sha256)(jwk.to_string().as_bytes());
    Some(URL_SAFE_NO_PAD.encode(digest))
}

fn algorithm(key: &PublicKey) -> Option<Algorithm> {
    match key {
        PublicKey::Ed25519(_) => Some(Algorithm::EdDsa),
        PublicKey::P256(_) => Some(Algorithm::Es256),
        PublicKey::P384(_) | PublicKey::Rsa(_) => None,
    }
}
