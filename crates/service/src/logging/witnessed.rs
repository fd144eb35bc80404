//! Keeping what witnesses saw: by when an entry was in the log, for readers of later who trust other witnesses than we do now.
//!
//! **Rules (threat 43):** every checkpoint that a witness cosigned is kept for an hour, with all that cosign it later. Of older ones one goes only where
//! a later one of the same minute (after a day: of the same ten minutes) bears every cosignature that it bears; so whatever witnesses a reader asks
//! for, an entry that they had seen is shown as seen at most so much later. None goes for one that lies behind a moment since which a key is
//! compromised: the last before it is what counts. Which are enough, the reader says; neither our policy of today nor that of then is asked.

use std::{cmp::Reverse, collections::BTreeSet};

use touchstone_store::{LogWitnessedRow, Reader, Tx};
use touchstone_tlog::{SignedCheckpoint, cosignature};
use touchstone_vc::Timestamp;

use super::{LogError, Shown, signed, unsigned};
use crate::World;

/// Of the checkpoints that have the entry at a place, the one that most witnesses had seen before a moment; the earliest of those. `None` where no
/// witness had seen any that was kept.
#[crate::boxed]
pub async fn witnessed_with(
    world: &World,
    index: u64,
    before: Timestamp,
) -> Result<Option<Shown>, LogError> {
    let reader = world.store.read();
    let sizes = reader
        .log_witnessed_with(signed(index), before.unix_millis())
        .await?;
    Ok(by_most(seen(&reader, sizes, before).await?))
}

/// The checkpoint by which witnesses had seen the entry at a place first: of those that were kept within an hour of the earliest, the one that most
/// had seen, so that it tells something to as many readers as can be.
#[crate::boxed]
pub async fn first_witnessed(world: &World, index: u64) -> Result<Option<Shown>, LogError> {
    let reader = world.store.read();
    let sizes = reader.log_witnessed_first(signed(index), 60 * MINUTE_MS);
    let ever = Timestamp::from_unix_millis(i64::MAX);
    Ok(by_most(seen(&reader, sizes.await?, ever).await?))
}

/// A checkpoint, and how many had seen it.
struct Seen {
    saw: usize,
    shown: Shown,
}

/// Those of these checkpoints that a witness had seen before a moment.
async fn seen(reader: &Reader, sizes: Vec<i64>, before: Timestamp) -> Result<Vec<Seen>, LogError> {
    let mut all = Vec::new();
    for size in sizes {
        let Some(kept) = reader.log_witnessed(size).await? else {
            continue; // A later one took its place in between.
        };
        let saw = saw(&SignedCheckpoint::parse(&kept.checkpoint)?, before);
        if saw > 0 {
            let shown = Shown {
                size: unsigned(size),
                checkpoint: kept.checkpoint,
            };
            all.push(Seen { saw, shown });
        }
    }
    Ok(all)
}

fn by_most(all: Vec<Seen>) -> Option<Shown> {
    let key = |one: &Seen| (Reverse(one.saw), one.shown.size);
    let best = all.into_iter().min_by_key(key);
    best.map(|best| best.shown)
}

/// How many keys of witnesses say that they had seen a checkpoint before a moment.
fn saw(checkpoint: &SignedCheckpoint, before: Timestamp) -> usize {
    let origin = checkpoint.checkpoint.origin();
    let lines = checkpoint.note.signatures().iter();
    let lines = lines.filter(|line| line.name() != origin);
    let before = u64::try_from(before.unix_millis()).unwrap_or(0) / 1_000;
    lines
        .filter(|line| cosignature::time_of(line).is_some_and(|time| time < before))
        .count()
}

/// Keeps a checkpoint with its cosignatures, beside those that are kept of it.
pub(super) async fn keep(
    tx: &mut Tx,
    checkpoint: &SignedCheckpoint,
    now: Timestamp,
) -> Result<(), LogError> {
    let size = signed(checkpoint.checkpoint.size);
    let last_at = now.unix_millis();
    let (mut all, mut at) = (checkpoint.clone(), last_at);
    if let Some(before) = tx.log_witnessed(size).await? {
        let before_it = SignedCheckpoint::parse(&before.checkpoint)?;
        if before_it.note.text() == all.note.text() {
            all.note.merge(&before_it.note);
            at = before.at;
        }
    }
    let row = LogWitnessedRow {
        size,
        cosigners: Some(cosigners(&all)),
        checkpoint: all.note.to_string().into_bytes(),
        at,
        last_at: Some(last_at),
    };
    Ok(tx.keep_log_witnessed(row).await?)
}

/// The ids of the keys of witnesses that signed, each once and in order.
fn cosigners(checkpoint: &SignedCheckpoint) -> String {
    let origin = checkpoint.checkpoint.origin();
    let lines = checkpoint.note.signatures().iter();
    let ids = lines.filter(|line| line.name() != origin);
    let ids: BTreeSet<String> = ids.map(|line| line.id().to_string()).collect();
    Vec::from_iter(ids).join(" ")
}

/// Forgets what shows nothing more than a later one does, a bounded number at a time. Answers how many that were.
#[crate::boxed]
pub async fn thin_witnessed(world: &World) -> Result<usize, LogError> {
    let mut forgotten = 0;
    for spacing in &SPACINGS {
        forgotten += thin(world, spacing).await?;
    }
    Ok(forgotten)
}

