//! `did:webvh`: a `did:web` with its whole history, in which each version is signed and bound to the one before.
//!
//! [did:webvh v1.0](https://identity.foundation/didwebvh/v1.0/): the log `did.jsonl`, the SCID, entry hashes, update keys, pre-rotation,
//! witnesses, portability and deactivation, as "Read (Resolve)" has them. The caller brings the log; nothing is fetched here. [`Line`] writes one.
//!
//! **Invariant:** a log counts as a whole: one entry that does not hold, and there is no document. What is not of version 1.0 is refused,
//! never guessed.
//!
//! **Limits:** [`MAX_BYTES`] and [`MAX_ENTRIES`] of a log.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::{JsonLimits, Object, Value};
use touchstone_canon::{jcs, multibase};

use super::{PublicKey, web};
use crate::crypto::{Checking, Crypto};
use crate::proof::eddsa_jcs_2022;
use crate::time::{CLOCK_SKEW_MS, Timestamp};

mod line;

pub use line::{Line, UpdateKeys, parallel, unnamed};

/// The longest log that is read: 4 MiB.
pub const MAX_BYTES: usize = 4 << 20;
/// The most versions of a document.
pub const MAX_ENTRIES: usize = 4_096;

const SCHEME: &str = "did:webvh:";
const METHOD: &str = "did:webvh:1.0";

/// Whether `did` is a `did:webvh`.
#[must_use]
pub fn is(did: &str) -> bool {
    did.starts_with(SCHEME)
}

/// The part of a `did:webvh` that its history begins with, and the `did:web` beside it; `None` if it is not well-formed.
#[must_use]
pub fn parts(did: &str) -> Option<(&str, String)> {
    let (scid, place) = did.strip_prefix(SCHEME)?.split_once(':')?;
    let base58 = |b: u8| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l');
    let beside = format!("did:web:{place}");
    let host = web::domain(&beside)?;
    let name = host.split(':').next()?;
    // A name, not an address: its last label is not a number.
    let named = name.contains('.') && !name.rsplit('.').next()?.bytes().all(|b| b.is_ascii_digit());
    let formed = scid.len() == 46 && scid.bytes().all(base58) && named;
    (formed && web::document_url(&beside).is_some()).then_some((scid, beside))
}

/// Where the log of `did` is published; `None` if this is no well-formed `did:webvh`.
#[must_use]
pub fn log_url(did: &str) -> Option<String> {
    let mut url = web::document_url(&parts(did)?.1)?;
    url.push('l');
    Some(url)
}

/// Where the proofs of its witnesses are published.
#[must_use]
pub fn witness_url(did: &str) -> Option<String> {
    let url = web::document_url(&parts(did)?.1)?;
    Some(format!("{}did-witness.json", url.strip_suffix("did.json")?))
}

/// When the last version of a log was made, as its controller says. Nothing is checked.
#[must_use]
pub fn updated(log: &[u8]) -> Option<Timestamp> {
    let mut lines = log.split(|byte| *byte == b'\n');
    let last = lines.rfind(|line| !line.trim_ascii().is_empty())?;
    Entry::read(last).ok()?.time().ok()
}

/// What a log says, once all of it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The document as of the last version; of a DID that was deactivated, none.
    pub document: Option<Value<'static>>,
    /// The last version.
    pub version_id: String,
    /// How many versions there are.
    pub versions: usize,
    /// When the first was made, as its controller says.
    pub created: Timestamp,
    /// When the last was made.
    pub updated: Timestamp,
    /// Whether it may move to another address.
    pub portable: bool,
    /// Whether it came to its end.
    pub deactivated: bool,
    /// The hashes of the keys of which one signs the next version; empty where none was promised.
    pub next_key_hashes: Vec<String>,
}

