//! Credentials and presentations as JSON Web Tokens: reading them, and writing them.
//!
//! Compact JWS (RFC 7515) with the care of RFC 8725; two profiles, in [`envelope`]: VC-JOSE-COSE, and Open Badges 3.0 as a
//! JWS. Algorithms are EdDSA (`Ed25519`), ES256 and ES384; RS256 is read only.
//!
//! **Invariant:** the key decides the algorithm, never the header alone; nothing that a header points to (`jku`, `x5u`) is
//! looked at, but for the key at the address that Open Badges has in `kid`, which proves no issuer. Every byte of a token counts.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use touchstone_canon::json::{JsonLimits, Value};
use touchstone_canon::{Contexts, Limits};

use crate::credential::MAX_BYTES;
use crate::crypto::Checking;
use crate::did::PublicKey;
use crate::draft::DraftError;
use crate::names;
use crate::proof::Refusal;
use crate::report::Fault;
use crate::signature::Signature;
use crate::write::Members;

pub(crate) mod envelope;

/// The algorithms of signatures.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// Ed25519 (RFC 8037, RFC 9864).
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSASSA-PKCS1-v1_5 with SHA-256. Only read.
    Rs256,
}

impl Algorithm {
    /// The name in `alg`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
        }
    }

    /// Names are compared byte by byte: `es256` is no algorithm.
    fn parse(name: &str) -> Option<Self> {
        match name {
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}

/// The three parts of a token, out of base64url. A [`Token`] is read from them without copying what they say.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'t> {
    header: Vec<u8>,
    payload: Vec<u8>,
    input: &'t [u8],
    signature: Vec<u8>,
}

/// A token as it was received: taken apart, not believed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<'t> {
    header: Value<'t>,
    payload: Value<'t>,
    /// What the signature covers.
    input: Cow<'t, [u8]>,
    signature: Cow<'t, [u8]>,
}

/// Whether a text can only be a compact JWS: three base64url parts, the first of them JSON.
pub(crate) fn is(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    // `{` and anything.
    matches!(text, [b'e', b'w'..=b'z' | b'0'..=b'9' | b'-' | b'_', ..]) && has_three_parts(text)
}

/// Whether these are the letters of base64url with two dots among them. Without a way out before the end, and counted in bytes, so that
/// many are looked at together.
fn has_three_parts(text: &[u8]) -> bool {
    let fits = |b: u8| {
        ((b | 0x20).wrapping_sub(b'a') < 26)
            | (b.wrapping_sub(b'0') < 10)
            | (b == b'-')
            | (b == b'_')
            | (b == b'.')
    };
    let dots = |piece: &[u8]| piece.iter().fold(0, |dots, b| dots + u8::from(*b == b'.'));
    let pieces = text.chunks(usize::from(u8::MAX / 2));
    text.iter().fold(true, |all, b| all & fits(*b))
        && pieces.map(|piece| usize::from(dots(piece))).sum::<usize>() == 2
}

impl<'t> Parts<'t> {
    /// Takes a token apart. One text is one token: padding, white space inside and leftover bits are refused.
    pub(crate) fn of(text: &'t [u8]) -> Option<Self> {
        let text = core::str::from_utf8(text).ok()?.trim_ascii();
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut parts = text.split('.');
        let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let decoded = |part| URL_SAFE_NO_PAD.decode(part).ok();
        Some(Self {
            header: decoded(header)?,
            payload: decoded(payload)?,
            input: text.get(..header.len() + 1 + payload.len())?.as_bytes(),
            signature: decoded(signature)?,
        })
    }

    /// Reads what the parts say.
    pub(crate) fn token(&self) -> Option<Token<'_>> {
        Some(Token {
            header: object(&self.header)?,
            payload: object(&self.payload)?,
            input: self.input.into(),
            signature: self.signature.as_slice().into(),
        })
    }
}