async fn thin(world: &World, spacing: &Spacing) -> Result<usize, LogError> {
    let reader = world.store.read();
    let now = world.clock.now().unix_millis();
    let slot = spacing.slot_ms;
    let until = (now - spacing.age_ms).div_euclid(slot) * slot;
    let done = reader.setting(spacing.done).await?;
    let done: i64 = done.and_then(|text| text.parse().ok()).unwrap_or(0);
    if until <= done {
        return Ok(0);
    }
    let rows = reader.log_witnessed_between(done, until, AT_ONCE).await?;
    let mut kept: Vec<Kept> = rows.into_iter().map(Kept::new).collect();
    let mut upto = until;
    if kept.len() as u64 >= AT_ONCE
        && let Some(last) = kept.last().map(|kept| kept.at)
    {
        // The slot in which it stops is looked at as a whole, next time; unless there is no other.
        let begun = last.div_euclid(slot) * slot;
        if kept.iter().any(|kept| kept.at < begun) {
            kept.retain(|kept| kept.at < begun);
            upto = begun;
        }
    }
    let moments = reader.compromise_moments().await?;
    let gone = &superfluous(&kept, slot, &moments);
    let upto = &upto.to_string();
    world
        .store
        .write(|mut tx| async move {
            tx.forget_log_witnessed(gone).await?;
            tx.set_setting(spacing.done, upto).await
        })
        .await?;
    Ok(gone.len())
}

/// A checkpoint that is kept, without what it says.
struct Kept {
    size: i64,
    at: i64,
    /// When the last cosignature was added.
    last_at: i64,
    /// `None` where nobody noted them: it stays.
    cosigners: Option<BTreeSet<String>>,
}

impl Kept {
    fn new((size, at, cosigners, last_at): (i64, i64, Option<String>, Option<i64>)) -> Self {
        let ids = |text: String| text.split(' ').map(str::to_owned).collect();
        Self {
            size,
            at,
            last_at: last_at.unwrap_or(at),
            cosigners: cosigners.map(ids),
        }
    }
}

/// Which of these go: those of which a larger one bore every cosignature by the end of the same slot of time, with no moment of `moments` in between.
fn superfluous(kept: &[Kept], slot_ms: i64, moments: &[i64]) -> Vec<i64> {
    let slot = |at: i64| at.div_euclid(slot_ms);
    let goes = |one: &&Kept| {
        let Some(cosigners) = &one.cosigners else {
            return false;
        };
        kept.iter().any(|later| {
            let others = later.cosigners.as_ref();
            slot(later.last_at) == slot(one.at)
                && later.size > one.size
                && others.is_some_and(|others| cosigners.is_subset(others))
                && !moments
                    .iter()
                    .any(|moment| one.at < *moment && *moment <= later.last_at)
        })
    };
    kept.iter().filter(goes).map(|one| one.size).collect()
}

/// From which age on how many are kept.
struct Spacing {
    age_ms: i64,
    slot_ms: i64,
    /// Where it is noted up to which moment this was done.
    done: &'static str,
}

const MINUTE_MS: i64 = 60 * 1_000;
const SPACINGS: [Spacing; 2] = [
    Spacing {
        age_ms: 60 * MINUTE_MS,
        slot_ms: MINUTE_MS,
        done: "log.witnessed_by_minute",
    },
    Spacing {
        age_ms: 24 * 60 * MINUTE_MS,
        slot_ms: 10 * MINUTE_MS,
        done: "log.witnessed_by_ten_minutes",
    },
];
/// Checkpoints that are looked at at one time.
const AT_ONCE: u64 = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(at: i64, cosigners: &str) -> Kept {
        Kept::new((at, at, Some(cosigners.into()), None))
    }

    fn whole_at(at: i64, cosigners: &str, last: i64) -> Kept {
        Kept::new((at, at, Some(cosigners.into()), Some(last)))
    }

    #[test]
    fn t43_a_checkpoint_goes_only_for_a_later_one_that_shows_as_much() {
        for (what, rows, moments, gone) in [
            (
                "the same",
                vec![kept(1, "a b"), kept(2, "a b")],
                vec![],
                vec![1],
            ),
            (
                "more than",
                vec![kept(1, "a"), kept(2, "a b")],
                vec![],
                vec![1],
            ),
            (
                "less than",
                vec![kept(1, "a b"), kept(2, "a")],
                vec![],
                vec![],
            ),
            ("another", vec![kept(1, "a"), kept(2, "b")], vec![], vec![]),
            (
                "another slot",
                vec![kept(9, "a"), kept(10, "a")],
                vec![],
                vec![],
            ),
            (
                "a key was stolen in between",
                vec![kept(1, "a"), kept(3, "a"), kept(5, "a")],
                vec![4],
                vec![1],
            ),
            (
                "as the key was stolen",
                vec![kept(1, "a"), kept(3, "a"), kept(5, "a")],
                vec![3],
                vec![3],
            ),
            (
                "one that was whole much later",
                vec![kept(1, "a b"), whole_at(2, "a b", 25)],
                vec![],
                vec![],
            ),
            (
                "one that was whole after a key was stolen",
                vec![kept(1, "a b"), whole_at(2, "a b", 8)],
                vec![5],
                vec![],
            ),
            (
                "not noted",
                vec![Kept::new((1, 1, None, None)), kept(2, "a")],
                vec![],
                vec![],
            ),
        ] {
            assert_eq!(superfluous(&rows, 10, &moments), gone, "{what}");
        }
    }
}
