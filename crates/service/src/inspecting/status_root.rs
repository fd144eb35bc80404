//! A part of a published status list, proven from the list as anybody can have it and from the files of the log.
//!
//! Nothing is asked about one entry: the list is read whole, and the statement is looked for in the log.

use touchstone_bundle::{StatusFile, StatusProof, StatusProofError, status_list_called};
use touchstone_tlog::{Bundle, Crypto, TlogProof};
use touchstone_vc::log::Entry;

use super::{InspectError, Source, prove::included};

/// Why no part of a list was proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveStatusError {
    /// The log could not be read.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The list, or its entry.
    #[error("{0}")]
    Proof(StatusProofError),
    /// The log states nothing about this publication of the list.
    #[error(
        "the log has no status-list-root about this publication of {url}; it was published before there were such entries, is newer than the log, \
         or is not of this log"
    )]
    NotStated {
        /// The address of the list.
        url: String,
    },
}

/// Proves what a published list says of an entry, by the newest statement that the log has about it.
pub async fn prove_status(
    source: Source<'_>,
    list: &[u8],
    index: u64,
    crypto: &Crypto,
) -> Result<StatusFile, ProveStatusError> {
    let unreadable = ProveStatusError::Proof(StatusProofError::Unreadable);
    let url = status_list_called(list).ok_or(unreadable)?;
    let checkpoint = source.checkpoint().await?;
    // One after the other: nobody has checked yet who signed this size.
    let size = checkpoint.checkpoint.size;
    let mut end = size;
    while let Some(bundle) = end.checked_sub(1).and_then(|last| Bundle::of(last, size)) {
        end = bundle.first();
        let entries = source.bundle(bundle).await;
        let entries = entries.map_err(InspectError::file(bundle.path()))?;
        let placed: Vec<_> = (bundle.first()..).zip(&entries).collect();
        for (place, entry) in placed.into_iter().rev() {
            match Entry::parse(entry) {
                Ok(Entry::StatusListRoot { stated, .. }) if stated.url == url => {}
                _ => continue,
            }
            let proof = match StatusProof::make(list, entry, index, crypto) {
                Ok(proof) => proof,
                // Of another publication of this list.
                Err(StatusProofError::OtherList) => continue,
                Err(error) => return Err(ProveStatusError::Proof(error)),
            };
            let tree = &checkpoint.checkpoint;
            let (_, path) = included(source, tree, place, crypto).await?;
            let logged = TlogProof {
                extra: None,
                index: place,
                path,
                checkpoint,
            };
            return Ok(StatusFile { proof, logged });
        }
    }
    Err(ProveStatusError::NotStated { url })
}