impl<'t> Token<'t> {
    /// What it carries.
    pub(crate) fn payload(&self) -> &Value<'t> {
        &self.payload
    }

    /// Reads a token that outlives its text.
    pub(crate) fn parse(text: &[u8]) -> Option<Token<'static>> {
        Some(Parts::of(text)?.token()?.into_owned())
    }

    /// The same token, cut loose from its parts.
    pub(crate) fn into_owned(self) -> Token<'static> {
        Token {
            header: self.header.into_owned(),
            payload: self.payload.into_owned(),
            input: Cow::Owned(self.input.into_owned()),
            signature: Cow::Owned(self.signature.into_owned()),
        }
    }

    /// A member of the header that is a text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// The key in the header. It proves that nothing was changed, and nothing about who signed.
    pub(crate) fn key(&self) -> Option<Result<PublicKey, Fault>> {
        self.header.get("jwk").map(PublicKey::from_jwk)
    }

    /// How it is signed, if that is a way that is understood in full.
    pub(crate) fn algorithm(&self) -> Result<Algorithm, Refusal> {
        let Some(name) = self.header("alg") else {
            return Err(Refusal::Fail(Fault::ProofMalformed));
        };
        if name.eq_ignore_ascii_case("none") {
            return Err(Refusal::Fail(Fault::ProofMissing));
        }
        // RFC 7515 §4.1.11: what is critical and not understood may mean anything. RFC 7797's `b64` is critical.
        let critical = ["crit", "b64"]
            .iter()
            .any(|name| self.header.get(name).is_some());
        Algorithm::parse(name)
            .filter(|_| !critical)
            .ok_or(Refusal::Unknown(Fault::SuiteUnsupported))
    }

    /// Whether `key` signed it. A key of another kind than the algorithm's did not.
    pub(crate) fn check(
        &self,
        algorithm: Algorithm,
        key: &PublicKey,
        checking: &Checking<'_>,
    ) -> Result<(), Refusal> {
        let crypto = checking.crypto;
        let signature = self.signature.as_ref();
        let fits = match (algorithm, key) {
            (Algorithm::EdDsa, PublicKey::Ed25519(key)) => signature
                .try_into()
                .is_ok_and(|signature| checking.ed25519(key, &self.input, signature)),
            (Algorithm::Es256, PublicKey::P256(key)) => signature
                .try_into()
                .is_ok_and(|signature| (crypto.verify_p256)(key, &self.input, signature)),
            (Algorithm::Es384, PublicKey::P384(key)) => signature
                .try_into()
                .is_ok_and(|signature| (crypto.verify_p384)(key, &self.input, signature)),
            (Algorithm::Rs256, PublicKey::Rsa(key)) => {
                (crypto.verify_rs256)(key, &self.input, signature)
            }
            _ => false,
        };
        match fits {
            true => Ok(()),
            false => Err(Refusal::Fail(Fault::SignatureInvalid)),
        }
    }
}

fn object(part: &[u8]) -> Option<Value<'_>> {
    let limits = JsonLimits {
        bytes: MAX_BYTES,
        ..JsonLimits::default()
    };
    let value = Value::parse_within(part, &limits).ok()?;
    value.as_object()?;
    Some(value)
}

/// How a document is signed as a token: with which algorithm, by which key, and by which contexts it is read before.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// The algorithm, which goes with the key.
    pub algorithm: Algorithm,
    /// The key, as an absolute URL: `kid`.
    pub kid: &'a str,
    /// The contexts that the document may name.
    pub contexts: &'a Contexts,
}

/// A token that is complete but for its signature.
///
/// **Invariant:** as with [`Draft`](crate::Draft), nothing is signed of which statements cannot be made in safe mode, or whose names may
/// mean something else.
#[derive(Clone, Debug)]
pub struct TokenDraft {
    text: String,
}

impl TokenDraft {
    /// Prepares a credential for signing, in the profile of
    /// [VC-JOSE-COSE §3.1](https://www.w3.org/TR/vc-jose-cose/#with-jose).
    pub fn credential(unsigned: &Value<'_>, signing: &Signing<'_>) -> Result<Self, DraftError> {
        sound(unsigned, signing.contexts)?;
        Ok(Self::of("vc", unsigned, signing))
    }

