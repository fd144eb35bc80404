//! The roots that an institution logged over its audit lines: what a record in a file does not say, because it was cut short, or because whoever
//! wrote it left out those that it does not fit any more.

use touchstone_bundle::LoggedRoot;
use touchstone_tlog::{
    Bundle, Checkpoint, Crypto, Hash,
    merkle::{self, Frontier},
};
use touchstone_vc::log::Entry;

use super::{InspectError, Source, monitor::damaged};

/// What a log says of an issuer's record.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AuditRoots {
    /// All roots of the issuer, in the log's order.
    pub roots: Vec<LoggedRoot>,
    /// The log does not continue the tree that it had been seen with.
    pub is_forked: bool,
}

/// All roots over audit lines that `issuer` has in a log. Every entry is read, and they are those that `stated` states: whether to believe that checkpoint is
/// the caller's to say. `seen` is another checkpoint of the log, as a file brings it.
pub async fn audit_roots(
    source: Source<'_>,
    stated: &Checkpoint,
    seen: &Checkpoint,
    issuer: &str,
    crypto: &Crypto,
) -> Result<AuditRoots, InspectError> {
    let mut tree = Frontier::default();
    let mut found = AuditRoots::default();
    for bundle in Bundle::all(0, stated.size) {
        let entries = source.bundle(bundle).await;
        for entry in entries.map_err(InspectError::file(bundle.path()))? {
            if let Ok(Entry::AuditRoot {
                issuer: of,
                size,
                root,
            }) = Entry::parse(&entry)
                && of == issuer
            {
                found.roots.push(LoggedRoot {
                    lines: size,
                    root: Hash(root),
                    index: tree.size(),
                });
            }
            tree.push(crypto, merkle::leaf_hash(crypto, &entry), |_, _| {});
            if tree.size() == seen.size {
                found.is_forked = tree.root(crypto) != seen.root;
            }
        }
    }
    match tree.root(crypto) == stated.root {
        true => Ok(found),
        false => Err(damaged()),
    }
}
