//! The file: strict JSON, in which every document stands as the exact text that was signed or published.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use touchstone_tlog::Hash;
use touchstone_vc::json::{JsonError, Object, Value};

/// A bundle, read and not judged.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Bundle {
    /// The signed checkpoint that all proofs lead to.
    pub checkpoint: String,
    /// The credentials, each with its salt.
    pub credentials: Vec<Logged>,
    /// Status lists by address.
    pub status_lists: Vec<Listed>,
    /// What status lists say of the credentials, without the lists.
    pub status_proofs: Vec<ProvenStatus>,
    /// DID documents by DID.
    pub did_documents: Vec<Listed>,
    /// Achievement versions by address.
    pub achievements: Vec<Listed>,
    /// What became of the issuer's keys, in the order of the log.
    pub key_events: Vec<KeyEvent>,
    /// Who succeeded the issuer.
    pub succession: Option<Succeeded>,
    /// What others signed about the achievements.
    pub endorsements: Vec<Endorsement>,
}

/// Somebody stands behind what a credential certifies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endorsement {
    /// The exact signed text: JSON, or a token.
    pub document: String,
    /// Where it stands.
    pub entry: Entered,
}

/// That the issuer was succeeded by another DID: an entry of the log as it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Succeeded {
    /// The exact text.
    pub document: String,
    /// Where it stands.
    pub entry: Entered,
}

/// A credential with what hides it in the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Logged {
    /// The exact signed text.
    pub document: String,
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// How many of the key events stand before it.
    pub keys: usize,
    /// Where it stands.
    pub entry: Entered,
    /// An earlier checkpoint that has it too, and that witnesses had seen.
    pub witnessed: Option<Witnessed>,
    /// What others than witnesses state about when a tree with it was there.
    pub anchors: Vec<Anchored>,
}

/// An earlier tree of the log that has an entry at the same place, of which an anchor states when it saw it. Its root is not told: it
/// follows from the entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Anchored {
    /// What kind of anchor it is: `rfc3161`, `opentimestamps` or `evm`.
    pub kind: String,
    /// Entries in that tree.
    pub size: u64,
    /// Hashes from the leaf's sibling up, in that tree.
    pub path: Vec<Hash>,
    /// Hashes that show the tree of the bundle's checkpoint to continue that one (RFC 9162, section 2.1.4).
    pub consistency: Vec<Hash>,
    /// What the anchor answered.
    pub proof: Vec<u8>,
}

/// An earlier tree that has an entry at the same place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Witnessed {
    /// The signed checkpoint.
    pub checkpoint: String,
    /// Hashes from the leaf's sibling up, in that tree.
    pub path: Vec<Hash>,
}

/// A document with what it is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Its address or DID.
    pub name: String,
    /// The exact text.
    pub document: String,
    /// Of a status list: how many of the key events stand before it.
    pub keys: Option<usize>,
    /// Where it stands.
    pub entry: Entered,
}

/// A part of a status list, with where its root stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProvenStatus {
    /// The bytes of a [`StatusProof`](crate::StatusProof).
    pub proof: Vec<u8>,
    /// How many of the key events stand before the entry of its root.
    pub keys: usize,
    /// Where that entry stands.
    pub entry: Entered,
}

/// What became of a key: an entry of the log as it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyEvent {
    /// The exact text.
    pub document: String,
    /// Where it stands. Of a key that signed nothing in the bundle it may be left out.
    pub entry: Option<Entered>,
}

/// A place in the log, and the way from there to the root.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entered {
    /// The place, from 0.
    pub index: u64,
    /// Hashes from the leaf's sibling up.
    pub path: Vec<Hash>,
}

