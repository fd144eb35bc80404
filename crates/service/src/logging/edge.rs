//! Reading the tree back from its stored tiles.

use std::collections::BTreeMap;

use touchstone_tlog::{
    Bundle, Edge, Hash, Tile,
    merkle::{self},
    tile,
};

use super::{LogError, crypto};
use crate::{
    World,
    ports::{ObjectError, ObjectKey},
};

/// Where a file of the log lies among the objects.
pub(super) fn key(path: &str) -> ObjectKey {
    ObjectKey::new(format!("log/{path}")).expect("paths of C2SP tlog-tiles are keys")
}

/// The right edge of the stored tree of `size` entries, which must have this root (threat 48).
pub(super) async fn stored(world: &World, size: u64, root: Hash) -> Result<Edge, LogError> {
    let places = tile::for_edge(size);
    let tiles = tiles(world, &places).await?;
    let crypto = crypto(world);
    let edge = Edge::read(&crypto, size, |place| {
        tiles.get(&place).map(Vec::as_slice).ok_or(())
    });
    let edge = edge.map_err(|error| {
        let place = match error {
            tile::ReadError::Tile { tile, .. } | tile::ReadError::Bytes { tile, .. } => Some(tile),
            tile::ReadError::Outside { .. } => None,
        };
        LogError::Tiles {
            path: place.map_or_else(|| paths(&places), Tile::path),
        }
    })?;
    if edge.root(&crypto) == root {
        return Ok(edge);
    }
    Err(LogError::Tiles {
        path: wrong(world, size, root, &tiles).await?,
    })
}

/// Which of the tiles at the edge is the wrong one: with what its place hashes to from below, the root is right. Where that cannot be told, all
/// that differ from what is below them; and all of them, where none does.
async fn wrong(
    world: &World,
    size: u64,
    root: Hash,
    tiles: &BTreeMap<Tile, Vec<u8>>,
) -> Result<String, LogError> {
    let crypto = crypto(world);
    let mut differ = Vec::new();
    for (&place, stored) in tiles {
        // What cannot be read names nothing; that something is wrong is known.
        let Ok(Some(right)) = from_below(world, place).await else {
            continue;
        };
        if place.hashes(stored).is_ok_and(|stored| stored == right) {
            continue;
        }
        let instead = Edge::read(&crypto, size, |asked| match asked == place {
            true => Ok(right.as_flattened()),
            false => tiles.get(&asked).map(Vec::as_slice).ok_or(()),
        });
        if instead.is_ok_and(|edge| edge.root(&crypto) == root) {
            return Ok(place.path());
        }
        differ.push(place);
    }
    let all: Vec<Tile> = tiles.keys().copied().collect();
    Ok(paths(if differ.is_empty() { &all } else { &differ }))
}

/// The hashes that belong into a tile, from the tiles or the entries below it.
pub(super) async fn from_below(
    world: &World,
    place: Tile,
) -> Result<Option<Vec<[u8; 32]>>, LogError> {
    let crypto = crypto(world);
    if place.level == 0 {
        let below = Bundle {
            index: place.index,
            width: place.width,
        };
        let bytes = match bundle(world, below).await {
            Ok(bytes) => bytes,
            Err(LogError::Tiles { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let entries = below.entries(&bytes).ok();
        let hash = |entry: &&[u8]| merkle::leaf_hash(&crypto, entry).0;
        return Ok(entries.map(|entries| entries.iter().map(hash).collect()));
    }
    let mut hashes = Vec::new();
    for at in 0..u64::from(place.width) {
        let child = Tile {
            level: place.level - 1,
            index: place.index * u64::from(tile::FULL) + at,
            width: tile::FULL,
        };
        let bytes = world.objects.read(&key(&child.path())).await?;
        let found = bytes.and_then(|bytes| child.root(&bytes, &crypto).ok());
        let Some(found) = found else { return Ok(None) };
        hashes.push(found.0);
    }
    Ok(Some(hashes))
}

/// The root that the stored tree had when it was `old_size` entries long, read from the tiles of `size` entries.
pub(super) async fn root_at(world: &World, old_size: u64, size: u64) -> Result<Hash, LogError> {
    let mut places = Vec::new();
    let nodes: Vec<_> = merkle::peaks(old_size).collect();
    for node in &nodes {
        places.extend(Tile::of(*node, size));
    }
    places.dedup();
    let tiles = tiles(world, &places).await?;
    let crypto = crypto(world);
    let read = tile::reader(&crypto, size, |place: Tile| {
        tiles.get(&place).cloned().ok_or(())
    });
    merkle::root(&crypto, old_size, read).map_err(|_| LogError::Tiles {
        path: paths(&places),
    })
}

/// Those of these tiles that are there. A full one may be there in the place of a partial one.
pub(super) async fn tiles(
    world: &World,
    places: &[Tile],
) -> Result<BTreeMap<Tile, Vec<u8>>, ObjectError> {
    let mut found = BTreeMap::new();
    for place in places {
        let mut bytes = world.objects.read(&key(&place.path())).await?;
        if bytes.is_none() && place.is_partial() {
            bytes = world.objects.read(&key(&place.full().path())).await?;
        }
        if let Some(bytes) = bytes {
            found.insert(*place, bytes);
        }
    }
    Ok(found)
}

/// The bytes of a bundle of the stored tree; of the full one where the partial one is not there any more.
pub(super) async fn bundle(world: &World, place: Bundle) -> Result<Vec<u8>, LogError> {
    if let Some(bytes) = world.objects.read(&key(&place.path())).await? {
        return Ok(bytes);
    }
    let full = world.objects.read(&key(&place.full().path())).await?;
    full.ok_or_else(|| LogError::Tiles { path: place.path() })
}

/// What is begun of the bundle at the right edge, with the length before each entry; empty if the last one is full. Its entries must be
/// those of the tile above them: what comes next is written behind them, for good (threat 48).
pub(super) async fn begun(world: &World, edge: &Edge) -> Result<Vec<u8>, LogError> {
    let Some((above, hashes)) = edge.partial().find(|(tile, _)| tile.level == 0) else {
        return Ok(Vec::new());
    };
    let place = Bundle {
        index: above.index,
        width: above.width,
    };
    // The full one may be there in its place, with what comes now.
    let bytes = bundle(world, place).await?;
    let altered = || LogError::Tiles { path: place.path() };
    let entries = place.entries(&bytes).map_err(|_| altered())?;
    let crypto = crypto(world);
    let same = entries
        .iter()
        .zip(hashes.chunks_exact(32))
        .all(|(entry, hash)| merkle::leaf_hash(&crypto, entry).0.as_slice() == hash);
    if !same {
        return Err(altered());
    }
    let length = entries.iter().map(|entry| entry.len() + 2).sum();
    bytes.get(..length).map(<[u8]>::to_vec).ok_or_else(altered)
}

fn paths(places: &[Tile]) -> String {
    let paths: Vec<_> = places.iter().map(|place| place.path()).collect();
    paths.join(", ")
}
