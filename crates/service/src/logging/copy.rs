//! Copying a published log: every file is held against what stands above it before it is kept.
//!
//! The checkpoint vouches for the tiles at the right edge, a tile for those below it, and tiles of level 0 for the entries: the walk goes down,
//! one file at a time, and holds some tiles of each level at most. A file that is here already is checked and not asked for.

use touchstone_tlog::{Bundle, Edge, Hash, SignedCheckpoint, Tile, merkle, tile};

use super::{
    LogError, crypto, edge,
    learn::{AtHand, fetched},
};
use crate::{World, ports::ObjectError};

/// How far copying came.
pub(super) enum Copied {
    /// Every file of the tree is here, and hashes to the signed root.
    Whole,
    /// This file could not be had, or what was had, or is here, is not what was signed.
    Stopped {
        /// Its path below `log/`.
        path: String,
    },
}

/// Copies the tree that a checkpoint states, of which the caller knows who signed it.
pub(super) async fn copy(
    world: &World,
    signed: &SignedCheckpoint,
    at_hand: AtHand<'_>,
) -> Result<Copied, LogError> {
    match walk(world, signed, at_hand).await {
        Ok(()) => Ok(Copied::Whole),
        Err(Stopped::At(path)) => Ok(Copied::Stopped { path }),
        Err(Stopped::Failed(LogError::Object(ObjectError::Altered(path)))) => {
            let path = path.strip_prefix("log/").unwrap_or(&path).to_owned();
            Ok(Copied::Stopped { path })
        }
        Err(Stopped::Failed(error)) => Err(error),
    }
}

enum Stopped {
    At(String),
    Failed(LogError),
}

impl<E: Into<LogError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

async fn walk(
    world: &World,
    signed: &SignedCheckpoint,
    at_hand: AtHand<'_>,
) -> Result<(), Stopped> {
    let crypto = crypto(world);
    let (size, root) = (signed.checkpoint.size, signed.checkpoint.root);
    let places = tile::for_edge(size);
    let mut at_edge = Vec::new();
    for place in &places {
        at_edge.push((*place, edge_tile(world, *place, at_hand).await?));
    }
    let read = |place: Tile| {
        let found = at_edge.iter().find(|(one, _)| *one == place);
        found.map(|(_, bytes)| bytes.as_slice()).ok_or(())
    };
    let computed = Edge::read(&crypto, size, read).map(|edge| edge.root(&crypto));
    if computed.ok() != Some(root) {
        let paths: Vec<String> = places.iter().map(|place| place.path()).collect();
        return Err(Stopped::At(paths.join(", ")));
    }
    for (place, bytes) in &at_edge {
        keep(world, &place.path(), bytes).await?;
    }
    let mut open = at_edge;
    while let Some((tile, bytes)) = open.pop() {
        let hashes = tile.hashes(&bytes).map_err(|_| Stopped::At(tile.path()))?;
        if tile.level == 0 {
            bundle(world, tile, hashes, at_hand).await?;
            continue;
        }
        for (place, hash) in (0..).zip(hashes) {
            let child = Tile {
                level: tile.level - 1,
                index: tile.index * u64::from(tile::FULL) + place,
                width: tile::FULL,
            };
            let is_right = |bytes: &[u8]| {
                child
                    .root(bytes, &crypto)
                    .is_ok_and(|found| found.0 == *hash)
            };
            let bytes = checked(world, &child.path(), &is_right, at_hand).await?;
            open.push((child, bytes));
        }
    }
    Ok(())
}

/// A tile at the edge, which nothing above it vouches for; the checkpoint does, for all of them together.
async fn edge_tile(world: &World, place: Tile, at_hand: AtHand<'_>) -> Result<Vec<u8>, Stopped> {
    let fits = |bytes: &[u8]| place.hashes(bytes).is_ok();
    let full = place.full().path();
    let mut bytes = match published(world, &place.path(), &fits, at_hand).await {
        Some(bytes) => Some(bytes),
        None => published(world, &full, &fits, at_hand).await,
    };
    if bytes.is_none() {
        // Copied before, or known from the backup.
        bytes = world.objects.read(&edge::key(&place.path())).await?;
    }
    let bytes = bytes.filter(|bytes| fits(bytes));
    let mut bytes = bytes.ok_or_else(|| Stopped::At(place.path()))?;
    bytes.truncate(place.bytes());
    Ok(bytes)
}

async fn bundle(
    world: &World,
    tile: Tile,
    hashes: &[[u8; 32]],
    at_hand: AtHand<'_>,
) -> Result<(), Stopped> {
    let crypto = crypto(world);
    let place = Bundle {
        index: tile.index,
        width: tile.width,
    };
    let is_right = |bytes: &[u8]| {
        place.entries(bytes).is_ok_and(|entries| {
            let found = entries
                .iter()
                .map(|entry| merkle::leaf_hash(&crypto, entry));
            found.eq(hashes.iter().copied().map(Hash))
        })
    };
    match checked(world, &place.path(), &is_right, at_hand).await {
        Err(Stopped::At(path)) if tile.is_partial() => {
            // The full one may be there in its place; what it has more is vouched for by nobody here.
            let full = place.full().path();
            let here = world.objects.read(&edge::key(&full)).await?;
            let found = match here.filter(|bytes| is_right(bytes)) {
                Some(bytes) => Some(bytes),
                None => published(world, &full, &is_right, at_hand).await,
            };
            let bytes = found.ok_or(Stopped::At(path))?;
            let mut trimmed = Vec::new();
            for entry in place.entries(&bytes).unwrap_or_default() {
                tile::append_entry(&mut trimmed, entry)?;
            }
            keep(world, &place.path(), &trimmed).await?;
            Ok(())
        }
        done => done.map(drop),
    }
}

/// The bytes of a file that is right: from here, or from outside, and then it is kept.
async fn checked(
    world: &World,
    path: &str,
    is_right: &(dyn Fn(&[u8]) -> bool + Sync),
    at_hand: AtHand<'_>,
) -> Result<Vec<u8>, Stopped> {
    let here = world.objects.read(&edge::key(path)).await?;
    if let Some(bytes) = here.filter(|bytes| is_right(bytes)) {
        return Ok(bytes);
    }
    let found = published(world, path, is_right, at_hand).await;
    let bytes = found.ok_or_else(|| Stopped::At(path.to_owned()))?;
    keep(world, path, &bytes).await?;
    Ok(bytes)
}

async fn keep(world: &World, path: &str, bytes: &[u8]) -> Result<(), LogError> {
    let file = (edge::key(path), bytes.to_vec());
    Ok(world.objects.keep(&[file]).await?)
}

/// What stands at the public address of a file, if it is right; what was put aside goes first.
async fn published(
    world: &World,
    path: &str,
    is_right: &(dyn Fn(&[u8]) -> bool + Sync),
    at_hand: AtHand<'_>,
) -> Option<Vec<u8>> {
    let url = world.site.link(&format!("/log/{path}"));
    if let Some(bytes) = at_hand(&url).filter(|bytes| is_right(bytes)) {
        return Some(bytes);
    }
    fetched(world, &url).await.filter(|bytes| is_right(bytes))
}
