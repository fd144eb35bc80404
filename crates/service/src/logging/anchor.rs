//! Having checkpoints anchored: now and then each anchor is asked to state when it saw what is shown, beside everything else.
//!
//! **Rule (threat 66):** nothing waits for an anchor, and none answers more often than is configured: it may cost money. What it answers is
//! kept only where it was checked whole; an answer that is not kept gives that checkpoint up, since the next answer would be no better. One
//! that does not answer is asked again with growing pauses, [`MOST_TRIES`] times, and about nothing else meanwhile; about what was handed in, always.
//!
//! What is anchored is the checkpoint's signed bytes: the text of the note, without its signatures. So the time that an anchor states holds
//! for that tree, whoever signs its checkpoint besides.
//!
//! **Rule:** what costs money as soon as it is handed in is kept before it is, and is then handed in as it was kept, so that a process that is
//! killed between the two pays once ([`Receipt::Prepared`]).

use touchstone_store::{AnchorState, LogAnchorRow, LogAnchorTrustRow, StoreError};
use touchstone_tlog::SignedCheckpoint;
use touchstone_vc::{CLOCK_SKEW_MS, Timestamp, multibase::encode_hex};

use super::{LogError, anchors::ConfiguredAnchor, shown, signed, unsigned};
use crate::{
    World,
    elapsed::has_passed,
    ports::{AnchorError, Receipt},
};

/// What came of asking an anchor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Anchoring {
    /// There is nothing to ask it for now.
    Nothing,
    /// It has a checkpoint of so many entries, and shows nothing yet.
    Pending(u64),
    /// It stated when it had seen a checkpoint of so many entries.
    Confirmed(u64),
    /// It did not answer; it is asked again.
    Refused(AnchorError),
    /// Its answer was not kept, or it has not answered so often that this checkpoint is given up.
    GivenUp(AnchorError),
}

/// Asks the anchor of this name for what is due: a checkpoint that it was asked about before, or the one that is shown.
#[crate::boxed]
pub async fn anchor(world: &World, name: &str) -> Result<Anchoring, LogError> {
    let Some(one) = world.anchors.named(name) else {
        return Ok(Anchoring::Nothing);
    };
    let Some(ask) = &one.ask else {
        return Ok(Anchoring::Nothing);
    };
    let now = world.clock.now().unix_millis();
    let latest = now.saturating_add(LONGEST_PAUSE_MS + CLOCK_SKEW_MS);
    let due = world.store.read().log_anchor_due(name, now, latest).await?;
    let row = match due {
        Some(row) => Some(row),
        None => begun(world, one, now).await?,
    };
    let Some(row) = row else {
        return Ok(Anchoring::Nothing);
    };
    let (mut row, mut now) = (row, now);
    loop {
        // Whoever moves it on asks; another process finds it moved.
        let Some(taken) = taken(world, one, &row, now).await? else {
            return Ok(Anchoring::Nothing);
        };
        let asked = match &taken.proof {
            None => ask.submit(&taken.note).await,
            Some(proof) => ask.refresh(&taken.note, proof).await,
        };
        let goes_on = taken.proof.is_none() && matches!(asked, Ok(Receipt::Prepared { .. }));
        now = world.clock.now().unix_millis();
        let (after, came) = answered(&taken, asked, now);
        let (from, to) = (&taken, &after);
        let moved = world
            .store
            .write(|mut tx| async move { tx.move_log_anchor(from, to).await });
        match moved.await {
            // It took longer than the pause, and another process asked meanwhile: what that one learns stands.
            Err(StoreError::Conflict { .. }) => return Ok(Anchoring::Nothing),
            moved => moved?,
        }
        if !goes_on {
            return Ok(came);
        }
        row = after;
    }
}

/// Begins on the checkpoint that is shown, if that is due.
async fn begun(
    world: &World,
    one: &ConfiguredAnchor,
    now: i64,
) -> Result<Option<LogAnchorRow>, LogError> {
    let reader = world.store.read();
    let newest = reader.newest_log_anchor(&one.name, None).await?;
    let is_long_ago = |newest: &LogAnchorRow| is_long_ago(newest, world.anchors.every_ms, now);
    if newest.as_ref().is_some_and(|newest| !is_long_ago(newest)) {
        return Ok(None);
    }
    let Some(shown) = shown(world).await?.filter(|shown| shown.size > 0) else {
        return Ok(None);
    };
    let size = signed(shown.size);
    let due = |newest: &LogAnchorRow| is_long_ago(newest) && leaves(newest, size);
    // Nothing is written while there is nothing to begin.
    if newest.is_some_and(|newest| !due(&newest)) {
        return Ok(None);
    }
    let text = SignedCheckpoint::parse(&shown.checkpoint)?
        .checkpoint
        .text();
    let row = &LogAnchorRow {
        anchor: one.name.clone(),
        size,
        kind: one.kind.as_str().to_owned(),
        note: text.into_bytes(),
        state: AnchorState::Pending,
        tries: 0,
        next_at: now,
        submitted_at: now,
        answered_at: None,
        trust: None,
        confirmed_at: None,
        seen_by: None,
        proof: None,
        why: None,
    };
    let begun = world.store.write(|mut tx| async move {
        match tx.newest_log_anchor(&row.anchor, None).await? {
            Some(newest) if !due(&newest) => return Ok(false),
            Some(newest) if newest.size == size => tx.move_log_anchor(&newest, row).await?,
            _ => tx.begin_log_anchor(row.clone()).await?,
        }
        Ok::<_, LogError>(true)
    });
    match begun.await {
        Err(LogError::Store(StoreError::Conflict { .. })) => Ok(None),
        begun => Ok(begun?.then(|| row.clone())),
    }
}

