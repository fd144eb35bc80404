//! Vectors, keys and short ways to sign and to judge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};
use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::{self, PublicKey};
use touchstone_vc::{
    CheckKind, Contexts, Credential, Document, Draft, Evidence, Fetched, Outcome, Report, Resource,
    Signature, Timestamp, Trust, required, verify,
};

pub(crate) static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

/// The day on which the samples were made.
pub(crate) const TODAY: &str = "2026-11-22T00:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn folder(path: &str) -> PathBuf {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors"
    ))
    .join(path)
}

/// The bytes of a vector. Absent vectors fail the test; they are never skipped.
#[track_caller]
pub(crate) fn vector(path: &str) -> Vec<u8> {
    let file = folder(path);
    std::fs::read(&file).unwrap_or_else(|error| panic!("vector {}: {error}", file.display()))
}

/// All files below a folder with one of these endings, sorted. Finding none fails the test.
#[track_caller]
pub(crate) fn vectors(path: &str, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder(path)];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .unwrap_or_else(|error| panic!("vectors {}: {error}", next.display()));
        for entry in entries {
            let file = entry.unwrap().path();
            if file.is_dir() {
                folders.push(file);
            } else if file.to_string_lossy().ends_with(ending) {
                files.push(file);
            }
        }
    }
    assert!(!files.is_empty(), "no vectors in {path}");
    files.sort();
    files
}

/// A key made from one repeated byte. The samples were signed with `key(1)`.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn public(seed: u8) -> PublicKey {
    PublicKey::Ed25519(key(seed).verifying_key().to_bytes())
}

pub(crate) fn did_key(seed: u8) -> String {
    did::key::did(&public(seed))
}

/// Signs `unsigned` with `key(seed)` in the name of its `did:key`.
#[track_caller]
pub(crate) fn signed(unsigned: &Value<'_>, seed: u8) -> Vec<u8> {
    signed_as(
        unsigned,
        seed,
        &did::key::verification_method(&public(seed)),
    )
}

#[track_caller]
pub(crate) fn signed_as(unsigned: &Value<'_>, seed: u8, method: &str) -> Vec<u8> {
    let draft = Draft::new(
        unsigned,
        method,
        at("2026-11-21T21:50:34Z"),
        &CONTEXTS,
        &CRYPTO,
    )
    .unwrap();
    let signature = Signature(key(seed).sign(draft.signing_input()).to_bytes().to_vec());
    draft.seal(&signature)
}

pub(crate) fn parsed(bytes: &[u8]) -> Value<'static> {
    Value::parse(bytes).unwrap().into_owned()
}

pub(crate) fn sample(name: &str) -> Value<'static> {
    parsed(&vector(&format!("sample-shapes/{name}.json")))
}

/// The sample without its proof.
pub(crate) fn unsigned_sample(name: &str) -> Value<'static> {
    let mut value = sample(name);
    value.as_object_mut().unwrap().remove("proof");
    value
}

pub(crate) fn fetched(bytes: impl Into<Vec<u8>>) -> Document {
    Document::Fetched(Fetched {
        bytes: bytes.into(),
        fetched_at: at(TODAY),
    })
}

/// The samples' status lists, as if just fetched.
pub(crate) fn lists() -> Evidence {
    let numbers = [1, 2, 4];
    let list = |number| {
        let url = format!("http://127.0.0.1:4599/status/{number}");
        (
            Resource::StatusList(url),
            fetched(vector(&format!("sample-shapes/status-{number}.json"))),
        )
    };
    numbers.into_iter().map(list).collect()
}

pub(crate) fn judge(credential: &[u8], evidence: &Evidence) -> Report {
    judge_at(credential, evidence, TODAY)
}

pub(crate) fn judge_at(credential: &[u8], evidence: &Evidence, moment: &str) -> Report {
    let credential = Credential::parse(credential).unwrap();
    verify(
        &credential,
        evidence,
        &Trust::default(),
        at(moment),
        &CRYPTO,
        &CONTEXTS,
    )
}

pub(crate) fn judge_value(credential: &Value<'_>, evidence: &Evidence) -> Report {
    judge(credential.to_string().as_bytes(), evidence)
}

pub(crate) fn nothing() -> Evidence {
    BTreeMap::new()
}

#[track_caller]
pub(crate) fn outcome(report: &Report, kind: CheckKind) -> Outcome {
    report
        .outcome(kind)
        .unwrap_or_else(|| panic!("no check {kind:?} in {report:?}"))
}

pub(crate) fn needs(credential: &[u8]) -> Vec<Resource> {
    required(&Credential::parse(credential).unwrap())
}

/// Sets the value at a pointer whose parent is there.
#[track_caller]
pub(crate) fn set<'a>(value: &mut Value<'a>, pointer: &str, new: impl Into<Value<'a>>) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let mut place = value;
    for token in parent.split('/').skip(1) {
        place = match place {
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            other => other.get_mut(token).unwrap(),
        };
    }
    match place {
        Value::Array(items) => items[member.parse::<usize>().unwrap()] = new.into(),
        other => {
            other
                .as_object_mut()
                .unwrap()
                .insert(member.to_owned(), new);
        }
    }
}