/// Checks the whole log of `did` as of `at`, with the proofs of its witnesses where it has any.
pub fn resolve(
    did: &str,
    log: &[u8],
    witnessed: Option<&[u8]>,
    at: Timestamp,
    crypto: &Crypto,
) -> Result<History, WebvhFault> {
    let (scid, _) = parts(did).ok_or(WebvhFault::Identifier)?;
    if log.len() > MAX_BYTES {
        return Err(WebvhFault::TooLarge);
    }
    let lines = log.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines.filter(|line| !line.trim_ascii().is_empty()).collect();
    if lines.is_empty() || lines.len() > MAX_ENTRIES {
        return Err(WebvhFault::TooLarge);
    }
    let mut active = Active::default();
    let mut history: Option<History> = None;
    let mut versions = Vec::new();
    let mut matched = false;
    let mut last_id = String::new();
    for line in lines {
        let entry = Entry::read(line)?;
        if active.deactivated {
            return Err(WebvhFault::AfterTheEnd);
        }
        let parameters = Parameters::read(&entry.parameters, history.is_none())?;
        entry.numbered(versions.len() + 1)?;
        let before = history
            .as_ref()
            .map_or(scid, |history| history.version_id.as_str());
        if entry.hash(before, crypto)? != entry.hash_part() {
            return Err(WebvhFault::EntryHash);
        }
        let begins = |entry: &Entry| Ok(entry.scid(scid, crypto)? == scid);
        if history.is_none() && !(parameters.scid.as_deref() == Some(scid) && begins(&entry)?) {
            return Err(WebvhFault::Scid);
        }
        let authorized = active.authorized(&parameters, history.is_none(), crypto)?;
        entry.signed_by(&authorized, crypto)?;
        let time = entry.time()?;
        let late = history
            .as_ref()
            .is_some_and(|history| time <= history.updated);
        if late || time > at.plus_millis(CLOCK_SKEW_MS) {
            return Err(WebvhFault::Time);
        }
        let id = entry.document_id(scid)?;
        matched |= id == did;
        let required = active.take(parameters)?;
        versions.push((entry.version_id.clone(), required));
        if history.is_some() && id != last_id && !(active.portable && entry.was_called(&last_id)) {
            return Err(WebvhFault::Moved);
        }
        last_id = id;
        history = Some(History {
            document: (!active.deactivated).then(|| entry.state.clone()),
            created: history.as_ref().map_or(time, |history| history.created),
            version_id: entry.version_id,
            versions: versions.len(),
            updated: time,
            portable: active.portable,
            deactivated: active.deactivated,
            next_key_hashes: active.next_key_hashes.clone(),
        });
    }
    if versions.iter().any(|(_, required)| required.is_some()) {
        approved(&versions, witnessed, crypto)?;
    }
    history.filter(|_| matched).ok_or(WebvhFault::OtherDid)
}

/// One line of a log.
struct Entry {
    version_id: String,
    version_time: String,
    parameters: Object<'static>,
    state: Value<'static>,
    proofs: Vec<Value<'static>>,
    /// The entry without its proofs.
    unsigned: Value<'static>,
}

impl Entry {
    fn read(line: &[u8]) -> Result<Self, WebvhFault> {
        let limits = JsonLimits {
            bytes: MAX_BYTES,
            ..JsonLimits::default()
        };
        let read = Value::parse_within(line, &limits);
        let mut value = read.map_err(|_| WebvhFault::Malformed)?.into_owned();
        let object = value.as_object_mut().ok_or(WebvhFault::Malformed)?;
        let proof = object.remove("proof").ok_or(WebvhFault::Proof)?;
        let known = ["versionId", "versionTime", "parameters", "state"];
        if object.len() != known.len() {
            return Err(WebvhFault::Malformed);
        }
        let text = |name| {
            object
                .get(name)
                .and_then(Value::as_str)
                .map(ToOwned::to_owned)
        };
        let (Some(version_id), Some(version_time)) = (text("versionId"), text("versionTime"))
        else {
            return Err(WebvhFault::Malformed);
        };
        let parameters = object.get("parameters").and_then(Value::as_object).cloned();
        let state = object
            .get("state")
            .filter(|state| state.as_object().is_some())
            .cloned();
        let (Some(parameters), Some(state)) = (parameters, state) else {
            return Err(WebvhFault::Malformed);
        };
        let proofs = proof.items().to_vec();
        if proofs.is_empty() || proofs.len() > MAX_PROOFS {
            return Err(WebvhFault::Proof);
        }
        Ok(Self {
            version_id,
            version_time,
            parameters,
            state,
            proofs,
            unsigned: value,
        })
    }

    /// `1-HASH`, `2-HASH` and so on, without gaps.
    fn numbered(&self, number: usize) -> Result<(), WebvhFault> {
        match self.version_id.split_once('-') {
            Some((first, hash)) if first == number.to_string() && !hash.contains('-') => Ok(()),
            _ => Err(WebvhFault::VersionId),
        }
    }

    fn hash_part(&self) -> &str {
        self.version_id.split_once('-').map_or("", |(_, hash)| hash)
    }