/// Why bytes are no bundle.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BundleError {
    /// Not strict JSON.
    #[error("not readable as JSON (line {}, column {})", .0.line, .0.column)]
    Json(JsonError),
    /// Another format, or a later version of this one.
    #[error(
        "not a proof bundle of a version that is known here: \"format\" is none of \"{FIRST}\", \"{SECOND}\", \"{THIRD}\" and \"{FOURTH}\""
    )]
    Format,
    /// A member is missing, of another kind, or none of this format.
    #[error("{0}: missing, or not what it must be")]
    Member(&'static str),
    /// More of a kind than one file can need.
    #[error("{0}: more than {MOST_OF_A_KIND}")]
    TooMany(&'static str),
    /// More than one file of this kind can need.
    #[error("larger than {MOST_BYTES} bytes")]
    TooLarge,
}

impl Bundle {
    /// Reads a bundle. Members that the format does not have are refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() > MOST_BYTES {
            return Err(BundleError::TooLarge);
        }
        let value = Value::parse(bytes).map_err(BundleError::Json)?;
        // What came with a later version stands behind what came before.
        let (members, of_credential) = match value.get("format").and_then(Value::as_str) {
            Some(FIRST) => (7, 4),
            Some(SECOND) => (8, 5),
            Some(THIRD) => (9, 6),
            Some(FOURTH) => (10, 6),
            _ => return Err(BundleError::Format),
        };
        let (members, of_credential) = (&MEMBERS[..members], &OF_CREDENTIAL[..of_credential]);
        only(&value, members, "a member of the bundle")?;
        let list = |name: &'static str| match value.get(name) {
            None => Ok([].as_slice()),
            Some(list) => list.as_array().ok_or(BundleError::Member(name)),
        };
        let listed = |name: &'static str, called: &'static str| {
            let read = |one| read_listed(one, name, called);
            few(list(name)?, name)?
                .iter()
                .map(read)
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            checkpoint: text(&value, "checkpoint")?,
            credentials: few(list("credentials")?, "credentials")?
                .iter()
                .map(|one| read_logged(one, of_credential))
                .collect::<Result<_, _>>()?,
            status_lists: listed("statusLists", "url")?,
            status_proofs: few(list("statusProofs")?, "statusProofs")?
                .iter()
                .map(read_proven)
                .collect::<Result<_, _>>()?,
            did_documents: listed("didDocuments", "did")?,
            achievements: listed("achievements", "url")?,
            key_events: few(list("keyEvents")?, "keyEvents")?
                .iter()
                .map(read_key_event)
                .collect::<Result<_, _>>()?,
            succession: value.get("succession").map(read_succession).transpose()?,
            endorsements: few(list("endorsements")?, "endorsements")?
                .iter()
                .map(read_endorsement)
                .collect::<Result<_, _>>()?,
        })
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let listed = |list: &[Listed], called: &'static str| {
            let items = list.iter().map(|one| {
                let mut object = Object::new();
                object.insert(called, string(&one.name));
                object.insert("document", string(&one.document));
                if let Some(events) = one.keys {
                    object.insert("keys", count(events));
                }
                object.insert("entry", entry(&one.entry));
                Value::Object(object)
            });
            Value::Array(items.collect())
        };
        let credentials = self.credentials.iter().map(|one| {
            let mut object = Object::new();
            object.insert("document", string(&one.document));
            object.insert("salt", string(&BASE64.encode(one.salt)));
            object.insert("keys", count(one.keys));
            object.insert("entry", entry(&one.entry));
            if let Some(seen) = &one.witnessed {
                let mut witnessed = Object::new();
                witnessed.insert("checkpoint", string(&seen.checkpoint));
                witnessed.insert("path", hashes(&seen.path));
                object.insert("witnessed", Value::Object(witnessed));
            }
            if !one.anchors.is_empty() {
                let anchors = one.anchors.iter().map(|one| {
                    let mut anchor = Object::new();
                    anchor.insert("kind", string(&one.kind));
                    let size = i64::try_from(one.size).unwrap_or(i64::MAX);
                    anchor.insert("size", Value::Number(size.into()));
                    anchor.insert("path", hashes(&one.path));
                    anchor.insert("consistency", hashes(&one.consistency));
                    anchor.insert("proof", string(&BASE64.encode(&one.proof)));
                    Value::Object(anchor)
                });
                object.insert("anchors", Value::Array(anchors.collect()));
            }
            Value::Object(object)
        });
        let mut bundle = Object::new();
        // Whoever reads only an earlier version is told so, where it does not do.
        let seen = |one: &Logged| one.witnessed.is_some();
        let anchored = |one: &Logged| !one.anchors.is_empty();
        let fourth = !self.endorsements.is_empty();
        let third = fourth || self.succession.is_some() || self.credentials.iter().any(anchored);
        let second = third || !self.status_proofs.is_empty() || self.credentials.iter().any(seen);
        bundle.insert(
            "format",
            string(match (second, third, fourth) {
                (_, _, true) => FOURTH,
                (_, true, _) => THIRD,
                (true, _, _) => SECOND,
                _ => FIRST,
            }),
        );
        bundle.insert("checkpoint", string(&self.checkpoint));
        bundle.insert("credentials", Value::Array(credentials.collect()));
        bundle.insert("statusLists", listed(&self.status_lists, "url"));
        bundle.insert("didDocuments", listed(&self.did_documents, "did"));
        bundle.insert("achievements", listed(&self.achievements, "url"));
        let events = self.key_events.iter().map(|one| {
            let mut object = Object::new();
            object.insert("document", string(&one.document));
            if let Some(place) = &one.entry {
                object.insert("entry", entry(place));
            }
            Value::Object(object)
        });
        bundle.insert("keyEvents", Value::Array(events.collect()));
        if second {
            let proofs = self.status_proofs.iter().map(|one| {
                let mut object = Object::new();
                object.insert("proof", string(&BASE64.encode(&one.proof)));
                object.insert("keys", count(one.keys));
                object.insert("entry", entry(&one.entry));
                Value::Object(object)
            });
            bundle.insert("statusProofs", Value::Array(proofs.collect()));
        }
        if let Some(one) = &self.succession {
            let mut object = Object::new();
            object.insert("document", string(&one.document));
            object.insert("entry", entry(&one.entry));
            bundle.insert("succession", Value::Object(object));
        }
        if fourth {
            let endorsements = self.endorsements.iter().map(|one| {
                let mut object = Object::new();
                object.insert("document", string(&one.document));
                object.insert("entry", entry(&one.entry));
                Value::Object(object)
            });
            bundle.insert("endorsements", Value::Array(endorsements.collect()));
        }
        let mut bytes = Value::Object(bundle).to_string().into_bytes();
        bytes.push(b'\n');
        bytes
    }

    /// Whether bytes look like a bundle, so that a reader of several formats knows.
    pub fn is(bytes: &[u8]) -> bool {
        let head = &bytes[..bytes.len().min(64)];
        let text = core::str::from_utf8(head).unwrap_or_default();
        text.trim_start().starts_with('{') && text.contains(FAMILY)
    }
}

