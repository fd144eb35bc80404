//! What the log says of keys and of documents that this database does not know: it was restored from an older copy.

use touchstone_tlog::{Bundle, SignedCheckpoint};
use touchstone_vc::log::Entry;

use super::{LogError, edge, settle::CHECKPOINT, unsigned};
use crate::World;

/// Key events, successions and documents of DIDs of the log among the files, beyond those that the database has entered, in their order.
pub(crate) async fn key_events_ahead(world: &World) -> Result<Vec<Entry>, LogError> {
    let mut events = Vec::new();
    let of_keys = |entry: &Entry| {
        matches!(
            entry,
            Entry::KeyEvent { .. } | Entry::DidSuccession { .. } | Entry::DidDocument { .. }
        )
    };
    entries_ahead(world, |entry| events.extend(Some(entry).filter(of_keys))).await?;
    Ok(events)
}

/// Hands on each entry of the log among the files, beyond those that the database has entered, in their order.
pub(super) async fn entries_ahead(
    world: &World,
    mut take: impl FnMut(Entry) + Send,
) -> Result<(), LogError> {
    let read = |_, bytes: &[u8]| {
        if let Ok(entry) = Entry::parse(bytes) {
            take(entry);
        }
    };
    bytes_ahead(world, read).await
}

/// The same, each with its place and as its bytes.
pub(super) async fn bytes_ahead(
    world: &World,
    take: impl FnMut(u64, &[u8]) + Send,
) -> Result<(), LogError> {
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(());
    };
    let Some(bytes) = world.objects.read(&edge::key(CHECKPOINT)).await? else {
        return Ok(());
    };
    let size = SignedCheckpoint::parse(&bytes)?.checkpoint.size;
    bytes_between(world, unsigned(tree.size), size, size, take).await
}

/// The entries from one place up to another of the stored tree of `size` entries, as they lie in the files.
pub(super) async fn bytes_between(
    world: &World,
    from: u64,
    to: u64,
    size: u64,
    mut take: impl FnMut(u64, &[u8]) + Send,
) -> Result<(), LogError> {
    let mut leaf = from;
    while leaf < to.min(size) {
        let bundle = Bundle::of(leaf, size).ok_or(LogError::Diverged { size })?;
        let bytes = edge::bundle(world, bundle).await?;
        let entries = bundle.entries(&bytes).map_err(|_| LogError::Tiles {
            path: bundle.path(),
        })?;
        let begin = usize::try_from(leaf - bundle.first()).unwrap_or(usize::MAX);
        let ahead = entries.get(begin..).unwrap_or_default();
        if ahead.is_empty() {
            break;
        }
        for &entry in ahead {
            if leaf < to {
                take(leaf, entry);
            }
            leaf += 1;
        }
    }
    Ok(())
}