    /// The hash of the entry with the version before in place of its own.
    fn hash(&self, before: &str, crypto: &Crypto) -> Result<String, WebvhFault> {
        let mut entry = self.unsigned.clone();
        if let Some(object) = entry.as_object_mut() {
            object.insert("versionId", before.to_owned());
        }
        let text = jcs::canonicalize(&entry).map_err(|_| WebvhFault::Malformed)?;
        Ok(multihash(text.as_bytes(), crypto))
    }

    /// The hash of the first entry with a placeholder wherever the SCID stands in it.
    fn scid(&self, scid: &str, crypto: &Crypto) -> Result<String, WebvhFault> {
        let mut entry = self.unsigned.clone();
        if let Some(object) = entry.as_object_mut() {
            object.insert("versionId", PLACEHOLDER);
        }
        let text = entry.to_string().replace(scid, PLACEHOLDER);
        let value = Value::parse(text.as_bytes()).map_err(|_| WebvhFault::Malformed)?;
        let text = jcs::canonicalize(&value).map_err(|_| WebvhFault::Malformed)?;
        Ok(multihash(text.as_bytes(), crypto))
    }

    fn time(&self) -> Result<Timestamp, WebvhFault> {
        let text = &self.version_time;
        let universal = text.ends_with('Z') || text.ends_with("+00:00");
        let time = Timestamp::parse(text).ok().filter(|_| universal);
        time.ok_or(WebvhFault::Time)
    }

    /// The identifier in the document, which keeps the SCID whatever else becomes of it.
    fn document_id(&self, scid: &str) -> Result<String, WebvhFault> {
        let id = self.state.get("id").and_then(Value::as_str);
        let id = id.filter(|id| parts(id).is_some_and(|(own, _)| own == scid));
        id.map(ToOwned::to_owned).ok_or(WebvhFault::OtherDid)
    }

    fn was_called(&self, id: &str) -> bool {
        let names = self.state.get("alsoKnownAs").map_or(&[][..], Value::items);
        names.iter().any(|name| name.as_str() == Some(id))
    }

    /// Every proof of the entry is by one of these keys.
    fn signed_by(&self, keys: &[String], crypto: &Crypto) -> Result<(), WebvhFault> {
        for proof in &self.proofs {
            let key = proven(proof, &self.unsigned, crypto).ok_or(WebvhFault::Proof)?;
            if !keys.contains(&key) {
                return Err(WebvhFault::KeyUnknown);
            }
        }
        Ok(())
    }
}

/// The key, as a Multikey, that made this proof over `document`: named by a `did:key`, with the one suite of version 1.0.
fn proven(proof: &Value<'_>, document: &Value<'_>, crypto: &Crypto) -> Option<String> {
    let text = |name| proof.get(name).and_then(Value::as_str);
    let fits = text("type") == Some("DataIntegrityProof")
        && text("cryptosuite") == Some("eddsa-jcs-2022")
        && text("proofPurpose") == Some("assertionMethod");
    let method = text("verificationMethod")?.strip_prefix("did:key:")?;
    let (body, fragment) = method.split_once('#')?;
    if !fits || body != fragment {
        return None;
    }
    let key = PublicKey::from_multikey(body).ok()?;
    let checking = Checking {
        crypto,
        later: None,
        hashing: None,
    };
    eddsa_jcs_2022::check(proof, document, &key, &checking).ok()?;
    Some(body.to_owned())
}

/// Who must approve versions, and how many of them.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Witnesses {
    keys: BTreeSet<String>,
    threshold: usize,
}

/// What one entry says about how the log goes on. What it does not say stays.
#[derive(Default)]
struct Parameters {
    scid: Option<String>,
    update_keys: Option<Vec<String>>,
    next_key_hashes: Option<Vec<String>>,
    witness: Option<Option<Witnesses>>,
    portable: Option<bool>,
    deactivated: Option<bool>,
}

impl Parameters {
    fn read(parameters: &Object<'_>, first: bool) -> Result<Self, WebvhFault> {
        let mut read = Self::default();
        let mut method = None;
        for (name, value) in parameters.iter() {
            match name {
                "method" => method = Some(text(value)?),
                "scid" if first => read.scid = Some(text(value)?),
                "updateKeys" => read.update_keys = Some(texts(value)?),
                "nextKeyHashes" => read.next_key_hashes = Some(texts(value)?),
                "witness" => read.witness = Some(witnesses(value)?),
                "watchers" => drop(texts(value)?),
                "portable" => read.portable = Some(flag(value)?),
                "deactivated" => read.deactivated = Some(flag(value)?),
                "ttl" => seconds(value)?,
                _ => return Err(WebvhFault::Parameters),
            }
        }
        let known = method.as_deref().map(|method| method == METHOD);
        let whole = !first
            || read
                .update_keys
                .as_ref()
                .is_some_and(|keys| !keys.is_empty());
        match known == Some(false) || (first && known.is_none()) {
            true => Err(WebvhFault::Method),
            false if !whole || (!first && read.portable == Some(true)) => {
                Err(WebvhFault::Parameters)
            }
            false => Ok(read),
        }
    }
}