fn read_logged(value: &Value<'_>, members: &[&str]) -> Result<Logged, BundleError> {
    only(value, members, "a credential's member")?;
    let witnessed = value.get("witnessed").map(|seen| {
        only(seen, &["checkpoint", "path"], "witnessed")?;
        Ok(Witnessed {
            checkpoint: text(seen, "checkpoint")?,
            path: read_path(seen)?,
        })
    });
    let anchors = match value.get("anchors") {
        None => &[][..],
        Some(list) => few(
            list.as_array().ok_or(BundleError::Member("anchors"))?,
            "anchors",
        )?,
    };
    let salt = BASE64.decode(text(value, "salt")?);
    let salt = salt.ok().and_then(|salt| salt.try_into().ok());
    Ok(Logged {
        document: text(value, "document")?,
        salt: salt.ok_or(BundleError::Member("salt"))?,
        keys: number(value, "keys")?,
        entry: read_entry(value)?,
        witnessed: witnessed.transpose()?,
        anchors: anchors.iter().map(read_anchor).collect::<Result<_, _>>()?,
    })
}

fn read_anchor(value: &Value<'_>) -> Result<Anchored, BundleError> {
    only(value, &OF_ANCHOR, "anchors")?;
    let size = value.get("size").and_then(Value::as_i64);
    let size = size.and_then(|size| u64::try_from(size).ok());
    let proof = BASE64.decode(text(value, "proof")?);
    Ok(Anchored {
        kind: text(value, "kind")?,
        size: size.ok_or(BundleError::Member("size"))?,
        path: read_path(value)?,
        consistency: read_hashes(value, "consistency")?,
        proof: proof.map_err(|_| BundleError::Member("proof"))?,
    })
}

fn read_listed(
    value: &Value<'_>,
    list: &'static str,
    called: &'static str,
) -> Result<Listed, BundleError> {
    // Only a status list is entered with the keys of its issuer.
    let (members, keys): (&[&str], _) = match list {
        "statusLists" => (
            &["url", "document", "keys", "entry"],
            Some(number(value, "keys")?),
        ),
        _ => (&[called, "document", "entry"], None),
    };
    only(value, members, list)?;
    Ok(Listed {
        name: text(value, called)?,
        document: text(value, "document")?,
        keys,
        entry: read_entry(value)?,
    })
}

fn read_proven(value: &Value<'_>) -> Result<ProvenStatus, BundleError> {
    only(value, &["proof", "keys", "entry"], "statusProofs")?;
    let proof = BASE64.decode(text(value, "proof")?);
    Ok(ProvenStatus {
        proof: proof.map_err(|_| BundleError::Member("proof"))?,
        keys: number(value, "keys")?,
        entry: read_entry(value)?,
    })
}

fn read_key_event(value: &Value<'_>) -> Result<KeyEvent, BundleError> {
    only(value, &["document", "entry"], "keyEvents")?;
    let entry = value.get("entry").map(|_| read_entry(value));
    Ok(KeyEvent {
        document: text(value, "document")?,
        entry: entry.transpose()?,
    })
}

