//! Writing the history of a `did:webvh`: the line that comes next, complete but for its signature.
//!
//! [did:webvh v1.0](https://identity.foundation/didwebvh/v1.0/), "Create (Register)", "Update (Rotate)" and "Pre-Rotation". The key may be
//! anywhere: [`Line::signing_input()`] gives the bytes to sign, [`Line::seal()`] attaches the signature.
//!
//! **Invariant:** every line is signed with another key, and promises the key of the next one by its hash. So whoever has a key that signed once
//! can sign no other past with it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::jcs;
use touchstone_canon::json::Value;

use super::{History, METHOD, PLACEHOLDER, SCHEME, WebvhFault, multihash, parts};
use crate::crypto::Crypto;
use crate::proof::{eddsa_jcs_2022, prefixed};
use crate::signature::Signature;
use crate::time::Timestamp;
use crate::write::{Members, array};

/// The keys of one line, as Multikeys.
#[derive(Clone, Copy, Debug)]
pub struct UpdateKeys<'a> {
    /// The one that signs it.
    pub signs: &'a str,
    /// The one that will sign the next.
    pub next: &'a str,
}

/// A line that waits for its signature.
#[derive(Clone, Debug)]
pub struct Line {
    did: String,
    entry: Value<'static>,
    proof: Value<'static>,
    input: Vec<u8>,
}

/// The name of a `did:webvh` beside a `did:web` as its first document has it: what stands for the SCID is not known yet.
#[must_use]
pub fn unnamed(beside: &str) -> Option<String> {
    let place = beside.strip_prefix("did:web:")?;
    Some(format!("{SCHEME}{PLACEHOLDER}:{place}"))
}

/// The document of the `did:web` beside a `did:webvh`, for those who do not read histories ("Publishing a Parallel did:web DID"): the same keys
/// under the other name, and the services that a `did:webvh` has without saying so.
#[must_use]
pub fn parallel(did: &str, document: &Value<'_>) -> Option<Value<'static>> {
    let (scid, beside) = parts(did)?;
    let url = super::web::document_url(&beside)?;
    let base = url.strip_suffix("did.json")?.replace("/.well-known/", "/");
    let text = document
        .to_string()
        .replace(&format!("{SCHEME}{scid}:"), "did:web:");
    let mut document = Value::parse(text.as_bytes()).ok()?.into_owned();
    let object = document.as_object_mut()?;
    let others = object.remove("alsoKnownAs").unwrap_or_default();
    let others = others.items().iter().filter_map(Value::as_str);
    let mut names: Vec<String> = others
        .filter(|name| *name != beside)
        .map(ToOwned::to_owned)
        .collect();
    if !names.iter().any(|name| name == did) {
        names.push(did.to_owned());
    }
    object.insert(
        "alsoKnownAs",
        names.into_iter().map(Value::from).collect::<Vec<_>>(),
    );
    let services = object.remove("service").unwrap_or_default();
    let mut services = services.items().to_vec();
    let files = Members::new()
        .with("id", "#files")
        .with("type", "relativeRef")
        .with("serviceEndpoint", base.clone());
    let whois = Members::new()
        .with(
            "@context",
            "https://identity.foundation/linked-vp/contexts/v1",
        )
        .with("id", "#whois")
        .with("type", "LinkedVerifiablePresentation")
        .with("serviceEndpoint", format!("{base}whois.vp"));
    for service in [files.done(), whois.done()] {
        let fragment = service
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_it = |one: &Value<'_>| {
            one.get("id")
                .and_then(Value::as_str)
                .is_some_and(|id| id.ends_with(fragment))
        };
        if !services.iter().any(is_it) {
            services.push(service);
        }
    }
    object.insert("service", services);
    Some(document.into_owned())
}

impl Line {
    /// The first line. `document` is named [as it is before it has a name](unnamed).
    pub fn first(
        document: &Value<'_>,
        keys: UpdateKeys<'_>,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Self, WebvhFault> {
        let parameters = Members::new()
            .with("method", METHOD)
            .with("scid", PLACEHOLDER)
            // It can be said here only: whoever may never move cannot choose to later.
            .with("portable", true)
            // As long as caches may keep the file itself.
            .with("ttl", TTL_SECONDS);
        let draft = entry(PLACEHOLDER, at, keys.of(parameters, crypto), document);
        let scid = multihash(canonical(&draft)?.as_bytes(), crypto);
        let text = draft.to_string().replace(PLACEHOLDER, &scid);
        let named = Value::parse(text.as_bytes()).map_err(|_| WebvhFault::Malformed)?;
        let line = Self::of(named.into_owned(), 1, keys, at, crypto)?;
        match parts(&line.did) {
            Some((own, _)) if own == scid => Ok(line),
            _ => Err(WebvhFault::Identifier),
        }
    }

