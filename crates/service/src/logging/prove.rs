//! Where a change stands in the log, and the proof of it against the checkpoint that is shown.

use touchstone_tlog::{Checkpoint, Hash, SignedCheckpoint};

use super::{LogError, adopt, cosign::cosigned, folder::LogFolder, unsigned};
use crate::{World, inspecting::included, operations::restore::is_restored};

/// An entry with the proof that the log has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proven {
    /// Its place, from 0.
    pub index: u64,
    /// Its bytes.
    pub entry: Vec<u8>,
    /// Entries of the tree that it is proven in.
    pub size: u64,
    /// Hashes from the leaf's sibling up (RFC 9162, section 2.1.3).
    pub path: Vec<Hash>,
    /// The signed checkpoint of that tree.
    pub checkpoint: Vec<u8>,
}

/// The log as it is shown at one moment: what several proofs lead to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// Entries in it.
    pub size: u64,
    /// The signed checkpoint, with the cosignatures that have come for it.
    pub checkpoint: Vec<u8>,
}

/// The log as it is shown now. `None` before it is begun.
///
/// It is the row's, which never goes back; but if the database was put back, what was shown before lies among the files, and nothing older
/// is shown (threat 47). An installation that was restored shows nothing until it knows what it had shown.
#[crate::boxed]
pub async fn shown(world: &World) -> Result<Option<Shown>, LogError> {
    let tree = world.store.read().log_tree().await?;
    let Some(tree) = tree.filter(|tree| tree.shown_size >= 0) else {
        return Ok(None);
    };
    if is_restored(&world.store).await? {
        return Err(LogError::Restored);
    }
    if let Some(ahead) = adopt::ahead(world, &tree).await? {
        return Ok(Some(ahead));
    }
    let checkpoint = cosigned(&world.store.read(), &tree.shown_checkpoint).await?;
    Ok(Some(Shown {
        size: unsigned(tree.shown_size),
        checkpoint,
    }))
}

/// Proves the entry at a place. `None` where the log that is shown does not have it (yet).
#[crate::boxed]
pub async fn prove(world: &World, index: u64) -> Result<Option<Proven>, LogError> {
    match shown(world).await? {
        None => Ok(None),
        Some(shown) => prove_in(world, &shown, index).await,
    }
}

/// Proves the entry at a place in the log as it was shown. `None` where it does not have it.
#[crate::boxed]
pub async fn prove_in(
    world: &World,
    shown: &Shown,
    index: u64,
) -> Result<Option<Proven>, LogError> {
    let tree = SignedCheckpoint::parse(&shown.checkpoint)?.checkpoint;
    let proven = prove_under(world, &tree, index).await?;
    Ok(proven.map(|proven| Proven {
        checkpoint: shown.checkpoint.clone(),
        ..proven
    }))
}

/// Proves the entry at a place in a tree that the log had. `None` where it does not have it.
async fn prove_under(
    world: &World,
    tree: &Checkpoint,
    index: u64,
) -> Result<Option<Proven>, LogError> {
    if index >= tree.size {
        return Ok(None);
    }
    let folder = LogFolder::of(world);
    let (entry, path) = included(folder.source(), tree, index, world.tlog).await?;
    Ok(Some(Proven {
        index,
        entry,
        size: tree.size,
        path,
        checkpoint: tree.text().into_bytes(),
    }))
}

/// Proves the entry of a change, as the outbox names it: `credential.issued`, its id, 1.
#[crate::boxed]
pub async fn prove_change(
    world: &World,
    kind: &str,
    subject: &str,
    version: i64,
) -> Result<Option<Proven>, LogError> {
    let reader = world.store.read();
    match reader.log_entry_of(kind, subject, version).await? {
        None => Ok(None),
        Some(found) => prove(world, unsigned(found.leaf)).await,
    }
}