    /// Prepares a badge in the profile of [Open Badges 3.0 §8.2](https://www.imsglobal.org/spec/ob/v3p0#jwt-proof): `typ` is `JWT`, and the
    /// claims `iss`, `jti`, `nbf`, `sub` and, where it ends, `exp` say again what the credential says.
    pub fn open_badge(unsigned: &Value<'_>, signing: &Signing<'_>) -> Result<Self, DraftError> {
        sound(unsigned, signing.contexts)?;
        let claims =
            envelope::claims(unsigned).map_err(|path| DraftError::ClaimMissing { path })?;
        let mut payload = unsigned.clone();
        if let Some(object) = payload.as_object_mut() {
            for (name, value) in claims.into_iter().filter(|(_, value)| !value.is_null()) {
                object.insert(name, value);
            }
        }
        Ok(Self::typed("JWT", &payload, signing.algorithm, signing.kid))
    }

    /// Prepares a presentation that answers `challenge` to `domain`, as the claims `nonce` and `aud`.
    pub fn presentation(
        unsigned: &Value<'_>,
        signing: &Signing<'_>,
        challenge: &str,
        domain: &str,
    ) -> Result<Self, DraftError> {
        sound(unsigned, signing.contexts)?;
        let mut payload = unsigned.clone();
        if let Some(object) = payload.as_object_mut() {
            object.insert("nonce", challenge);
            object.insert("aud", domain);
        }
        Ok(Self::of("vp", &payload, signing))
    }

    /// Prepares a token of another kind, which `typ` names.
    pub(crate) fn typed(typ: &str, payload: &Value<'_>, algorithm: Algorithm, kid: &str) -> Self {
        let header = Members::new()
            .with("alg", algorithm.as_str())
            .with("typ", typ)
            .with("kid", kid)
            .done();
        Self::unsealed(&header, payload)
    }

    fn of(kind: &'static str, payload: &Value<'_>, signing: &Signing<'_>) -> Self {
        let header = Members::new()
            .with("alg", signing.algorithm.as_str())
            .with("typ", alloc::format!("{kind}+jwt"))
            .with("cty", kind)
            .with("kid", signing.kid)
            .done();
        Self::unsealed(&header, payload)
    }

    fn unsealed(header: &Value<'_>, payload: &Value<'_>) -> Self {
        let encoded = |value: &Value<'_>| URL_SAFE_NO_PAD.encode(value.to_string());
        Self {
            text: alloc::format!("{}.{}", encoded(header), encoded(payload)),
        }
    }

    /// The exact bytes to sign: with Ed25519, or with ECDSA and the hash that goes with the curve, as `r ‖ s`.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Attaches the signature.
    #[must_use]
    pub fn seal(self, signature: &Signature) -> String {
        alloc::format!("{}.{}", self.text, URL_SAFE_NO_PAD.encode(&signature.0))
    }
}

/// Whether a document may be signed: whoever reads the token may read it as JSON-LD.
fn sound(document: &Value<'_>, contexts: &Contexts) -> Result<(), DraftError> {
    if document.get("@context").is_none() {
        return Err(DraftError::NotADocument);
    }
    if document.get("proof").is_some() {
        return Err(DraftError::AlreadySigned);
    }
    // Whoever reads the token takes them out of the document, or reads what stands in them instead of it.
    let mut taken = envelope::CLAIMS.into_iter().chain(["vc", "vp"]);
    if let Some(name) = taken.find(|name| document.get(name).is_some()) {
        return Err(DraftError::NameOfAClaim { name });
    }
    if let Some(path) = names::ambiguous(document) {
        return Err(DraftError::AmbiguousName { path });
    }
    Ok(touchstone_canon::check(
        document,
        contexts,
        &Limits::default(),
    )?)
}

/// The media type in `typ` and `cty`, where `application/` may be left out and case does not matter (RFC 7515 §4.1.9).
pub(crate) fn media_type(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    text.strip_prefix("application/")
        .unwrap_or(&text)
        .to_string()
}