fn text(value: &Value<'_>) -> Result<String, WebvhFault> {
    value
        .as_str()
        .map(ToOwned::to_owned)
        .ok_or(WebvhFault::Parameters)
}

/// Early logs write `null` where they mean the default; so do the readers below.
fn texts(value: &Value<'_>) -> Result<Vec<String>, WebvhFault> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.iter().map(text).collect(),
        _ => Err(WebvhFault::Parameters),
    }
}

fn flag(value: &Value<'_>) -> Result<bool, WebvhFault> {
    match value {
        Value::Null => Ok(false),
        value => value.as_bool().ok_or(WebvhFault::Parameters),
    }
}

fn seconds(value: &Value<'_>) -> Result<(), WebvhFault> {
    let fits = value.is_null()
        || value
            .as_i64()
            .is_some_and(|ttl| (0..=1 << 31).contains(&ttl));
    fits.then_some(()).ok_or(WebvhFault::Parameters)
}

fn witnesses(value: &Value<'_>) -> Result<Option<Witnesses>, WebvhFault> {
    let object = match value {
        Value::Null => return Ok(None),
        Value::Object(object) if object.is_empty() => return Ok(None),
        Value::Object(object) => object,
        _ => return Err(WebvhFault::Parameters),
    };
    let list = object.get("witnesses").and_then(Value::as_array);
    let mut keys = BTreeSet::new();
    for witness in list.ok_or(WebvhFault::Parameters)? {
        let id = witness.get("id").and_then(Value::as_str);
        let key = id.and_then(|id| id.strip_prefix("did:key:"));
        let key =
            key.filter(|key| matches!(PublicKey::from_multikey(key), Ok(PublicKey::Ed25519(_))));
        // Twice the same is no witness more.
        if !keys.insert(key.ok_or(WebvhFault::Parameters)?.to_owned()) {
            return Err(WebvhFault::Parameters);
        }
    }
    let threshold = object.get("threshold").and_then(Value::as_i64);
    let threshold = threshold.and_then(|threshold| usize::try_from(threshold).ok());
    let threshold = threshold.filter(|threshold| (1..=keys.len()).contains(threshold));
    let threshold = threshold.ok_or(WebvhFault::Parameters)?;
    Ok(Some(Witnesses { keys, threshold }))
}

/// What holds for the next entry.
#[derive(Default)]
struct Active {
    update_keys: Vec<String>,
    next_key_hashes: Vec<String>,
    witness: Option<Witnesses>,
    portable: bool,
    deactivated: bool,
}

impl Active {
    /// The keys of which one must have signed an entry that says this.
    fn authorized(
        &self,
        said: &Parameters,
        first: bool,
        crypto: &Crypto,
    ) -> Result<Vec<String>, WebvhFault> {
        if first {
            return Ok(said.update_keys.clone().unwrap_or_default());
        }
        if self.next_key_hashes.is_empty() {
            return Ok(self.update_keys.clone());
        }
        // What was promised is kept: each key by its hash, and a new promise, or none, in so many words.
        let (Some(keys), Some(_)) = (&said.update_keys, &said.next_key_hashes) else {
            return Err(WebvhFault::PreRotation);
        };
        let promised = |key: &String| {
            self.next_key_hashes
                .contains(&multihash(key.as_bytes(), crypto))
        };
        match keys.iter().all(promised) {
            true => Ok(keys.clone()),
            false => Err(WebvhFault::PreRotation),
        }
    }

    /// Takes over what an entry says; answers who must approve that entry.
    fn take(&mut self, said: Parameters) -> Result<Option<Witnesses>, WebvhFault> {
        if let Some(keys) = said.update_keys {
            self.update_keys = keys;
        }
        if let Some(hashes) = said.next_key_hashes {
            self.next_key_hashes = hashes;
        }
        self.portable = said.portable.unwrap_or(self.portable);
        self.deactivated = said.deactivated.unwrap_or(self.deactivated);
        let before = self.witness.clone();
        if let Some(witness) = said.witness {
            self.witness = witness;
        }
        // New witnesses approve what comes after; the first ones approve their own naming.
        Ok(before.or_else(|| self.witness.clone()))
    }
}

