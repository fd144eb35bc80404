//! Vectors, keys and short ways to sign and to judge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};
use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::{self, PublicKey};
use touchstone_vc::jose::{Algorithm, Signing};
use touchstone_vc::{
    CheckKind, Contexts, Credential, Curve, Document, Draft, Evidence, Fetched, Outcome, Report,
    Resource, Securing, Signature, Suite, Timestamp, Trust, required, verify,
};

pub(crate) static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

/// How a token is signed by the key `kid`.
pub(crate) fn signing(algorithm: Algorithm, kid: &str) -> Signing<'_> {
    Signing {
        algorithm,
        kid,
        contexts: &CONTEXTS,
    }
}

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

/// A key on any curve, made from one repeated byte.
pub(crate) enum Key {
    Ed25519(SigningKey),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl Key {
    pub(crate) fn new(curve: Curve, seed: u8) -> Self {
        match curve {
            Curve::Ed25519 => Self::Ed25519(key(seed)),
            Curve::P256 => Self::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()),
            Curve::P384 => Self::P384(p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap()),
        }
    }

    pub(crate) fn public(&self) -> PublicKey {
        let point = |point: &[u8]| {
            [
                &[2 + (point[point.len() - 1] & 1)],
                &point[1..=point.len() / 2],
            ]
            .concat()
        };
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key().to_bytes()),
            Self::P256(key) => {
                let key = key.verifying_key().to_sec1_point(false);
                PublicKey::P256(point(key.as_bytes()).try_into().unwrap())
            }
            Self::P384(key) => {
                let key = key.verifying_key().to_sec1_point(false);
                PublicKey::P384(point(key.as_bytes()).try_into().unwrap())
            }
        }
    }

    pub(crate) fn sign(&self, input: &[u8]) -> Signature {
        Signature(match self {
            Self::Ed25519(key) => key.sign(input).to_bytes().to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
        })
    }

    pub(crate) fn did(&self) -> String {
        did::key::did(&self.public())
    }

    /// Adds a proof to `document` in the name of this key's `did:key`.
    #[track_caller]
    pub(crate) fn secure(
        &self,
        document: &Value<'_>,
        suite: Suite,
        change: impl FnOnce(&mut Securing<'_>),
    ) -> Value<'static> {
        let method = did::key::verification_method(&self.public());
        let curve = self.public().curve().unwrap();
        let mut securing = Securing::assertion(suite, curve, &method, at("2026-11-21T21:50:34Z"));
        change(&mut securing);
        let draft = Draft::secured(document, &securing, &CONTEXTS, &CRYPTO).unwrap();
        let signature = self.sign(draft.signing_input());
        parsed(&draft.seal(&signature))
    }
}

/// Every way in which this crate signs.
pub(crate) const SIGNING: [(Suite, Curve); 6] = [
    (Suite::EddsaRdfc2022, Curve::Ed25519),
    (Suite::EddsaJcs2022, Curve::Ed25519),
    (Suite::EcdsaRdfc2019, Curve::P256),
    (Suite::EcdsaRdfc2019, Curve::P384),
    (Suite::EcdsaJcs2019, Curve::P256),
    (Suite::EcdsaJcs2019, Curve::P384),
];

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
