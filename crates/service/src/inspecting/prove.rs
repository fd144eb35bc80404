//! A proof that an entry is in somebody's log, as a file.

use std::collections::BTreeMap;

use touchstone_tlog::{Bundle, Checkpoint, Crypto, Hash, Tile, TlogProof, merkle, tile};

use super::{InspectError, Source};

/// A proof, and the entry that it is about.
#[derive(Debug)]
pub struct Proven {
    /// The proof, against the newest checkpoint; of its signatures nothing is known.
    pub proof: TlogProof,
    /// The entry's bytes.
    pub entry: Vec<u8>,
}

/// Proves the entry at `index`. The proof holds: it was checked against the entry and the root.
pub async fn prove(
    source: Source<'_>,
    index: u64,
    extra: Option<Vec<u8>>,
    crypto: &Crypto,
) -> Result<Proven, InspectError> {
    let checkpoint = source.checkpoint().await?;
    let (entry, path) = included(source, &checkpoint.checkpoint, index, crypto).await?;
    let proof = TlogProof {
        extra,
        index,
        path,
        checkpoint,
    };
    Ok(Proven { proof, entry })
}

/// The entry at `index` of a tree, and the hashes that prove it (RFC 9162, section 2.1.3). They hold: what was altered on the way to the disk or
/// on it must not be found out in ten years.
pub(crate) async fn included(
    source: Source<'_>,
    tree: &Checkpoint,
    index: u64,
    crypto: &Crypto,
) -> Result<(Vec<u8>, Vec<Hash>), InspectError> {
    let (size, root) = (tree.size, tree.root);
    let bundle = Bundle::of(index, size).ok_or(InspectError::NoEntry { index, size })?;
    let entries = source.bundle(bundle).await;
    let entries = entries.map_err(InspectError::file(bundle.path()))?;
    let place = usize::try_from(index - bundle.first()).unwrap_or(usize::MAX);
    let entry = entries.into_iter().nth(place);
    let entry = entry.ok_or(InspectError::NoEntry { index, size })?;
    let tiles = tiles(source, tile::for_inclusion(index, size)).await?;
    let read = tile::reader(crypto, size, |tile| tiles.get(&tile).ok_or(()));
    let damaged = || InspectError::Damaged {
        path: bundle.tile().path(),
    };
    let path = merkle::prove_inclusion(crypto, index, size, read).map_err(|_| damaged())?;
    let path = path.ok_or(InspectError::NoEntry { index, size })?;
    let leaf = merkle::leaf_hash(crypto, &entry);
    merkle::verify_inclusion(crypto, leaf, index, size, &path, root).map_err(|_| damaged())?;
    Ok((entry, path))
}

/// The hashes that show the tree of `size` entries to continue the one of `old`, which is not empty (RFC 9162, section 2.1.4.1). Whether they
/// do is for who knows both roots to check.
pub(crate) async fn continued(
    source: Source<'_>,
    old: u64,
    size: u64,
    crypto: &Crypto,
) -> Result<Vec<Hash>, InspectError> {
    let tiles = tiles(source, tile::for_consistency(old, size)).await?;
    let read = tile::reader(crypto, size, |tile| tiles.get(&tile).ok_or(()));
    let proof = merkle::prove_consistency(crypto, old, size, read);
    let damaged = || InspectError::Damaged {
        path: "tile/".into(),
    };
    proof.ok().flatten().ok_or_else(damaged)
}

/// Reads tiles.
pub(super) async fn tiles(
    source: Source<'_>,
    wanted: Vec<Tile>,
) -> Result<BTreeMap<Tile, Vec<u8>>, InspectError> {
    let mut had = BTreeMap::new();
    for tile in wanted {
        let hashes = source.tile(tile).await;
        let hashes: Vec<Hash> = hashes.map_err(InspectError::file(tile.path()))?;
        had.insert(tile, hashes.into_iter().flat_map(|hash| hash.0).collect());
    }
    Ok(had)
}