/// Whether enough witnesses approved each version that needs it: a proof over a version stands for all before it.
fn approved(
    versions: &[(String, Option<Witnesses>)],
    witnessed: Option<&[u8]>,
    crypto: &Crypto,
) -> Result<(), WebvhFault> {
    let limits = JsonLimits {
        bytes: MAX_BYTES,
        ..JsonLimits::default()
    };
    let file = witnessed.ok_or(WebvhFault::WitnessesMissing)?;
    let file = Value::parse_within(file, &limits).map_err(|_| WebvhFault::Witnesses)?;
    let mut approvals: Vec<(usize, String)> = Vec::new();
    for entry in file.as_array().ok_or(WebvhFault::Witnesses)? {
        let named = entry.get("versionId").and_then(Value::as_str);
        let place = versions
            .iter()
            .position(|(id, _)| Some(id.as_str()) == named);
        // What is not, or not yet, in the log says nothing.
        let (Some(place), Some(named)) = (place, named) else {
            continue;
        };
        let mut document = Object::new();
        document.insert("versionId", named.to_owned());
        let document = Value::Object(document);
        let proofs = entry.get("proof").map_or(&[][..], Value::items);
        let keys = proofs.iter().take(MAX_PROOFS);
        let keys = keys.filter_map(|proof| proven(proof, &document, crypto));
        approvals.extend(keys.map(|key| (place, key)));
    }
    let enough = versions.iter().enumerate().all(|(place, (_, required))| {
        let Some(required) = required else {
            return true;
        };
        let approving = approvals
            .iter()
            .filter(|(at, key)| *at >= place && required.keys.contains(key));
        let distinct: BTreeSet<&String> = approving.map(|(_, key)| key).collect();
        distinct.len() >= required.threshold
    });
    enough.then_some(()).ok_or(WebvhFault::Witnesses)
}

/// `base58btc(multihash(bytes))` with SHA-256.
fn multihash(bytes: &[u8], crypto: &Crypto) -> String {
    let hash = [&[0x12, 0x20], (crypto.sha256)(bytes).as_slice()].concat();
    multibase::encode_base58(&hash).split_off(1)
}

/// Why a log gives no document.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WebvhFault {
    /// The identifier is not well-formed.
    #[error("it is no did:webvh of version 1.0")]
    Identifier,
    /// The log is empty, or larger than is read.
    #[error("the log is empty, or has more than {MAX_ENTRIES} versions or 4 MiB")]
    TooLarge,
    /// A line is no entry.
    #[error("a line of the log is no entry")]
    Malformed,
    /// A parameter is unknown or of another kind.
    #[error("a parameter is unknown, or has a value that it cannot have")]
    Parameters,
    /// The log is of another version of the method.
    #[error("the log is of another version of the method than 1.0")]
    Method,
    /// Versions are not counted one by one.
    #[error("versions are not counted one by one")]
    VersionId,
    /// An entry is not the one that its version names.
    #[error("an entry does not have the hash that its version names")]
    EntryHash,
    /// The first entry is not the one that the identifier names.
    #[error("the log does not begin with what the identifier names")]
    Scid,
    /// A time is none, not after the one before, or in the future.
    #[error("a time is none, not after the one before, or in the future")]
    Time,
    /// A proof is missing or does not hold.
    #[error("a proof is missing or does not hold")]
    Proof,
    /// A proof is by a key that may not change the document.
    #[error("a proof is by a key that may not change the document")]
    KeyUnknown,
    /// Keys are not the ones that the entry before promised.
    #[error("keys are not the ones that the entry before promised")]
    PreRotation,
    /// The document is about another DID.
    #[error("the document is about another DID")]
    OtherDid,
    /// The DID moved and may not, or does not say from where.
    #[error("it moved and may not, or does not say from where")]
    Moved,
    /// There are entries after its end.
    #[error("there are entries after it was deactivated")]
    AfterTheEnd,
    /// It has witnesses, and their proofs were not given.
    #[error("it has witnesses, and their proofs were not given")]
    WitnessesMissing,
    /// Too few witnesses approved.
    #[error("too few witnesses approved")]
    Witnesses,
}

const PLACEHOLDER: &str = "{SCID}";
const MAX_PROOFS: usize = 32;
