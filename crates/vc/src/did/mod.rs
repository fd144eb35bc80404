//! Who holds which key: identifiers, their documents and public keys.
//!
//! [DID Core](https://www.w3.org/TR/did-1.0/) and
//! [Controlled Identifiers](https://www.w3.org/TR/cid-1.0/). A `did:key` and a `did:jwk` contain their key and need nothing; a
//! `did:web` and an `https:` address name a document, which the caller brings, and a `did:webvh` the log of one. Other methods are *unsupported*, which is
//! not *wrong*. [`resolution`] answers as a DID resolver does.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use crate::crypto::Crypto;
use crate::report::Fault;
use crate::time::Timestamp;
use crate::write::{Members, array};

pub mod jwk;
pub mod key;
mod point;
mod public_key;
pub mod resolution;
pub mod web;
#[cfg(feature = "webvh")]
pub mod webvh;

pub use public_key::PublicKey;

/// What is known about an identifier: its keys and what they are for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DidDocument {
    /// The identifier.
    pub id: String,
    /// Other identifiers of the same party: the one it moved from, or to.
    pub also_known_as: Vec<String>,
    /// Its keys.
    pub verification_methods: Vec<VerificationMethod>,
    /// Full identifiers of the keys that may assert.
    pub assertion_methods: Vec<String>,
    /// Full identifiers of the keys that may authenticate.
    pub authentication_methods: Vec<String>,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relationship {
    /// Making statements: issuing.
    Assertion,
    /// Proving to be the subject of the document: presenting.
    Authentication,
}

/// One key of a document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerificationMethod {
    /// Its identifier, in full.
    pub id: String,
    /// Who may use it.
    pub controller: String,
    /// The key, or why it cannot be used here.
    pub key: Result<PublicKey, Fault>,
    /// The name that the key has in itself, as a JSON Web Key.
    pub kid: Option<String>,
    /// Since when it must not be trusted.
    pub revoked: Option<Timestamp>,
    /// Until when it was in use.
    pub expires: Option<Timestamp>,
}

impl Relationship {
    /// Its name in documents and in proofs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assertion => "assertionMethod",
            Self::Authentication => "authentication",
        }
    }
}

impl DidDocument {
    /// A document whose keys may all assert.
    #[must_use]
    pub fn asserting(id: &str, keys: impl IntoIterator<Item = (String, PublicKey)>) -> Self {
        let methods = keys.into_iter().map(|(fragment, key)| VerificationMethod {
            id: alloc::format!("{id}#{fragment}"),
            controller: id.to_owned(),
            key: Ok(key),
            kid: None,
            revoked: None,
            expires: None,
        });
        let verification_methods: Vec<_> = methods.collect();
        Self {
            id: id.to_owned(),
            also_known_as: Vec::new(),
            assertion_methods: verification_methods
                .iter()
                .map(|method| method.id.clone())
                .collect(),
            authentication_methods: Vec::new(),
            verification_methods,
        }
    }

    /// The document of an identifier that is its key: it may do everything.
    pub(crate) fn of_one_key(id: &str, fragment: &str, key: PublicKey) -> Self {
        let document = Self::asserting(id, [(fragment.to_owned(), key)]);
        Self {
            authentication_methods: document.assertion_methods.clone(),
            ..document
        }
    }

    /// The document of an identifier that contains its key; `None` for all others.
    #[must_use]
    pub fn contained(id: &str) -> Option<Result<Self, Fault>> {
        Self::is_contained(id).then(|| Self::unpacked(id))
    }

    /// Whether an identifier contains its document.
    pub(crate) fn is_contained(id: &str) -> bool {
        key::is(id) || jwk::is(id)
    }

    /// The document that an identifier contains.
    pub(crate) fn unpacked(id: &str) -> Result<Self, Fault> {
        if key::is(id) {
            key::resolve(id)
        } else {
            jwk::resolve(id)
        }
    }

    /// Reads the document that was published for `id`.
    pub fn parse(bytes: &[u8], id: &str) -> Result<Self, Fault> {
        if bytes.len() > MAX_BYTES {
            return Err(Fault::IssuerDocumentMalformed);
        }
        let value = Value::parse(bytes).map_err(|_| Fault::IssuerDocumentMalformed)?;
        Self::from_value(&value, id)
    }

