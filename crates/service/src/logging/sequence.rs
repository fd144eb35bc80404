//! Taking queued lines into the tree: settle, stage, commit, publish. Nothing is signed while a witness speaks against the log, or something that is stored of it
//! is not as it was.
//!
//! Any number of processes may do this at once. None of them holds a lease: the row of the tree is moved on from what was read of
//! it, and of two who try, one does (threat 47). What a process leaves behind when it is killed, the next turn of any other settles,
//! by the same steps (threat 49).

use touchstone_store::{LogEntryRow, LogStagedRow, LogTreeRow, StoreError};
use touchstone_tlog::{Edge, Hash, merkle, tile};

use super::{
    LogError, adopt, crypto, edge,
    entries::{STATUS, Staged, stage},
    key::{make, origin, sign},
    scrub,
    settle::{self, settle},
    signed, stopped, unsigned,
};
use crate::{
    World,
    operations::{Turn, restore::is_restored},
};

/// Takes queued lines into the log, a batch at most, and publishes them. [`Turn::Worked`] says that there may be more.
#[crate::boxed]
pub async fn sequence(world: &World) -> Result<Turn, LogError> {
    match turn(world).await {
        // Another one was faster. It may be killed before it has published, so look again.
        Err(LogError::Store(StoreError::Conflict { table: "log_tree" })) => Ok(Turn::Worked),
        done => done,
    }
}

async fn turn(world: &World) -> Result<Turn, LogError> {
    // What is not known of an older database that was put back, nobody signs over.
    if is_restored(&world.store).await? {
        return Err(LogError::Restored);
    }
    // First what is signed already, wherever that is known: nothing is signed over it, and nothing older is shown.
    let tree = adopt::look(world, begun(world).await?).await?;
    let settled = tree.shown_size == tree.size;
    if settled && world.store.read().last_of_outbox().await? <= tree.outbox {
        return Ok(Turn::Idle);
    }
    let tree = settle(world, tree).await?;
    if tree.shown_size < tree.size {
        return Ok(Turn::Worked); // Somebody committed more in between.
    }
    stopped::may_sign(world).await?;
    scrub::may_sign(world).await?;
    let from = edge::stored(world, unsigned(tree.size), settle::root(&tree)?).await?;
    edge::begun(world, &from).await?;
    let outbox = tree.outbox;
    let lines = world
        .store
        .write(|mut tx| async move { tx.outbox_after(outbox, BATCH).await })
        .await?;
    let Some(last) = lines.last().map(|line| line.seq) else {
        return Ok(Turn::Idle);
    };
    let staged = stage(world, lines).await?;
    let after = commit(world, &tree, from, &staged, last).await?;
    settle(world, after).await?;
    Ok(Turn::Worked)
}

/// Takes everything into the log that is queued now.
#[crate::boxed]
pub async fn sequence_until_idle(world: &World) -> Result<(), LogError> {
    while sequence(world).await? == Turn::Worked {}
    Ok(())
}

/// The tree's row; the first time, of a tree without entries.
async fn begun(world: &World) -> Result<LogTreeRow, LogError> {
    if let Some(tree) = world.store.read().log_tree().await? {
        return Ok(tree);
    }
    let origin = origin(&world.site.public_url).ok_or(LogError::NoOrigin)?;
    let root = merkle::empty_root(&crypto(world));
    make(world).await?;
    let checkpoint = sign(world, &origin, 0, root).await?;
    let now = world.clock.now().unix_millis();
    let row = &LogTreeRow {
        id: "log".into(),
        origin,
        size: 0,
        root: root.0.to_vec(),
        checkpoint,
        outbox: 0,
        committed_at: now,
        shown_size: -1,
        shown_checkpoint: Vec::new(),
        shown_at: now,
    };
    let begun = world
        .store
        .write(|mut tx| async move { tx.begin_log(row.clone()).await });
    match begun.await {
        Ok(()) | Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let begun = world.store.read().log_tree().await?;
    begun.ok_or(LogError::Store(StoreError::Conflict { table: "log_tree" }))
}

/// Moves the tree on from `tree`: entries, their places and the signed checkpoint in one transaction.
async fn commit(
    world: &World,
    tree: &LogTreeRow,
    mut edge: Edge,
    staged: &[Staged],
    last: i64,
) -> Result<LogTreeRow, LogError> {
    let crypto = crypto(world);
    let mut entries = Vec::new();
    let mut places = Vec::with_capacity(staged.len());
    for (leaf, Staged { line, entry }) in (tree.size..).zip(staged) {
        edge.push(&crypto, merkle::leaf_hash(&crypto, entry), |_, _| {});
        tile::append_entry(&mut entries, entry)?;
        places.push(LogEntryRow {
            leaf,
            outbox: line.seq,
            tenant: line.tenant.clone(),
            kind: line.kind.clone(),
            subject: line.subject.clone(),
            version: line.version,
            at: line.at,
        });
    }
    let root: Hash = edge.root(&crypto);
    let checkpoint = if staged.is_empty() {
        tree.checkpoint.clone()
    } else {
        sign(world, &tree.origin, edge.size(), root).await?
    };
    let after = &LogTreeRow {
        size: signed(edge.size()),
        root: root.0.to_vec(),
        checkpoint,
        outbox: last,
        committed_at: world.clock.now().unix_millis(),
        ..tree.clone()
    };
    let staged = &(!staged.is_empty()).then(|| LogStagedRow {
        first: tree.size,
        count: signed(staged.len() as u64),
        entries,
    });
    let places = &places;
    world
        .store
        .write(|mut tx| async move {
            tx.commit_log(tree, after, staged.clone(), places.clone())
                .await?;
            // Kept until here for their hash.
            for place in places.iter().filter(|place| place.kind == STATUS) {
                tx.forget_publications(&place.tenant, &place.subject, place.version)
                    .await?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(after.clone())
}

/// Lines in one turn, signed and synced once: they stand in memory several times on their way, some three kilobytes each.
const BATCH: u64 = 4_096;