    /// The line after a history.
    pub fn next(
        history: &History,
        document: &Value<'_>,
        keys: UpdateKeys<'_>,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Self, WebvhFault> {
        if history.deactivated {
            return Err(WebvhFault::AfterTheEnd);
        }
        if at.whole_seconds() <= history.updated {
            return Err(WebvhFault::Time);
        }
        if !history.promised(keys.signs, crypto) {
            return Err(WebvhFault::PreRotation);
        }
        let parameters = keys.of(Members::new(), crypto);
        let entry = entry(&history.version_id, at, parameters, document);
        Self::of(entry, history.versions + 1, keys, at, crypto)
    }

    /// Gives an entry that names the one before it its own name.
    fn of(
        mut entry: Value<'static>,
        number: usize,
        keys: UpdateKeys<'_>,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Self, WebvhFault> {
        if number == 1 {
            // The one before the first is the SCID itself.
            let scid = entry.pointer("/parameters/scid").cloned();
            insert(&mut entry, "versionId", scid.unwrap_or_default());
        }
        let hash = multihash(canonical(&entry)?.as_bytes(), crypto);
        insert(&mut entry, "versionId", format!("{number}-{hash}").into());
        let id = entry.pointer("/state/id").and_then(Value::as_str);
        let did = id.ok_or(WebvhFault::Malformed)?.to_owned();
        let proof = Members::new()
            .with("type", "DataIntegrityProof")
            .with("cryptosuite", "eddsa-jcs-2022")
            .with("created", at.whole_seconds().to_string())
            .with("verificationMethod", format!("did:key:{0}#{0}", keys.signs))
            .with("proofPurpose", "assertionMethod");
        let proof = proof.done();
        let input = eddsa_jcs_2022::input(&proof, &entry, crypto);
        let input = input.ok_or(WebvhFault::Malformed)?;
        Ok(Self {
            did,
            entry,
            proof,
            input,
        })
    }

    /// The DID that it is about.
    #[must_use]
    pub fn did(&self) -> &str {
        &self.did
    }

    /// The exact bytes to sign, with Ed25519.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        &self.input
    }

    /// Attaches the signature: the line as it is published, with its end.
    #[must_use]
    pub fn seal(self, signature: &Signature) -> String {
        let Self {
            mut entry,
            mut proof,
            ..
        } = self;
        insert(&mut proof, "proofValue", prefixed(&signature.0).into());
        insert(&mut entry, "proof", array([proof]));
        let mut line = entry.to_string();
        line.push('\n');
        line
    }
}

impl History {
    /// Whether the last version promised that this key (a Multikey) may sign the next.
    #[must_use]
    pub fn promised(&self, key: &str, crypto: &Crypto) -> bool {
        let hash = multihash(key.as_bytes(), crypto);
        self.next_key_hashes.contains(&hash)
    }
}

impl UpdateKeys<'_> {
    fn of(self, parameters: Members<'static>, crypto: &Crypto) -> Value<'static> {
        let next = multihash(self.next.as_bytes(), crypto);
        parameters
            .with("updateKeys", array([self.signs.to_owned().into()]))
            .with("nextKeyHashes", array([next.into()]))
            .done()
    }
}

fn entry(
    version_id: &str,
    at: Timestamp,
    parameters: Value<'static>,
    document: &Value<'_>,
) -> Value<'static> {
    let entry = Members::new()
        .with("versionId", version_id.to_owned())
        .with("versionTime", at.whole_seconds().to_string())
        .with("parameters", parameters)
        .with("state", document.clone().into_owned());
    entry.done()
}

fn canonical(value: &Value<'_>) -> Result<String, WebvhFault> {
    jcs::canonicalize(value).map_err(|_| WebvhFault::Malformed)
}

fn insert(value: &mut Value<'static>, name: &'static str, new: Value<'static>) {
    if let Some(object) = value.as_object_mut() {
        object.insert(name, new);
    }
}

/// How long a resolver keeps a document: as long as `did.json` may be kept. What is not said is an hour, and a key that is new would not be known.
const TTL_SECONDS: i64 = 300;
