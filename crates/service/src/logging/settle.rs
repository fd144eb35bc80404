//! Publishing what is committed: tiles and bundles first, then the checkpoint.
//!
//! It is one code for the usual way and for what a killed process left behind: everything follows from the committed rows, and doing it
//! twice, or by two processes at once, writes the same bytes.

use touchstone_store::{LogStagedRow, LogTreeRow, StoreError};
use touchstone_tlog::{Bundle, Edge, Hash, SignedCheckpoint, Tile, merkle, tile};

use super::{LogError, cosign::cosigned, crypto, edge, signed, unsigned};
use crate::{World, ports::ObjectKey};

/// Publishes what is committed and not shown yet, and answers with the tree as it is then.
pub(super) async fn settle(world: &World, tree: LogTreeRow) -> Result<LogTreeRow, LogError> {
    if tree.shown_size >= tree.size {
        return Ok(tree);
    }
    let from = unsigned(tree.shown_size);
    let reader = world.store.read();
    let staged = reader.log_staged_from(signed(from)).await?;
    let Some(entries) = contiguous(&staged, from, unsigned(tree.size)) else {
        // Published by another one in between; if not, rows are missing.
        let now = reader.log_tree().await?;
        return match now {
            Some(now) if now.shown_size >= tree.size => Ok(now),
            _ => Err(StoreError::Corrupt {
                table: "log_staged",
                column: "entries",
            }
            .into()),
        };
    };
    let files = files(
        world,
        from,
        shown_root(world, &tree)?,
        &entries,
        root(&tree)?,
    )
    .await?;
    world.objects.keep(&files).await?;
    let now = world.clock.now().unix_millis();
    let shown = &tree;
    world
        .store
        .write(|mut tx| async move { tx.show_log(shown.size, shown.checkpoint.clone(), now).await })
        .await?;
    show(world).await
}

/// The root of the tree when it has `size` entries, of which some are committed and not shown yet.
pub(super) async fn root_when(
    world: &World,
    tree: &LogTreeRow,
    size: u64,
) -> Result<Option<Hash>, LogError> {
    let crypto = crypto(world);
    let from = unsigned(tree.shown_size);
    let staged = world.store.read().log_staged_from(signed(from)).await?;
    let Some(entries) = contiguous(&staged, from, unsigned(tree.size)) else {
        return Ok(None);
    };
    let mut edge = edge::stored(world, from, shown_root(world, tree)?).await?;
    for entry in entries
        .into_iter()
        .take(usize::try_from(size - from).unwrap_or(0))
    {
        edge.push(&crypto, merkle::leaf_hash(&crypto, entry), |_, _| {});
    }
    Ok((edge.size() == size).then(|| edge.root(&crypto)))
}

fn shown_root(world: &World, tree: &LogTreeRow) -> Result<Hash, LogError> {
    Ok(match tree.shown_size {
        ..=0 => merkle::empty_root(&crypto(world)),
        _ => {
            SignedCheckpoint::parse(&tree.shown_checkpoint)?
                .checkpoint
                .root
        }
    })
}

/// Puts the checkpoint that is shown among the files, with its cosignatures, and does it again if a later one is shown by then: of two who do this, the last
/// has seen what the other shows.
pub(super) async fn show(world: &World) -> Result<LogTreeRow, LogError> {
    let gone = || StoreError::Conflict { table: "log_tree" };
    let reader = world.store.read();
    let tree = reader.log_tree().await?.ok_or_else(gone)?;
    let mut shown = cosigned(&reader, &tree.shown_checkpoint).await?;
    loop {
        world.objects.put(&edge::key(CHECKPOINT), &shown).await?;
        let reader = world.store.read();
        let tree = reader.log_tree().await?.ok_or_else(gone)?;
        let now = cosigned(&reader, &tree.shown_checkpoint).await?;
        if now == shown {
            return Ok(tree);
        }
        shown = now;
    }
}

/// The committed root.
pub(super) fn root(tree: &LogTreeRow) -> Result<Hash, StoreError> {
    let root = tree.root.as_slice().try_into().map(Hash);
    root.map_err(|_| StoreError::Corrupt {
        table: "log_tree",
        column: "root",
    })
}

/// The entries of `from..to`, if these rows have all of them.
fn contiguous(staged: &[LogStagedRow], from: u64, to: u64) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut next = from;
    for row in staged.iter().take_while(|row| unsigned(row.first) < to) {
        if unsigned(row.first) != next {
            return None;
        }
        next += unsigned(row.count);
        let mut rest = row.entries.as_slice();
        for _ in 0..row.count {
            let (length, after) = rest.split_first_chunk()?;
            let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            entries.push(entry);
            rest = after;
        }
    }
    (next == to).then_some(entries)
}

/// Every file that is new when the tree grows from `from` by these entries.
async fn files(
    world: &World,
    from: u64,
    from_root: Hash,
    entries: &[&[u8]],
    root: Hash,
) -> Result<Vec<(ObjectKey, Vec<u8>)>, LogError> {
    let crypto = crypto(world);
    let mut edge: Edge = edge::stored(world, from, from_root).await?;
    let mut files = Vec::new();
    let mut file = |path: &str, bytes: &[u8]| files.push((edge::key(path), bytes.to_vec()));
    let mut bundle = edge::begun(world, &edge).await?;
    for entry in entries {
        tile::append_entry(&mut bundle, entry)?;
        edge.push(&crypto, merkle::leaf_hash(&crypto, entry), |tile, bytes| {
            if tile.level == 0 {
                file(&whole(tile).path(), &bundle);
            }
            file(&tile.path(), bytes);
        });
        if edge.size().is_multiple_of(u64::from(tile::FULL)) {
            bundle.clear();
        }
    }
    if edge.root(&crypto) != root {
        return Err(StoreError::Corrupt {
            table: "log_staged",
            column: "entries",
        }
        .into());
    }
    for (tile, bytes) in edge.partial() {
        if tile.level == 0 {
            file(&whole(tile).path(), &bundle);
        }
        file(&tile.path(), bytes);
    }
    Ok(files)
}

/// The bundle of the entries whose hashes are in this tile.
fn whole(tile: Tile) -> Bundle {
    Bundle {
        index: tile.index,
        width: tile.width,
    }
}

pub(super) const CHECKPOINT: &str = "checkpoint";