    /// Reads what was published for `id` and had at `at`: its document, or of a `did:webvh` the log that ends with it. Witnesses are not asked:
    /// where it has any, it is left open.
    pub fn published(
        id: &str,
        bytes: &[u8],
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Self, Fault> {
        #[cfg(feature = "webvh")]
        if webvh::is(id) {
            let history = webvh::resolve(id, bytes, None, at, crypto);
            let history = history.map_err(|fault| match fault {
                webvh::WebvhFault::WitnessesMissing => Fault::MethodUnsupported,
                _ => Fault::IssuerDocumentMalformed,
            })?;
            let document = history.document.ok_or(Fault::IssuerDocumentMalformed)?;
            return Self::from_value(&document, id);
        }
        #[cfg(not(feature = "webvh"))]
        let _ = (at, crypto);
        Self::parse(bytes, id)
    }

    /// Takes the document of `id` out of JSON that was read already.
    pub fn from_value(value: &Value<'_>, id: &str) -> Result<Self, Fault> {
        // A fragment is a part of what an identifier names: by itself it names nothing, and its keys would have no names of their own.
        if value.get("id").and_then(Value::as_str) != Some(id) || id.starts_with('#') {
            return Err(Fault::IssuerDocumentMalformed);
        }
        // Each key costs as much as a signature to read.
        let mut methods = Vec::new();
        let mut key = |entry| {
            let method = VerificationMethod::read(entry, id);
            let method = method.filter(|_| methods.len() < MAX_KEYS);
            let method = method.ok_or(Fault::IssuerDocumentMalformed)?;
            let id = method.id.clone();
            methods.push(method);
            Ok(id)
        };
        for method in items(value, "verificationMethod") {
            key(method)?;
        }
        let mut references = |member| {
            let mut ids = Vec::new();
            for entry in items(value, member) {
                ids.push(match entry.as_str() {
                    Some(reference) => absolute(reference, id),
                    None => key(entry)?,
                });
            }
            Ok(ids)
        };
        let assertion_methods = references("assertionMethod")?;
        let authentication_methods = references("authentication")?;
        let also_known_as = items(value, "alsoKnownAs")
            .iter()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned);
        Ok(Self {
            id: id.to_owned(),
            also_known_as: also_known_as.collect(),
            verification_methods: methods,
            assertion_methods,
            authentication_methods,
        })
    }

    /// The document as it is published.
    #[must_use]
    pub fn to_value(&self) -> Value<'_> {
        let contexts = [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
        ];
        Members::new()
            .with("@context", array(contexts.map(Value::from)))
            .with("id", self.id.as_str())
            .list(
                "alsoKnownAs",
                self.also_known_as.iter().map(|id| id.as_str().into()),
            )
            .list(
                "verificationMethod",
                self.verification_methods
                    .iter()
                    .filter_map(VerificationMethod::to_value),
            )
            .list(
                "assertionMethod",
                self.assertion_methods.iter().map(|id| id.as_str().into()),
            )
            .list(
                "authentication",
                self.authentication_methods
                    .iter()
                    .map(|id| id.as_str().into()),
            )
            .done()
    }

    /// The key called `id`, whatever it is for.
    #[must_use]
    pub fn method(&self, id: &str) -> Option<&VerificationMethod> {
        self.verification_methods
            .iter()
            .find(|method| method.id == id)
    }

    /// The key that a token calls `kid`: by its identifier, by the fragment of it, or by the name that it has in itself.
    #[must_use]
    pub(crate) fn method_called(&self, kid: &str) -> Option<&VerificationMethod> {
        let fragment = |method: &&VerificationMethod| {
            let own = method.id.strip_prefix(self.id.as_str());
            own.and_then(|fragment| fragment.strip_prefix('#')) == Some(kid.trim_start_matches('#'))
        };
        let mut methods = self.verification_methods.iter();
        self.method(kid)
            .or_else(|| self.verification_methods.iter().find(fragment))
            .or_else(|| methods.find(|method| method.kid.as_deref() == Some(kid)))
    }

    /// Whether the key called `id` is this party's own and is for `relationship`.
    pub fn may(&self, relationship: Relationship, id: &str) -> Result<(), Fault> {
        let method = self.method(id).ok_or(Fault::KeyUnknown)?;
        // A document can write any address into itself: a key is its own only under its own.
        if method.controller != self.id || controller_of(&method.id) != self.id {
            return Err(Fault::ControllerMismatch);
        }
        let (listed, fault) = match relationship {
            Relationship::Assertion => (&self.assertion_methods, Fault::KeyNotForAssertion),
            Relationship::Authentication => {
                (&self.authentication_methods, Fault::KeyNotForAuthentication)
            }
        };
        if listed.iter().any(|known| known == id) {
            Ok(())
        } else {
            Err(fault)
        }
    }
}

