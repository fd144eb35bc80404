//! The crate's public interface against the published vectors and the threats of `docs/threats.md`.
#![expect(
    clippy::unwrap_used,
    reason = "a test says what it expects by unwrapping"
)]

mod credentials;
mod json_ld;
mod rdfc;
mod recurring;
mod shared;
mod threats;

use sha2::{Digest, Sha256, Sha384};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Contexts, Fault, Hash, Limits, canonicalize};

/// A file or folder of the shared vectors. They are not part of the project: absent vectors fail the test.
fn vectors(path: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors");
    let path = Path::new(root).join(path);
    assert!(path.exists(), "vectors are absent: {}", path.display());
    path
}

fn read(path: &str) -> String {
    std::fs::read_to_string(vectors(path)).unwrap()
}

fn sha256() -> Hash {
    Hash::Sha256(|bytes| Sha256::digest(bytes).into())
}

fn sha384() -> Hash {
    Hash::Sha384(|bytes| Sha384::digest(bytes).into())
}

fn contexts() -> &'static Contexts {
    static CONTEXTS: OnceLock<Contexts> = OnceLock::new();
    CONTEXTS.get_or_init(Contexts::bundled)
}

fn canonical(json: &str) -> Result<String, CanonError> {
    let document = Value::parse(json.as_bytes()).unwrap();
    canonicalize(&document, contexts(), sha256(), &Limits::default())
}

#[track_caller]
fn refused(json: &str, fault: Fault, path: &str) {
    let error = canonical(json).unwrap_err();
    assert_eq!((error.fault, error.path.as_str()), (fault, path), "{error}");
}
