//! How much room a history has left. Nobody reads one that is too large, so the last part is kept for what cannot wait: giving keys up.

use touchstone_store::{DidVersionRow, Reader, StoreError, TenantId};
use touchstone_vc::did::webvh;

/// Whether another key may be made in the history of an institution's DID, where it has one.
pub(in crate::operations) async fn has_room(
    reader: &Reader,
    tenant: &TenantId,
) -> Result<bool, StoreError> {
    Ok(used_percent(&reader.did_versions(tenant).await?) < FULL_PERCENT)
}

/// How much of what its readers take a history needs, with what waits: of bytes or of versions, whichever is more.
pub(super) fn used_percent(versions: &[DidVersionRow]) -> usize {
    let size = |row: &DidVersionRow| match &row.line {
        Some(line) => line.len(),
        None => row.document.len() + BESIDE_THE_DOCUMENT,
    };
    let bytes: usize = versions.iter().map(size).sum();
    let of_bytes = bytes * 100 / webvh::MAX_BYTES;
    of_bytes.max(versions.len() * 100 / webvh::MAX_ENTRIES)
}

/// From here on no key is made. With a hundred keys, what is left is room for giving up twenty and more.
const FULL_PERCENT: usize = 75;
/// What a line has beside its document: parameters and proof.
const BESIDE_THE_DOCUMENT: usize = 1_024;
