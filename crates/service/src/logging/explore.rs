//! The log as people look at it: how long it is, what came in last, and one entry with the way from it to the root.

use std::collections::HashMap;

use touchstone_tlog::{Bundle, Hash, SignedCheckpoint, merkle};
use touchstone_vc::{
    Timestamp,
    log::{Entry, EntryError},
};

use super::{LogError, Proven, crypto, edge, key::verifier_key, prove_in, shown, signed, unsigned};
use crate::World;

/// The log that is shown now, and some of its entries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explored {
    /// What it is called.
    pub origin: String,
    /// The key that its checkpoints are checked with, as a vkey.
    pub key: String,
    /// Entries in it.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// When the checkpoint was first shown, by our clock. `None` where this database does not know.
    pub shown_at: Option<Timestamp>,
    /// Entries that were asked for, newest first.
    pub entries: Vec<Placed>,
    /// Before which place there are more.
    pub next: Option<u64>,
    /// The one that was asked for, with its proof.
    pub one: Option<(Placed, Proven)>,
}

/// What stands at a place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placed {
    /// The place, from 0.
    pub index: u64,
    /// What it says.
    pub entry: Result<Entry, EntryError>,
    /// When it came about, by our clock. `None` where this database does not know.
    pub at: Option<Timestamp>,
    /// The hash of the entry.
    pub leaf: Hash,
}

/// Reads the log: entries before a place, newest first, and one with the proof of it. `None` before it is begun.
#[crate::boxed]
pub async fn explore(
    world: &World,
    before: Option<u64>,
    limit: u64,
    one: Option<u64>,
) -> Result<Option<Explored>, LogError> {
    let Some(shown) = shown(world).await? else {
        return Ok(None);
    };
    let reader = world.store.read();
    let Some(tree) = reader.log_tree().await? else {
        return Ok(None);
    };
    let from = before.unwrap_or(shown.size).min(shown.size);
    let first = from.saturating_sub(limit);
    let times = reader.log_entries_before(signed(from), limit).await?;
    let times: HashMap<u64, Timestamp> = times
        .into_iter()
        .map(|row| (unsigned(row.leaf), Timestamp::from_unix_millis(row.at)))
        .collect();
    let crypto = crypto(world);
    let mut entries = Vec::new();
    let bundles = Bundle::all(first, shown.size).take_while(|bundle| bundle.first() < from);
    for bundle in bundles {
        let bytes = edge::bundle(world, bundle).await?;
        let read = bundle.entries(&bytes).map_err(|_| LogError::Tiles {
            path: bundle.path(),
        })?;
        for (index, entry) in (bundle.first()..).zip(read) {
            if (first..from).contains(&index) {
                let at = times.get(&index).copied();
                entries.push(placed(index, entry, at, merkle::leaf_hash(&crypto, entry)));
            }
        }
    }
    entries.reverse();
    let one = match one {
        Some(index) => prove_in(world, &shown, index).await?,
        None => None,
    };
    let one = match one {
        Some(proof) => {
            let row = reader.log_entry(signed(proof.index)).await?;
            let at = row.map(|row| Timestamp::from_unix_millis(row.at));
            let leaf = merkle::leaf_hash(&crypto, &proof.entry);
            Some((placed(proof.index, &proof.entry, at, leaf), proof))
        }
        None => None,
    };
    let known = unsigned(tree.shown_size) == shown.size;
    Ok(Some(Explored {
        key: verifier_key(world, &tree.origin).await?.to_string(),
        origin: tree.origin,
        size: shown.size,
        root: SignedCheckpoint::parse(&shown.checkpoint)?.checkpoint.root,
        shown_at: known.then(|| Timestamp::from_unix_millis(tree.shown_at)),
        entries,
        next: (first > 0).then_some(first),
        one,
    }))
}

fn placed(index: u64, entry: &[u8], at: Option<Timestamp>, leaf: Hash) -> Placed {
    Placed {
        index,
        entry: Entry::parse(entry),
        at,
        leaf,
    }
}
