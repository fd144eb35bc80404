//! Open Badges 2.0: an assertion that its issuer's site vouches for, or that is signed as a JWS.
//!
//! [Open Badges 2.0](https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html). Badge class, issuer
//! profile, key and revocation list are documents at addresses; the caller brings them as evidence, round by round, since
//! each names the next: [`Assertion::required`] until it asks for nothing new, then [`Assertion::verify`].
//!
//! **Invariant:** a hosted badge is never told as signed. What it says is what its issuer's site says, and the site must be
//! the issuer's by the rules of [§ Verification](https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#VerificationObject).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use touchstone_canon::json::{JsonError, JsonLimits, Value};

use crate::credential::{CredentialError, items, text};
use crate::evidence::{Document, Evidence, Resource};

mod as_credential;
mod key;
mod verify;

/// The most rounds of asking for documents: assertion, badge class, issuer, key and list.
pub const MAX_ROUNDS: usize = 4;

/// The most arrays and objects inside one another in a document. [`Assertion::as_credential`] puts parts of a badge class
/// two deeper than they stand, and of a credential 64 are read; two are to spare.
pub const MAX_DEPTH: usize = 60;

/// An assertion, read but not believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    document: Value<'static>,
    signed: Option<Signed>,
}

/// The parts of a compact JWS that are checked.
#[derive(Clone, Debug, PartialEq)]
struct Signed {
    algorithm: Option<String>,
    input: Vec<u8>,
    signature: Vec<u8>,
}

impl Assertion {
    /// Reads an assertion, as JSON or as a compact JWS with one inside.
    pub fn parse(bytes: &[u8]) -> Result<Self, CredentialError> {
        let (document, signed) = match json(bytes) {
            Ok(document) => (document.into_owned(), None),
            Err(error) => match jws(bytes) {
                Some((document, signed)) => (document, Some(signed)),
                None => return Err(error.into()),
            },
        };
        let is = |kind: &Value<'_>| kind.as_str() == Some("Assertion");
        if items(&document, "type").iter().any(is) && document.get("badge").is_some() {
            Ok(Self { document, signed })
        } else {
            Err(CredentialError::NotACredential)
        }
    }

    /// Where it says that it is published; a badge that is signed may have a URN.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        text(&self.document, "id")
    }

    /// Whether its issuer's site vouches for it, rather than a signature.
    fn hosted(&self) -> bool {
        self.signed.is_none()
    }

    /// The documents that are known to be needed and are not in `evidence` yet.
    #[must_use]
    pub fn required(&self, evidence: &Evidence) -> Vec<Resource> {
        let mut wanted: Vec<&str> = Vec::new();
        if self.hosted() {
            wanted.extend(self.id());
        }
        wanted.extend(self.document.get("badge").and_then(Value::as_str));
        let badge = self.badge(evidence);
        let named = badge.as_ref().and_then(|badge| badge.get("issuer"));
        wanted.extend(named.and_then(address));
        let issuer = self.issuer(evidence);
        let list = issuer
            .as_ref()
            .and_then(|issuer| text(issuer, "revocationList"));
        wanted.extend(list);
        let key = self.key_id(issuer.as_ref());
        wanted.extend(key.as_deref().filter(|_| !self.hosted()));
        let mut resources = Vec::new();
        for url in wanted.into_iter().filter(|url| is_web(url)) {
            let resource = Resource::Hosted(url.to_string());
            if !evidence.contains_key(&resource) && !resources.contains(&resource) {
                resources.push(resource);
            }
        }
        resources
    }

    /// The badge class, from inside the assertion or from its address.
    fn badge(&self, evidence: &Evidence) -> Option<Value<'static>> {
        linked(self.document.get("badge")?, evidence)
    }

    /// The issuer's profile, from its own address and from nowhere else: whoever writes a badge class could put any policy
    /// and any key into a profile inside it. One that calls itself by another's name is known by its address: on a site that many share, anybody
    /// could call theirs by the name of a profile there that registers know.
    fn issuer(&self, evidence: &Evidence) -> Option<Value<'static>> {
        let badge = self.badge(evidence)?;
        let url = address(badge.get("issuer")?)?;
        let mut profile = fetched(url, evidence)?;
        if let Some(id) = profile.get_mut("id")
            && !id.as_str().is_some_and(|id| is_name_of(id, url))
        {
            *id = url.to_string().into();
        }
        Some(profile)
    }

    /// Which key is said to have signed: the assertion says it, or the issuer has only one.
    fn key_id(&self, issuer: Option<&Value<'_>>) -> Option<String> {
        let how = verification(&self.document);
        let named = how.and_then(|how| text(how, "creator"));
        let only = || match items(issuer?, "publicKey") {
            [one] => one.as_str().or_else(|| text(one, "id")),
            _ => None,
        };
        named.or_else(only).map(ToString::to_string)
    }
}

/// `verification`, or `verify` as version 1.1 called it.
fn verification<'v>(document: &'v Value<'static>) -> Option<&'v Value<'static>> {
    document
        .get("verification")
        .or_else(|| document.get("verify"))
}

/// A document that stands inside another, or at the address that stands there.
fn linked(value: &Value<'_>, evidence: &Evidence) -> Option<Value<'static>> {
    match value {
        Value::Object(_) => Some(value.clone().into_owned()),
        Value::String(url) => fetched(url, evidence),
        _ => None,
    }
}

/// A document at an address. It may give itself another name, but none on somebody else's site: the site that was asked
/// speaks for itself only.
fn fetched(url: &str, evidence: &Evidence) -> Option<Value<'static>> {
    match evidence.get(&Resource::Hosted(url.to_string()))? {
        Document::Fetched(copy) => {
            let document = json(&copy.bytes).ok()?.into_owned();
            let own = text(&document, "id").is_some_and(|id| id == url || host(id) == host(url));
            own.then_some(document)
        }
        Document::Unreachable { .. } | Document::Proven(_) => None,
    }
}

/// Whether a document that is asked for at an address is called so: by `http` asks for the same.
fn is_name_of(id: &str, url: &str) -> bool {
    id == url || without_scheme(id).is_some_and(|id| without_scheme(url) == Some(id))
}

fn without_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
}

/// Host and port of a web address.
fn host(url: &str) -> Option<&str> {
    let rest = without_scheme(url)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let host = &rest[..end];
    (!host.is_empty() && !host.contains('@')).then_some(host)
}

/// The address of a document that stands as a text, or inside.
fn address<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.as_str().or_else(|| text(value, "id"))
}

/// Reads a document of a badge.
fn json(bytes: &[u8]) -> Result<Value<'_>, JsonError> {
    let limits = JsonLimits {
        depth: MAX_DEPTH,
        ..JsonLimits::default()
    };
    Value::parse_within(bytes, &limits)
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn jws(bytes: &[u8]) -> Option<(Value<'static>, Signed)> {
    let text = core::str::from_utf8(bytes).ok()?.trim();
    let (input, signature) = text.rsplit_once('.')?;
    let (header, payload) = input.split_once('.')?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok();
    let header = decoded(header)?;
    let header = Value::parse(&header).ok()?;
    let payload = decoded(payload)?;
    let document = json(&payload).ok()?.into_owned();
    let algorithm = header.get("alg").and_then(Value::as_str);
    Some((
        document,
        Signed {
            algorithm: algorithm.map(ToString::to_string),
            input: input.into(),
            signature: decoded(signature)?,
        },
    ))
}
