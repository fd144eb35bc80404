//! What was taken over from the published log after a restore: no line of this database says what these entries are, so they are read where it matters.

use touchstone_store::{LogTreeRow, StoreError, Tx};
use touchstone_vc::log::Entry;

use super::{LogError, key_events::bytes_between, prove_in, shown, unsigned};
use crate::World;

/// Notes that the log went on from `before` to `after` with entries that this database did not queue.
pub(super) async fn note(
    tx: &mut Tx,
    before: &LogTreeRow,
    after: &LogTreeRow,
) -> Result<(), StoreError> {
    let mut all = read(tx.setting(ADOPTED).await?)?;
    all.push((unsigned(before.size), unsigned(after.size)));
    let text = serde_json::to_string(&all).expect("numbers");
    tx.set_setting(ADOPTED, &text).await
}

/// Whether a document of this DID stands among them, by its hash.
pub(crate) async fn has_adopted_document(
    world: &World,
    did: &str,
    hash: &[u8; 32],
) -> Result<bool, LogError> {
    let adopted = read(world.store.read().setting(ADOPTED).await?)?;
    if adopted.is_empty() {
        return Ok(false);
    }
    let Some(shown) = shown(world).await? else {
        return Ok(false);
    };
    let is_it = |entry: &[u8]| {
        matches!(Entry::parse(entry), Ok(Entry::DidDocument { did: of, sha256 })
            if of == did && sha256 == *hash)
    };
    let mut places = Vec::new();
    for (from, to) in adopted {
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

fn read(setting: Option<String>) -> Result<Vec<(u64, u64)>, StoreError> {
    let Some(text) = setting else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        table: "setting",
        column: "value",
    })
}

/// From which size to which the log was taken over, each time.
const ADOPTED: &str = "log.adopted";
