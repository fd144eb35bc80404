//! Trees, keys and vectors that the tests share.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use ml_dsa::{Keypair as _, MlDsa44};
use touchstone_tlog::cosignature::{message, timestamped};
pub(crate) use touchstone_tlog::crypto::rust::CRYPTO;
use touchstone_tlog::merkle::{leaf_hash, node_hash};
use touchstone_tlog::note::SignatureLine;
use touchstone_tlog::{Checkpoint, Hash, Node, Note, PublicKey, SignedCheckpoint, VerifierKey};

/// Below the folder of vectors.
pub(crate) fn vectors(path: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    folder.join(path)
}

pub(crate) fn vector(path: &str) -> Vec<u8> {
    let path = vectors(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

pub(crate) fn unbase64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

pub(crate) fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

pub(crate) fn leaf(number: u64) -> Hash {
    leaf_hash(&CRYPTO, &entry(number))
}

/// The hashes of a tree, each computed once.
pub(crate) struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    pub(crate) fn new(size: u64) -> Self {
        let mut levels = vec![(0..size).map(leaf).collect::<Vec<_>>()];
        while levels.last().unwrap().len() > 1 {
            let below = levels.last().unwrap();
            let pairs = below.as_chunks::<2>().0;
            levels.push(
                pairs
                    .iter()
                    .map(|[left, right]| node_hash(&CRYPTO, *left, *right))
                    .collect(),
            );
        }
        Self { levels }
    }

    pub(crate) fn read(&self, node: Node) -> Result<Hash, Node> {
        let level = self.levels.get(usize::from(node.level)).ok_or(node)?;
        level.get(node.index as usize).copied().ok_or(node)
    }

    /// RFC 9162 §2.1.1 word for word, without any of what it is compared with.
    pub(crate) fn root(&self, start: usize, end: usize) -> Hash {
        match end - start {
            0 => Hash((CRYPTO.sha256)(b"")),
            1 => self.levels[0][start],
            width => {
                let mut k = 1;
                while k * 2 < width {
                    k *= 2;
                }
                let (left, right) = (self.root(start, start + k), self.root(start + k, end));
                Hash((CRYPTO.sha256)(&[&[1][..], &left.0, &right.0].concat()))
            }
        }
    }
}

/// Seconds at which all that does not say otherwise was signed.
pub(crate) const TIME: u64 = 1_679_315_147;

pub(crate) enum Secret {
    Ed25519(Box<SigningKey>),
    MlDsa44(Box<ml_dsa::SigningKey<MlDsa44>>),
}

/// A key of each type, and what signs with it.
pub(crate) fn keys(name: &str) -> [(VerifierKey, Secret); 3] {
    let seed = (CRYPTO.sha256)(name.as_bytes());
    let ed25519 = SigningKey::from_bytes(&seed);
    let public = ed25519.verifying_key().to_bytes();
    let lattice = ml_dsa::SigningKey::<MlDsa44>::from_seed(&seed.into());
    let encoded = lattice.verifying_key().encode();
    let key = |key| VerifierKey::new(name, key, &CRYPTO).unwrap();
    [
        (
            key(PublicKey::Ed25519(public)),
            Secret::Ed25519(Box::new(ed25519.clone())),
        ),
        (
            key(PublicKey::CosignatureEd25519(public)),
            Secret::Ed25519(Box::new(ed25519)),
        ),
        (
            key(PublicKey::CosignatureMlDsa44(Box::new(encoded.into()))),
            Secret::MlDsa44(Box::new(lattice)),
        ),
    ]
}

pub(crate) fn sign(note: &mut Note, key: &(VerifierKey, Secret)) {
    sign_at(note, key, TIME);
}

pub(crate) fn sign_at(note: &mut Note, (key, secret): &(VerifierKey, Secret), time: u64) {
    let message = message(key, note.text(), time).unwrap();
    let signature = match secret {
        Secret::Ed25519(secret) => secret.sign(&message).to_bytes().to_vec(),
        Secret::MlDsa44(secret) => ml_dsa::signature::Signer::sign(secret.as_ref(), &message)
            .encode()
            .to_vec(),
    };
    note.add(SignatureLine::new(key, timestamped(key, time, &signature)));
}

pub(crate) fn checkpoint() -> Checkpoint {
    Checkpoint::new("log.example.org", 300, Hash([5; 32])).unwrap()
}

/// A checkpoint of the tree's first `size` entries, signed by these keys.
pub(crate) fn signed(tree: &Tree, size: u64, by: &[&(VerifierKey, Secret)]) -> SignedCheckpoint {
    let root = tree.root(0, size as usize);
    let checkpoint = Checkpoint::new("log.example.org", size, root).unwrap();
    let mut note = Note::new(&checkpoint.text()).unwrap();
    by.iter().for_each(|key| sign(&mut note, key));
    SignedCheckpoint { checkpoint, note }
}
