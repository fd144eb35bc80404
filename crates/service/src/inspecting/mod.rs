//! Anybody's transparency log, looked at from outside: ours, another installation's, or one of other software.
//!
//! Everything is read as C2SP tlog-tiles serves it, from a folder or an address, and nothing else is known or believed. No
//! installation is needed. The judging is `touchstone-tlog`'s.

mod anchors;
mod audit_roots;
mod fsck;
mod histories;
mod monitor;
mod prove;
mod status_root;

pub use anchors::{AnchorFile, AnchorsInspected, fsck_anchors};
pub use audit_roots::{AuditRoots, audit_roots};
pub use fsck::{FileFault, Inspected, MOST_FAULTS, MOST_MISSING, Wrong, fsck};
pub use histories::{Histories, NotHistories};
pub use monitor::{Alarm, Looked, MonitorError, Watch, monitor};
pub use prove::{Proven, prove};
pub(crate) use prove::{continued, included};
pub use status_root::{ProveStatusError, prove_status};

use std::io::Read as _;

use touchstone_tlog::{
    Bundle, CheckpointError, Crypto, Hash, SignedCheckpoint, Tile, merkle,
    tile::{BundleError, FULL_BYTES, LONGEST_ENTRY, TileError},
};

use crate::ports::{Fetch, FetchError, ObjectError, ObjectKey, Objects};

/// Where a log is read.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// Files as they would be served.
    Folder(&'a dyn Objects),
    /// The log's prefix, without a slash at its end.
    Address {
        /// What reads it.
        fetch: &'a dyn Fetch,
        /// `https://example.edu/log`.
        prefix: &'a str,
    },
}

impl Source<'_> {
    /// Reads a file. `None` where there is none.
    #[crate::boxed]
    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        match self {
            Self::Folder(folder) => {
                let Ok(key) = ObjectKey::new(path) else {
                    return Ok(None);
                };
                Ok(folder.read(&key).await?)
            }
            Self::Address { fetch, prefix } => {
                match fetch.fetch(&format!("{prefix}/{path}")).await {
                    Ok(fetched) => Ok(Some(fetched.bytes)),
                    Err(FetchError::Status(404 | 410)) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// The newest checkpoint, of which no signature has been checked.
    #[crate::boxed]
    pub async fn checkpoint(&self) -> Result<SignedCheckpoint, InspectError> {
        let bytes = self.read(CHECKPOINT).await?;
        let bytes = bytes.ok_or_else(|| InspectError::missing(CHECKPOINT))?;
        Ok(SignedCheckpoint::parse(&bytes)?)
    }

    /// The hashes of a tile; of a partial one that is gone, from the full one.
    async fn tile(&self, tile: Tile) -> Result<Vec<Hash>, FileError> {
        let mut bytes = self.read(&tile.path()).await?;
        if bytes.is_none() && tile.is_partial() {
            let full = self.read(&tile.full().path()).await?;
            bytes = full.filter(|bytes| bytes.len() == FULL_BYTES);
        }
        let bytes = bytes.ok_or(FileError::Missing)?;
        let hashes = tile.hashes(&bytes)?;
        Ok(hashes.iter().copied().map(Hash).collect())
    }

    /// The entries of a bundle; of a partial one that is gone, from the full one.
    async fn bundle(&self, bundle: Bundle) -> Result<Vec<Vec<u8>>, FileError> {
        let mut bytes = self.read(&bundle.path()).await?;
        if bytes.is_none() && bundle.tile().is_partial() {
            bytes = self.read(&bundle.full().path()).await?;
        }
        let bytes = bytes.ok_or(FileError::Missing)?;
        let entries = |bytes: &[u8]| {
            let entries = bundle.entries(bytes)?;
            Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
        };
        // A log may keep bundles as gzip; none that is well formed both ways is likely, and its hashes would say which it is.
        match (entries(&bytes), gunzipped(&bytes)) {
            (Ok(entries), _) => Ok(entries),
            (Err(error), None) => Err(error),
            (Err(_), Some(inflated)) => entries(&inflated),
        }
    }
}

fn gunzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    bytes.strip_prefix(&[0x1f, 0x8b])?;
    let mut inflated = Vec::new();
    let most = 256 * (LONGEST_ENTRY as u64 + 2);
    let read = flate2::read::GzDecoder::new(bytes)
        .take(most)
        .read_to_end(&mut inflated);
    read.ok().map(|_| inflated)
}

/// Hashes of entries.
fn leaves(crypto: &Crypto, entries: &[Vec<u8>]) -> Vec<Hash> {
    let hash = |entry: &Vec<u8>| merkle::leaf_hash(crypto, entry);
    entries.iter().map(hash).collect()
}

/// The file of the newest checkpoint.
pub const CHECKPOINT: &str = "checkpoint";

/// A file could not be read: nothing is said about whether it is right.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The folder could not be read.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The address did not answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// Why a file of a log says nothing.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error("the file is missing")]
    Missing,
    /// It is no tile.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// It is no entry bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Why a log could not be inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The checkpoint is none.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A file says nothing.
    #[error("{path}: {error}")]
    #[expect(missing_docs)]
    File { path: String, error: FileError },
    /// The files are not those of the tree that the checkpoint names.
    #[error(
        "{path}: its hashes are not those of the checkpoint; `touchstone log fsck` names every file that is wrong"
    )]
    #[expect(missing_docs)]
    Damaged { path: String },
    /// The log does not have the entry.
    #[error("the log has {size} entries, so there is none at place {index}: places count from 0")]
    #[expect(missing_docs)]
    NoEntry { index: u64, size: u64 },
}

impl InspectError {
    fn missing(path: &str) -> Self {
        Self::file(path.to_owned())(FileError::Missing)
    }

    fn file(path: String) -> impl FnOnce(FileError) -> Self {
        |error| Self::File { path, error }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(length: usize) -> Vec<u8> {
        let mut packing = GzEncoder::new(Vec::new(), Compression::fast());
        packing.write_all(&vec![0; length]).unwrap();
        packing.finish().unwrap()
    }

    #[test]
    fn the_longest_bundle_is_unpacked_whole_and_no_more_than_that() {
        let most = 256 * (LONGEST_ENTRY + 2);
        for length in [most, most + 1_000] {
            assert_eq!(gunzipped(&packed(length)).unwrap().len(), most);
        }
        assert_eq!(gunzipped(&packed(9)[..12]), None);
        assert_eq!(gunzipped(&[0; 9]), None);
    }
}
