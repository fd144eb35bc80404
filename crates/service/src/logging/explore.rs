//! The log as people look at it: how long it is, what came in last, and one entry with the way from it to the root.

use touchstone_tlog::{Hash, SignedCheckpoint, merkle};
use touchstone_vc::{
    Timestamp,
    log::{Entry, EntryError},
};

use super::{LogError, Proven, crypto, key::verifier_key, prove, signed, unsigned};
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
    /// When the checkpoint was first shown, by our clock.
    pub shown_at: Timestamp,
    /// Entries that were asked for, newest first.
    pub entries: Vec<Placed>,
    /// Before which place there are more.
    pub next: Option<u64>,
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
    /// The proof of it.
    pub proof: Proven,
    /// The hash of the entry.
    pub leaf: Hash,
}

/// Reads the log: entries before a place, newest first. `None` before it is begun.
pub async fn explore(
    world: &World,
    before: Option<u64>,
    limit: usize,
) -> Result<Option<Explored>, LogError> {
    let tree = world.store.read().log_tree().await?;
    let Some(tree) = tree.filter(|tree| tree.shown_size >= 0) else {
        return Ok(None);
    };
    let size = unsigned(tree.shown_size);
    let from = before.unwrap_or(size).min(size);
    let mut entries = Vec::new();
    for index in (0..from).rev().take(limit) {
        entries.extend(placed(world, index).await?);
    }
    let next = entries
        .last()
        .map(|last| last.index)
        .filter(|&last| last > 0);
    Ok(Some(Explored {
        key: verifier_key(world, &tree.origin).await?.to_string(),
        origin: tree.origin,
        size,
        root: SignedCheckpoint::parse(&tree.shown_checkpoint)?
            .checkpoint
            .root,
        shown_at: Timestamp::from_unix_millis(tree.shown_at),
        entries,
        next,
    }))
}

/// One entry with its proof.
pub async fn placed(world: &World, index: u64) -> Result<Option<Placed>, LogError> {
    let Some(proof) = prove(world, index).await? else {
        return Ok(None);
    };
    let row = world.store.read().log_entry(signed(index)).await?;
    Ok(Some(Placed {
        index,
        at: row.map(|row| Timestamp::from_unix_millis(row.at)),
        entry: Entry::parse(&proof.entry),
        leaf: merkle::leaf_hash(&crypto(world), &proof.entry),
        proof,
    }))
}
