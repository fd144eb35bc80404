//! Looking again at what was stored long ago: some full tiles and bundles each minute, in turn, for ever.
//!
//! **Invariant (threat 48):** the right edge of the tree is read before every signature (`edge.rs`), and all that lies behind it is read here.
//! What was found altered is noted, whatever else could not be read, and nothing more is signed until it is again as it was.

use touchstone_store::StoreError;
use touchstone_tlog::{Bundle, Tile, merkle::Node, tile};

use super::{LogError, crypto, edge, shown};
use crate::World;

/// Reads the next full tiles, with the entries below them; after the last come the first. Answers how many it read. A file that could not be read
/// says nothing about itself: it is told where nothing was found altered, and those behind it are read all the same.
#[crate::boxed]
pub async fn scrub(world: &World) -> Result<u64, LogError> {
    let Some(shown) = shown(world).await? else {
        return Ok(0);
    };
    let full = u64::from(tile::FULL);
    let there = shown.size / full;
    if there == 0 {
        return Ok(0);
    }
    let done = world.store.read().setting(SCRUBBED).await?;
    let done = done.and_then(|text| text.parse().ok()).unwrap_or(0);
    let from = if done < there { done } else { 0 };
    let until = there.min(from + AT_ONCE);
    let (mut read, mut wrong, mut paths, mut unread) = (0, Vec::new(), Vec::new(), None);
    for tile in tile::written(from * full, until * full).filter(|tile| !tile.is_partial()) {
        match altered(world, shown.size, tile).await {
            Ok(None) => read += 1,
            Ok(Some(path)) => {
                wrong.push(tile);
                // A tile above is wrong for each of those below it.
                if paths.last() != Some(&path) {
                    paths.push(path);
                }
            }
            Err(error) => {
                unread.get_or_insert(error);
            }
        }
    }
    note(world, until, &wrong).await?;
    if !paths.is_empty() {
        return Err(LogError::Tiles {
            path: paths.join(", "),
        });
    }
    unread.map_or(Ok(read), Err)
}

/// Refuses while something that was found altered still is.
pub(super) async fn may_sign(world: &World) -> Result<(), LogError> {
    let noted = world.store.read().setting(ALTERED).await?;
    let noted = &noted.unwrap_or_default();
    if noted.is_empty() {
        return Ok(());
    }
    is_intact(world).await?;
    let mended = world.store.write(|mut tx| async move {
        // What was found meanwhile stays.
        let same = tx.setting(ALTERED).await?.as_ref() == Some(noted);
        if same {
            tx.set_setting(ALTERED, "").await?;
            tx.set_setting(SCRUBBED, "0").await?;
        }
        Ok::<_, StoreError>(same)
    });
    match mended.await? {
        true => Ok(()),
        false => is_intact(world).await,
    }
}

/// The same, and changes nothing.
pub(super) async fn is_intact(world: &World) -> Result<(), LogError> {
    let noted = world.store.read().setting(ALTERED).await?;
    let Some(shown) = shown(world).await? else {
        return Ok(());
    };
    let mut paths = Vec::new();
    for path in noted.unwrap_or_default().split_whitespace() {
        match Tile::parse(path) {
            Ok(tile) => paths.extend(altered(world, shown.size, tile).await?),
            Err(_) => {
                return Err(LogError::Store(StoreError::Corrupt {
                    table: "setting",
                    column: "value",
                }));
            }
        }
    }
    match paths.is_empty() {
        true => Ok(()),
        false => Err(LogError::Tiles {
            path: paths.join(", "),
        }),
    }
}

/// Which file is not as it was: a full tile, the entries below it, or the tile above it.
async fn altered(world: &World, size: u64, tile: Tile) -> Result<Option<String>, LogError> {
    let crypto = crypto(world);
    let node = Node {
        level: (tile.level + 1) * LEVELS,
        index: tile.index,
    };
    let Some(above) = Tile::of(node, size) else {
        return Ok(None); // An older log was put back, which does not have it.
    };
    let found = edge::tiles(world, &[tile, above]).await?;
    let (Some(bytes), Some(bytes_above)) = (found.get(&tile), found.get(&above)) else {
        let missing = if found.contains_key(&tile) {
            above
        } else {
            tile
        };
        return Ok(Some(missing.path()));
    };
    let Ok(root) = tile.root(bytes, &crypto) else {
        return Ok(Some(tile.path()));
    };
    let Ok(signed) = above.hash(bytes_above, node, &crypto) else {
        return Ok(Some(above.path()));
    };
    if tile.level > 0 && root == signed {
        return Ok(None); // What is below it is held against it, tile by tile.
    }
    let below = match edge::from_below(world, tile).await {
        // That something is wrong is known; only what is not.
        Err(LogError::Object(_)) if root != signed => None,
        below => below?,
    };
    let below_root = below
        .as_ref()
        .and_then(|hashes| tile.root(hashes.as_flattened(), &crypto).ok());
    let entries = Bundle {
        index: tile.index,
        width: tile.width,
    };
    Ok(match (below_root, root == signed) {
        (Some(below), true) if below == root => None,
        // Only of the lowest tiles is what is below read where they are right.
        (_, true) => Some(entries.path()),
        (Some(below), false) if below == root => Some(above.path()),
        (_, false) => Some(tile.path()),
    })
}

/// Writes down how far it came, and what it found.
async fn note(world: &World, until: u64, wrong: &[Tile]) -> Result<(), StoreError> {
    let until = &until.to_string();
    world
        .store
        .write(|mut tx| async move {
            tx.set_setting(SCRUBBED, until).await?;
            if wrong.is_empty() {
                return Ok(());
            }
            let noted = tx.setting(ALTERED).await?.unwrap_or_default();
            let mut paths: Vec<String> = noted.split_whitespace().map(str::to_owned).collect();
            for path in wrong.iter().map(|tile| tile.path()) {
                if !paths.contains(&path) && paths.len() < MOST_NOTED {
                    paths.push(path);
                }
            }
            // What finds no room is found again: mending all that is noted begins the reading anew.
            tx.set_setting(ALTERED, &paths.join(" ")).await
        })
        .await
}

/// Lowest tiles up to which everything was read.
const SCRUBBED: &str = "log.scrubbed";
/// The tiles with which something is wrong, by their paths.
const ALTERED: &str = "log.altered";
/// Lowest tiles at one time: 65,536 entries each minute, ten million in two and a half hours.
const AT_ONCE: u64 = 256;
/// One is enough to sign nothing; whoever mends it asks `touchstone log fsck` for all of them.
const MOST_NOTED: usize = 1_000;
/// Levels of the tree in a tile.
const LEVELS: u8 = 8;
