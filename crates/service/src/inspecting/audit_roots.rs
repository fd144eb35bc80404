//! Over how many audit lines an institution logged a root: what a record that was cut short does not say.

use touchstone_tlog::{
    Bundle, Crypto,
    merkle::{self, Frontier},
};
use touchstone_vc::log::Entry;

use super::{InspectError, Source, monitor::damaged};

/// A root that stands in a log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AuditRooted {
    /// Over so many lines.
    pub lines: u64,
    /// Its place.
    pub index: u64,
}

/// The root over the most lines that `issuer` has in a log. Every entry is read, and they are those that the log's checkpoint states.
pub async fn newest_audit_root(
    source: Source<'_>,
    issuer: &str,
    crypto: &Crypto,
) -> Result<Option<AuditRooted>, InspectError> {
    let stated = source.checkpoint().await?.checkpoint;
    let mut tree = Frontier::default();
    let mut most: Option<AuditRooted> = None;
    for bundle in Bundle::all(0, stated.size) {
        let entries = source.bundle(bundle).await;
        for entry in entries.map_err(InspectError::file(bundle.path()))? {
            if let Ok(Entry::AuditRoot {
                issuer: of, size, ..
            }) = Entry::parse(&entry)
                && of == issuer
                && most.is_none_or(|most| most.lines < size)
            {
                let (lines, index) = (size, tree.size());
                most = Some(AuditRooted { lines, index });
            }
            tree.push(crypto, merkle::leaf_hash(crypto, &entry), |_, _| {});
        }
    }
    match tree.root(crypto) == stated.root {
        true => Ok(most),
        false => Err(damaged()),
    }
}