/// Whether a checkpoint may be handed in: the anchor has answered the newest one or that is given up, and either is long enough ago.
fn is_long_ago(newest: &LogAnchorRow, every: i64, now: i64) -> bool {
    let waits = newest.state == AnchorState::Pending && newest.proof.is_none();
    let since = newest.answered_at.unwrap_or(newest.submitted_at);
    !waits && has_passed(since, every, now)
}

/// Whether the newest leaves something to hand in. A log that rests has no other checkpoint: one that was given up is handed in anew.
fn leaves(newest: &LogAnchorRow, size: i64) -> bool {
    newest.size < size || (newest.size == size && newest.state == AnchorState::Failed)
}

/// Takes a row for this process, with what is trusted of the anchor now. `None` where another process has.
async fn taken(
    world: &World,
    one: &ConfiguredAnchor,
    row: &LogAnchorRow,
    now: i64,
) -> Result<Option<LogAnchorRow>, LogError> {
    let trust = &trusted(world, one);
    let mut taken = LogAnchorRow {
        tries: row.tries + 1,
        next_at: now.saturating_add(pause(row.tries)),
        ..row.clone()
    };
    // Its name may stand for another anchor than when it was begun.
    if taken.proof.is_none() {
        one.kind.as_str().clone_into(&mut taken.kind);
        taken.trust = Some(trust.id.clone());
    }
    let to = &taken;
    let moved = world.store.write(|mut tx| async move {
        tx.keep_log_anchor_trust(trust).await?;
        tx.move_log_anchor(row, to).await
    });
    match moved.await {
        Err(StoreError::Conflict { .. }) => Ok(None),
        moved => Ok(moved.map(|()| Some(taken))?),
    }
}

/// What a trust file says of an anchor, under the id by which rows name it.
pub(super) fn trusted(world: &World, one: &ConfiguredAnchor) -> LogAnchorTrustRow {
    LogAnchorTrustRow {
        anchor: one.name.clone(),
        id: encode_hex(&(world.crypto.sha256)(one.trust.as_bytes())),
        line: one.trust.clone(),
    }
}

/// The row after an answer, or after none.
fn answered(
    taken: &LogAnchorRow,
    asked: Result<Receipt, AnchorError>,
    now: i64,
) -> (LogAnchorRow, Anchoring) {
    let mut after = taken.clone();
    let size = unsigned(taken.size);
    let handed_in = taken.proof.is_none();
    let is_answer = asked.as_ref().err().is_none_or(AnchorError::is_answer);
    if handed_in && is_answer {
        after.answered_at = Some(now);
    }
    match asked {
        Ok(Receipt::Confirmed { proof, by }) => {
            after.state = AnchorState::Confirmed;
            after.confirmed_at = Some(now);
            after.seen_by = by.map(Timestamp::unix_millis);
            (after.proof, after.why) = (Some(proof), None);
            (after, Anchoring::Confirmed(size))
        }
        Ok(Receipt::Prepared { proof }) => {
            (after.tries, after.next_at) = (0, now);
            (after.proof, after.why) = (Some(proof), None);
            (after, Anchoring::Pending(size))
        }
        Ok(Receipt::Pending { proof }) => {
            (after.tries, after.next_at) = (0, now.saturating_add(REFRESH_MS));
            (after.proof, after.why) = (Some(proof), None);
            (after, Anchoring::Pending(size))
        }
        Err(error) => {
            after.why = Some(error.to_string());
            // What was handed in before is asked about for as long as it takes: given up, it would be paid for again, and a calendar's promise be lost.
            let is_enough = taken.tries >= MOST_TRIES && handed_in;
            match (handed_in && is_answer) || error.is_final() || is_enough {
                true => {
                    after.state = AnchorState::Failed;
                    (after, Anchoring::GivenUp(error))
                }
                false => (after, Anchoring::Refused(error)),
            }
        }
    }
}

/// Asks all of them for what is due, one after the other.
#[crate::boxed]
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
    let asked = anchors.filter(|one| one.ask.is_some());
    asked.map(|one| one.name.clone()).collect()
}

/// How long to wait after so many tries in vain: 1, 2, 4 … minutes, six hours at most.
fn pause(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(0, 12)).unwrap_or(12);
    (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS)
}

/// After so many tries without an answer, over about a day, a checkpoint is given up.
const MOST_TRIES: i64 = 12;
const FIRST_PAUSE_MS: i64 = 60_000;
const LONGEST_PAUSE_MS: i64 = 6 * 60 * 60 * 1_000;
/// How often one is asked that has it and shows nothing yet.
const REFRESH_MS: i64 = 20 * 60 * 1_000;
