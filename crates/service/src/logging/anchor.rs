//! Having checkpoints anchored: now and then each anchor is asked to state when it saw what is shown, beside everything else.
//!
//! **Rule (threat 66):** nothing waits for an anchor, and none is asked more often than is configured: it may cost money. One that does not
//! answer is asked again with growing pauses, and given up after [`MOST_TRIES`]; the next checkpoint is another matter. What it answers is
//! kept only where it was checked whole.
//!
//! What is anchored is the SHA-256 of the checkpoint's signed bytes: the text of the note, without its signatures. So the time that an
//! anchor states holds for that tree, whoever signs its checkpoint besides.

use touchstone_store::{AnchorState, LogAnchorRow, StoreError};
use touchstone_tlog::SignedCheckpoint;
use touchstone_vc::Timestamp;

use super::{LogError, anchors::ConfiguredAnchor, shown, signed, unsigned};
use crate::{
    World,
    ports::{AnchorError, Receipt},
};

/// What came of asking an anchor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Anchoring {
    /// There is nothing to ask it for now.
    Nothing,
    /// It has a checkpoint of so many entries, and shows nothing yet.
    Pending(u64),
    /// It stated when it had seen a checkpoint of so many entries.
    Confirmed(u64),
    /// It did not; it is asked again.
    Refused(AnchorError),
    /// It did not, so often that this checkpoint is given up.
    GivenUp(AnchorError),
}

/// Asks the anchor of this name for what is due: a checkpoint that it was asked about before, or the one that is shown.
pub async fn anchor(world: &World, name: &str) -> Result<Anchoring, LogError> {
    let Some(one) = world.anchors.named(name) else {
        return Ok(Anchoring::Nothing);
    };
    let now = world.clock.now().unix_millis();
    let due = world.store.read().log_anchor_due(name, now).await?;
    let row = match due {
        Some(row) => Some(row),
        None => begun(world, one, now).await?,
    };
    let Some(row) = row else {
        return Ok(Anchoring::Nothing);
    };
    // Whoever moves it on asks; another process finds it moved.
    let taken = LogAnchorRow {
        tries: row.tries + 1,
        next_at: now.saturating_add(pause(row.tries)),
        ..row.clone()
    };
    match moved(world, &row, &taken).await {
        Err(LogError::Store(StoreError::Conflict { .. })) => return Ok(Anchoring::Nothing),
        taken => taken?,
    }
    let digest = (world.crypto.sha256)(&taken.note);
    let asked = match &taken.proof {
        None => one.ask.submit(&digest).await,
        Some(proof) => one.ask.refresh(&digest, proof).await,
    };
    let now = world.clock.now().unix_millis();
    let size = unsigned(taken.size);
    let (after, came) = match asked {
        Ok(Receipt::Confirmed { proof, by }) => (
            LogAnchorRow {
                state: AnchorState::Confirmed,
                confirmed_at: Some(now),
                seen_by: by.map(Timestamp::unix_millis),
                proof: Some(proof),
                why: None,
                ..taken.clone()
            },
            Anchoring::Confirmed(size),
        ),
        Ok(Receipt::Pending { proof }) => (
            LogAnchorRow {
                tries: 0,
                next_at: now.saturating_add(REFRESH_MS),
                proof: Some(proof),
                why: None,
                ..taken.clone()
            },
            Anchoring::Pending(size),
        ),
        Err(error) => {
            let given_up = taken.tries >= MOST_TRIES;
            let state = match given_up {
                true => AnchorState::Failed,
                false => AnchorState::Pending,
            };
            let why = Some(error.to_string());
            let came = match given_up {
                true => Anchoring::GivenUp(error),
                false => Anchoring::Refused(error),
            };
            let row = taken.clone();
            (LogAnchorRow { state, why, ..row }, came)
        }
    };
    match moved(world, &taken, &after).await {
        // It took longer than the pause, and another process asked meanwhile: what that one learns stands.
        Err(LogError::Store(StoreError::Conflict { .. })) => Ok(Anchoring::Nothing),
        moved => moved.map(|()| came),
    }
}

/// Begins on the checkpoint that is shown, if the last one is long enough ago and the log has grown since.
async fn begun(
    world: &World,
    one: &ConfiguredAnchor,
    now: i64,
) -> Result<Option<LogAnchorRow>, LogError> {
    let Some(shown) = shown(world).await?.filter(|shown| shown.size > 0) else {
        return Ok(None);
    };
    let text = SignedCheckpoint::parse(&shown.checkpoint)?
        .checkpoint
        .text();
    let row = &LogAnchorRow {
        anchor: one.name.clone(),
        size: signed(shown.size),
        kind: one.kind.as_str().to_owned(),
        note: text.into_bytes(),
        state: AnchorState::Pending,
        tries: 0,
        next_at: now,
        submitted_at: now,
        confirmed_at: None,
        seen_by: None,
        proof: None,
        why: None,
    };
    let every = world.anchors.every_ms;
    let begun = world.store.write(|mut tx| async move {
        let newest = tx.newest_log_anchor(&row.anchor, None).await?;
        let due = newest.is_none_or(|newest| {
            newest.size < row.size && newest.submitted_at.saturating_add(every) <= now
        });
        if due {
            tx.begin_log_anchor(row.clone()).await?;
        }
        Ok::<_, LogError>(due)
    });
    match begun.await {
        Err(LogError::Store(StoreError::Conflict { .. })) => Ok(None),
        begun => Ok(begun?.then(|| row.clone())),
    }
}

async fn moved(world: &World, before: &LogAnchorRow, after: &LogAnchorRow) -> Result<(), LogError> {
    let moved = world
        .store
        .write(|mut tx| async move { tx.move_log_anchor(before, after).await });
    Ok(moved.await?)
}

/// Asks all of them for what is due, one after the other.
pub async fn anchor_all(world: &World) -> Vec<(String, Result<Anchoring, LogError>)> {
    let names = anchors(world);
    let mut came = Vec::with_capacity(names.len());
    for name in names {
        let asked = anchor(world, &name).await;
        came.push((name, asked));
    }
    came
}

/// The names of the anchors that are asked.
pub fn anchors(world: &World) -> Vec<String> {
    let anchors = world.anchors.anchors.iter();
    anchors.map(|one| one.name.clone()).collect()
}

/// How long to wait after so many tries in vain: 1, 2, 4 … minutes, six hours at most.
fn pause(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(0, 12)).unwrap_or(12);
    (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS)
}

/// After so many tries in vain, over about a day, a checkpoint is given up.
const MOST_TRIES: i64 = 12;
const FIRST_PAUSE_MS: i64 = 60_000;
const LONGEST_PAUSE_MS: i64 = 6 * 60 * 60 * 1_000;
/// How often one is asked that has it and shows nothing yet.
const REFRESH_MS: i64 = 20 * 60 * 1_000;
