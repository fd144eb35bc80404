//! The log as static files: `/log/checkpoint` and what stands below `/log/tile/` and `/log/anchor/`.
//!
//! `serve` answers with them and `publish` writes them; both find them here.

use touchstone_tlog::{Bundle, Tile, tile};

use super::{LogError, Shown, anchored, edge, settle::CHECKPOINT, shown};
use crate::World;

/// One file of the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogFile {
    /// Its media type.
    pub media_type: &'static str,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// It is never another one, so caches keep it. Otherwise they ask again after a second.
    pub immutable: bool,
}

/// Reads a file by its path below `/log/`. `None` where the log has no such file.
#[crate::boxed]
pub async fn file(world: &World, path: &str) -> Result<Option<LogFile>, LogError> {
    if path == CHECKPOINT {
        let shown = shown(world).await?;
        return Ok(shown.map(|shown| LogFile {
            media_type: "text/plain; charset=utf-8",
            bytes: shown.checkpoint,
            immutable: false,
        }));
    }
    if let Some(file) = anchored::file(world, path).await? {
        return Ok(Some(file));
    }
    if Tile::parse(path).is_err() && Bundle::parse(path).is_err() {
        return Ok(None);
    }
    let bytes = world.objects.read(&edge::key(path)).await?;
    Ok(bytes.map(|bytes| LogFile {
        media_type: "application/octet-stream",
        bytes,
        immutable: true,
    }))
}

/// The bytes of a tile or bundle that [`whole`] named, also where it was partial and the full one has taken its place since: cut from that. `None`
/// where neither is there.
#[crate::boxed]
pub async fn copied(world: &World, path: &str) -> Result<Option<Vec<u8>>, LogError> {
    if let Ok(tile) = Tile::parse(path) {
        let found = edge::tiles(world, &[tile]).await?;
        let hashes = found.get(&tile).and_then(|bytes| tile.hashes(bytes).ok());
        return Ok(hashes.map(|hashes| hashes.as_flattened().to_vec()));
    }
    let Ok(bundle) = Bundle::parse(path) else {
        return Ok(None);
    };
    match edge::bundle(world, bundle).await {
        Ok(bytes) => Ok(cut(bundle, &bytes)),
        Err(LogError::Tiles { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// As many entries as the bundle has, of bytes that may have more behind them.
fn cut(bundle: Bundle, bytes: &[u8]) -> Option<Vec<u8>> {
    let entries = bundle.entries(bytes).ok()?;
    let length: usize = entries.iter().map(|entry| entry.len() + 2).sum();
    bytes.get(..length).map(<[u8]>::to_vec)
}

/// The whole log as it is shown now: what to copy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Whole {
    /// The paths of all tiles and bundles that a reader of the checkpoint needs.
    pub paths: Vec<String>,
    /// The paths of what anchors were handed and of what they answered. The answers may be others later.
    pub anchors: Vec<String>,
    /// The checkpoint, to be written after them: then no copy has a checkpoint without its tiles.
    pub checkpoint: Vec<u8>,
}

/// What to copy to have the log elsewhere. `None` before it is begun.
#[crate::boxed]
pub async fn whole(world: &World) -> Result<Option<Whole>, LogError> {
    let Some(Shown { size, checkpoint }) = shown(world).await? else {
        return Ok(None);
    };
    let tiles = tile::written(0, size).map(Tile::path);
    let bundles = tile::bundles_written(0, size).map(Bundle::path);
    Ok(Some(Whole {
        paths: tiles.chain(bundles).collect(),
        anchors: anchored::paths(world).await?,
        checkpoint,
    }))
}
