//! Trying again what failed: at once where somebody mended the cause, and once a day what was given up.

use touchstone_store::{JobRow, StoreError};
use touchstone_vc::DAY_MS;

use super::{job::Job, work::MAX_ATTEMPTS};
use crate::World;

/// What is due now that was not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Again {
    /// Jobs that failed and waited for their time.
    pub failing: u64,
    /// Jobs that were given up.
    pub given_up: u64,
}

/// Has everything that failed or was given up tried now, as if what was given up had never been tried.
#[crate::boxed]
pub async fn try_again(world: &World) -> Result<Again, StoreError> {
    let now = world.clock.now().unix_millis();
    let dead = &world.store.read().dead_jobs(MOST).await?;
    let failing = world
        .store
        .write(|mut tx| async move {
            let failing = tx.hasten_failing(now).await?;
            for row in dead {
                tx.revive_job(row, dedupe(row).as_deref(), 0, now).await?;
            }
            Ok::<_, StoreError>(failing)
        })
        .await?;
    Ok(Again {
        failing,
        given_up: dead.len() as u64,
    })
}

/// Has what was given up a day ago tried once more: either it works by now, or what it stood for is over and it goes, or it is given up
/// anew. What is never given up goes on at once: an earlier version gave it up.
pub(super) async fn revive_given_up(world: &World) -> Result<(), StoreError> {
    let now = world.clock.now().unix_millis();
    let dead = world.store.read().dead_jobs(MOST).await?;
    let due = dead.iter().filter(|row| {
        Job::NEVER_GIVEN_UP.contains(&row.kind.as_str()) || row.run_at <= now - DAY_MS
    });
    let due: &Vec<&JobRow> = &due.collect();
    if due.is_empty() {
        return Ok(());
    }
    world
        .store
        .write(|mut tx| async move {
            for row in due {
                let attempts = row.attempts.min(MAX_ATTEMPTS);
                tx.revive_job(row, dedupe(row).as_deref(), attempts, now)
                    .await?;
            }
            Ok::<_, StoreError>(())
        })
        .await
}

/// Under what a job waits. One that cannot be read, of another version, waits under nothing.
fn dedupe(row: &JobRow) -> Option<String> {
    Job::from_row(row).ok().map(|job| job.dedupe())
}

/// How many of those that were given up are taken in one turn.
const MOST: u64 = 10_000;
