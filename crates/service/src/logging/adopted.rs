//! What was taken over from the published log after a restore: no line of this database says what these entries are, so they are read where it matters.

use touchstone_store::StoreError;
use touchstone_vc::log::Entry;

use super::{LogError, key_events::bytes_between, prove_in, shown, signed};
use crate::World;

/// Whether a document of this DID stands among them, by its hash.
pub(crate) async fn has_adopted_document(
    world: &World,
    did: &str,
    hash: &[u8; 32],
) -> Result<bool, LogError> {
    let Some(shown) = shown(world).await? else {
        return Ok(false);
    };
    let is_it = |entry: &[u8]| {
        matches!(Entry::parse(entry), Ok(Entry::DidDocument { did: of, sha256 })
            if of == did && sha256 == *hash)
    };
    let mut places = Vec::new();
    for (from, to) in adopted(world, shown.size).await? {
        let take = |leaf, entry: &[u8]| {
            if is_it(entry) {
                places.push(leaf);
            }
        };
        bytes_between(world, from, to, shown.size, take).await?;
    }
    for leaf in places {
        // A file that was altered proves nothing.
        if let Some(proven) = prove_in(world, &shown, leaf).await?
            && is_it(&proven.entry)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The places among so many at which no line of this database stands, from one up to another each. What it entered itself has one.
async fn adopted(world: &World, size: u64) -> Result<Vec<(u64, u64)>, StoreError> {
    let reader = world.store.read();
    let (mut found, mut open) = (Vec::new(), vec![(0, size)]);
    while let Some((from, to)) = open.pop() {
        let lines = reader.log_entries_between(signed(from), signed(to)).await?;
        if lines == 0 {
            found.push((from, to));
        } else if lines < signed(to - from) {
            let middle = from + (to - from) / 2;
            open.extend([(middle, to), (from, middle)]);
        }
    }
    Ok(found)
}