impl VerificationMethod {
    fn read(value: &Value<'_>, document: &str) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str);
        let date = |name| match value.get(name) {
            None => Some(None),
            Some(date) => Timestamp::parse(date.as_str()?).ok().map(Some),
        };
        // Two forms of one key could be two keys: which one is meant cannot be told.
        let key = match (
            text("type")?,
            value.get("publicKeyMultibase"),
            value.get("publicKeyJwk"),
        ) {
            (
                "Multikey" | "Ed25519VerificationKey2020" | "EcdsaSecp256r1VerificationKey2019",
                Some(multikey),
                None,
            ) => multikey
                .as_str()
                .map_or(Err(Fault::KeyUnsupported), PublicKey::from_multikey),
            ("JsonWebKey" | "JsonWebKey2020", None, Some(jwk)) => PublicKey::from_jwk(jwk),
            _ => Err(Fault::KeyUnsupported),
        };
        Some(Self {
            id: absolute(text("id")?, document),
            controller: text("controller")?.to_string(),
            key,
            kid: value
                .get("publicKeyJwk")
                .and_then(|jwk| jwk.get("kid")?.as_str())
                .map(ToOwned::to_owned),
            revoked: date("revoked")?,
            expires: date("expires")?,
        })
    }

    fn to_value(&self) -> Option<Value<'_>> {
        let key = self.key.as_ref().ok()?;
        Some(
            Members::new()
                .with("id", self.id.as_str())
                .with("type", "Multikey")
                .with("controller", self.controller.as_str())
                .with("publicKeyMultibase", key.to_multikey())
                .maybe("expires", self.expires.map(|at| at.to_string()))
                .maybe("revoked", self.revoked.map(|at| at.to_string()))
                .done(),
        )
    }
}

/// The most keys of a document.
pub const MAX_KEYS: usize = 256;
/// The largest document of an identifier.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The identifier before the fragment of a key's URL.
#[must_use]
pub fn controller_of(verification_method: &str) -> &str {
    verification_method.split('#').next().unwrap_or_default()
}

/// The host of an identifier whose document is published there: of a `did:web` and, where it is read, of a `did:webvh`.
#[must_use]
pub fn domain(id: &str) -> Option<String> {
    #[cfg(feature = "webvh")]
    if let Some((_, beside)) = webvh::parts(id) {
        return web::domain(&beside);
    }
    web::domain(id)
}

/// Where the document of an identifier is published, if it has one to be fetched: of a `did:web`, of a `did:webvh` (its log), and of an
/// `https:` address, which is its own ([Controlled Identifiers §2.1](https://www.w3.org/TR/cid-1.0/#identifiers)).
#[must_use]
pub fn document_url(id: &str) -> Option<String> {
    #[cfg(feature = "webvh")]
    if webvh::is(id) {
        return webvh::log_url(id);
    }
    let address = id.starts_with("https://") && id.len() > 8 && !id.contains(['#', ' ']);
    match address {
        true => Some(id.to_owned()),
        false => web::document_url(id),
    }
}

/// DID URLs in a document may be relative to it (`#key-1`).
fn absolute(reference: &str, document: &str) -> String {
    if reference.starts_with('#') {
        [document, reference].concat()
    } else {
        reference.to_owned()
    }
}

fn items<'v, 'a>(value: &'v Value<'a>, member: &str) -> &'v [Value<'a>] {
    value.get(member).map_or(&[], Value::items)
}