fn read_succession(value: &Value<'_>) -> Result<Succeeded, BundleError> {
    only(value, &["document", "entry"], "succession")?;
    Ok(Succeeded {
        document: text(value, "document")?,
        entry: read_entry(value)?,
    })
}

fn read_endorsement(value: &Value<'_>) -> Result<Endorsement, BundleError> {
    only(value, &["document", "entry"], "endorsements")?;
    Ok(Endorsement {
        document: text(value, "document")?,
        entry: read_entry(value)?,
    })
}

pub(crate) fn read_entry(value: &Value<'_>) -> Result<Entered, BundleError> {
    let entry = value.get("entry").ok_or(BundleError::Member("entry"))?;
    only(entry, &["index", "path"], "entry")?;
    let index = entry.get("index").and_then(Value::as_i64);
    let index = index.and_then(|index| u64::try_from(index).ok());
    Ok(Entered {
        index: index.ok_or(BundleError::Member("index"))?,
        path: read_path(entry)?,
    })
}

fn read_path(value: &Value<'_>) -> Result<Vec<Hash>, BundleError> {
    read_hashes(value, "path")
}

fn read_hashes(value: &Value<'_>, name: &'static str) -> Result<Vec<Hash>, BundleError> {
    let path = value.get(name).and_then(Value::as_array);
    // No proof in a tree of 2^63 entries has more.
    let path = path.filter(|path| path.len() <= 64);
    let hash = |value: &Value<'_>| {
        let bytes = BASE64.decode(value.as_str()?).ok()?;
        Some(Hash(bytes.try_into().ok()?))
    };
    let path = path.ok_or(BundleError::Member(name))?.iter().map(hash);
    path.collect::<Option<_>>().ok_or(BundleError::Member(name))
}

fn number(value: &Value<'_>, name: &'static str) -> Result<usize, BundleError> {
    let number = value.get(name).and_then(Value::as_i64);
    let number = number.and_then(|number| usize::try_from(number).ok());
    number.ok_or(BundleError::Member(name))
}

pub(crate) fn text(value: &Value<'_>, name: &'static str) -> Result<String, BundleError> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text.ok_or(BundleError::Member(name))?.to_owned())
}

/// A list of which one file can need no more.
fn few<'a, 'v>(list: &'a [Value<'v>], name: &'static str) -> Result<&'a [Value<'v>], BundleError> {
    match list.len() > MOST_OF_A_KIND {
        true => Err(BundleError::TooMany(name)),
        false => Ok(list),
    }
}

fn only(value: &Value<'_>, known: &[&str], what: &'static str) -> Result<(), BundleError> {
    let object = value.as_object().ok_or(BundleError::Member(what))?;
    match object.keys().all(|key| known.contains(&key)) {
        true => Ok(()),
        false => Err(BundleError::Member(what)),
    }
}

pub(crate) fn string(text: &str) -> Value<'static> {
    Value::String(text.to_owned().into())
}

fn count(number: usize) -> Value<'static> {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX).into())
}

pub(crate) fn entry(entered: &Entered) -> Value<'static> {
    let mut object = Object::new();
    let index = i64::try_from(entered.index).unwrap_or(i64::MAX);
    object.insert("index", Value::Number(index.into()));
    object.insert("path", hashes(&entered.path));
    Value::Object(object)
}

fn hashes(path: &[Hash]) -> Value<'static> {
    let path = path.iter().map(|hash| string(&BASE64.encode(hash.0)));
    Value::Array(path.collect())
}

const FAMILY: &str = "touchstone-bundle/";
const FIRST: &str = "touchstone-bundle/1";
const SECOND: &str = "touchstone-bundle/2";
const THIRD: &str = "touchstone-bundle/3";
const FOURTH: &str = "touchstone-bundle/4";
const MEMBERS: [&str; 10] = [
    "format",
    "checkpoint",
    "credentials",
    "statusLists",
    "didDocuments",
    "achievements",
    "keyEvents",
    "statusProofs",
    "succession",
    "endorsements",
];
const OF_ANCHOR: [&str; 5] = ["kind", "size", "path", "consistency", "proof"];
const OF_CREDENTIAL: [&str; 6] = ["document", "salt", "keys", "entry", "witnessed", "anchors"];
/// Judging compares each with each.
pub const MOST_OF_A_KIND: usize = 1_000;
/// A thousand credentials with everything.
const MOST_BYTES: usize = 16 * 1024 * 1024;
