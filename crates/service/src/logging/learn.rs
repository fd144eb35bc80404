//! After an older backup was restored: what the log signed since, as it was published elsewhere.
//!
//! **Invariant:** what is published is copied among the files before anything is signed again; from there the log goes on as after any other
//! restart. A published log that is not ours, or not whole, is not copied.

use touchstone_tlog::{Bundle, SignedCheckpoint, Tile, tile};

use super::{LogError, crypto, edge, key::verifier_key, settle::CHECKPOINT, unsigned};
use crate::World;

/// What is known of the log now.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Learned {
    /// What was published is not ahead of what was restored, or there was no log.
    #[default]
    Nothing,
    /// The log goes on from this many entries, as it was published.
    TakenOver(u64),
    /// Nobody could say what was published, or not all of it could be read.
    Unknown,
}

/// Looks at the published log, among documents `at_hand` (by address) or at its public address, and copies what is ahead.
pub async fn learn(
    world: &World,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Result<Learned, LogError> {
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(Learned::Nothing);
    };
    let Some(bytes) = published(world, CHECKPOINT, at_hand).await else {
        return Ok(Learned::Unknown);
    };
    let key = verifier_key(world, &tree.origin).await?;
    let Ok(signed) = SignedCheckpoint::parse(&bytes) else {
        return Ok(Learned::Unknown);
    };
    let ours = signed.checkpoint.origin() == tree.origin
        && signed.note.verify([&key], &crypto(world)).is_ok();
    if !ours {
        return Ok(Learned::Unknown);
    }
    let size = signed.checkpoint.size;
    let stored = world.objects.read(&edge::key(CHECKPOINT)).await?;
    let stored = stored.and_then(|bytes| SignedCheckpoint::parse(&bytes).ok());
    let known = stored.map_or(0, |stored| stored.checkpoint.size);
    if size <= known.max(unsigned(tree.size)) {
        return Ok(Learned::Nothing);
    }
    let tiles = tile::written(0, size).map(Tile::path);
    let paths = tiles.chain(tile::bundles_written(0, size).map(Bundle::path));
    for path in paths {
        let key = edge::key(&path);
        if world.objects.read(&key).await?.is_some() {
            continue;
        }
        let Some(bytes) = published(world, &path, at_hand).await else {
            return Ok(Learned::Unknown);
        };
        world.objects.keep(&[(key, bytes)]).await?;
    }
    // Only with an edge that hashes to what was signed.
    edge::stored(world, size, signed.checkpoint.root).await?;
    world.objects.put(&edge::key(CHECKPOINT), &bytes).await?;
    Ok(Learned::TakenOver(size))
}

async fn published(
    world: &World,
    path: &str,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Option<Vec<u8>> {
    let url = world.site.link(&format!("/log/{path}"));
    match at_hand(&url) {
        Some(bytes) => Some(bytes),
        None => world.fetch.fetch(&url).await.ok().map(|had| had.bytes),
    }
}
