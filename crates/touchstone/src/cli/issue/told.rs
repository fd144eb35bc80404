//! What is said of a step that fails while somebody waits for it.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use touchstone_service::World;
use touchstone_vc::Timestamp;

use crate::progress;

/// Which failures were told already.
#[derive(Default)]
pub(super) struct Told(BTreeMap<String, Seen>);

/// When a job that failed is tried again, and how often it was seen to fail.
#[derive(Default)]
struct Seen {
    next_at: Option<Timestamp>,
    times: i64,
}

/// A step that failed and waits to be tried again.
pub(super) struct Failure<'a> {
    /// Which job.
    pub(super) what: &'a str,
    /// What it is about.
    pub(super) of: &'a str,
    pub(super) reason: &'a str,
    pub(super) tries: i64,
    pub(super) next_at: Timestamp,
    /// What else can be done.
    pub(super) way_out: &'a str,
}

impl Told {
    /// Says why a step that failed waits, once for each time it failed; gives up after some.
    pub(super) fn why_it_waits(
        &mut self,
        world: &World,
        bar: &progress::Progress,
        failure: &Failure<'_>,
    ) -> Result<()> {
        let Failure { what, reason, .. } = failure;
        let seen = self.0.entry(failure.of.to_owned()).or_default();
        if seen.next_at == Some(failure.next_at) {
            return Ok(());
        }
        seen.next_at = Some(failure.next_at);
        seen.times = failure.tries.max(seen.times + 1);
        if seen.times >= PATIENCE {
            bail!(
                "{what} failed {} times: {reason}. What was confirmed is kept. Mend the cause (`touchstone doctor` helps to find it) and run the same command again; a running `touchstone serve` or `touchstone work` goes on by itself.{}",
                seen.times,
                failure.way_out
            );
        }
        let wait = failure.next_at.unix_millis() - world.clock.now().unix_millis();
        let seconds = wait.max(0).unsigned_abs().div_ceil(1_000);
        bar.note(&format!(
            "{what} failed: {reason}. Tried again in {seconds} s. Nothing is lost; `touchstone doctor` helps to find the cause, and this may be stopped and run again.",
        ));
        Ok(())
    }
}

/// How often a step may fail before the command stops waiting: about a minute.
const PATIENCE: i64 = 6;
