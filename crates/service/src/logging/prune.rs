//! Taking away partial tiles whose full tile is there: C2SP tlog-tiles lets a log do that, and its readers take the full one in their place.
//!
//! **Invariant:** a partial tile goes only once the full one is durable and shown. A backup that is being made holds all of them: it may hold the
//! database as it was before they were full.

use touchstone_store::{Store, StoreError};
use touchstone_tlog::{Bundle, Tile, tile};
use touchstone_vc::Timestamp;

use super::{LogError, edge, shown};
use crate::{
    World,
    ports::{ObjectError, ObjectKey},
};

/// Takes away what full tiles have replaced since the last time, a bounded number of them. Answers how many tiles are done with.
#[crate::boxed]
pub async fn prune(world: &World) -> Result<u64, LogError> {
    let reader = world.store.read();
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).unwrap_or(0);
    let held: i64 = reader
        .setting(HELD)
        .await?
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let Some(shown) = shown(world).await? else {
        return Ok(0);
    };
    let done: u64 = number(reader.setting(PRUNED).await?);
    let full = u64::from(tile::FULL);
    let until = shown.size / full * full;
    let until = until.min(done.saturating_add(AT_ONCE * full));
    if until <= done || held > world.clock.now().unix_millis() {
        return Ok(0);
    }
    let mut pruned = 0;
    for tile in filled(done, until) {
        let path = tile.path();
        if world.objects.read(&edge::key(&path)).await?.is_none() {
            return Err(LogError::Tiles { path });
        }
        let bundle = (tile.level == 0).then(|| {
            let bundle = Bundle {
                index: tile.index,
                width: tile.width,
            };
            bundle.path()
        });
        for path in [Some(path), bundle].into_iter().flatten() {
            world.objects.remove_below(&partials(&path)?).await?;
        }
        pruned += 1;
    }
    let until = &until.to_string();
    world
        .store
        .write(|mut tx| async move { tx.set_setting(PRUNED, until).await })
        .await?;
    Ok(pruned)
}

/// Nothing is taken away until then: a copy of everything is being made.
#[crate::boxed]
pub async fn hold_pruning(store: &Store, until: Timestamp) -> Result<(), StoreError> {
    let until = &until.unix_millis().to_string();
    store
        .write(|mut tx| async move { tx.set_setting(HELD, until).await })
        .await
}

/// The copy that was being made until then is whole. Another one that holds longer still holds.
#[crate::boxed]
pub async fn release_pruning(store: &Store, until: Timestamp) -> Result<(), StoreError> {
    let until = &until.unix_millis().to_string();
    store
        .write(|mut tx| async move {
            match tx.setting(HELD).await? {
                Some(held) if held == *until => tx.set_setting(HELD, "").await,
                _ => Ok(()),
            }
        })
        .await
}

/// The tiles that are full in a tree of `size` entries and were not in one of `old`.
fn filled(old: u64, size: u64) -> impl Iterator<Item = Tile> {
    tile::written(old, size).filter(|tile| !tile.is_partial())
}

/// Where the partial ones of a full tile or bundle lie.
fn partials(path: &str) -> Result<ObjectKey, LogError> {
    let key = ObjectKey::new(format!("log/{path}.p"));
    key.map_err(|error| LogError::Object(ObjectError::Unavailable(error.to_string())))
}

/// Entries up to which partial tiles are gone.
const PRUNED: &str = "log.pruned";
/// Until when nothing is taken away, in milliseconds since 1970.
const HELD: &str = "log.pruning_held";
/// Tiles of level 0 at one time.
const AT_ONCE: u64 = 1_000;
