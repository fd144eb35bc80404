//! Trees, keys and vectors that the tests share.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub(crate) use touchstone_tlog::crypto::rust::CRYPTO;
use touchstone_tlog::merkle::{leaf_hash, node_hash};
use touchstone_tlog::{Hash, Node};

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
