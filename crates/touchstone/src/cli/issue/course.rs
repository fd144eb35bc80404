//! How far a batch is, as whoever waits for it sees it.

use std::time::{Duration, Instant};

use anyhow::Result;
use touchstone_service::World;
use touchstone_store::{BatchRow, BatchState, RowState};

use crate::progress;

/// How far a batch is, on the terminal.
pub(super) struct Course {
    pub(super) bar: progress::Progress,
    /// Until it is counted again.
    pub(super) pause: Duration,
}

impl Course {
    pub(super) fn new() -> Self {
        Self {
            bar: progress::bar("signing", 0),
            pause: MOMENT,
        }
    }

    /// Shows what is set down, and then what is signed, of all rows that go. Where nobody sees it nothing is counted.
    pub(super) async fn show(&mut self, world: &World, row: &BatchRow) -> Result<()> {
        if !self.bar.is_seen() {
            return Ok(());
        }
        let began = Instant::now();
        let (words, state) = match row.state {
            BatchState::Sealing | BatchState::Sealed => ("signing", RowState::Sealed),
            _ => ("setting down", RowState::Reserved),
        };
        let reader = world.store.read();
        let done = reader.batch_rows_in_state(&row.tenant, &row.id, state);
        self.bar.now(words);
        self.bar.of(row.rows_ready.unsigned_abs());
        self.bar.reached(done.await?);
        // Counting a million rows takes its time, and is to take little of what they take.
        self.pause = MOMENT.max(began.elapsed() * 20);
        Ok(())
    }
}

/// How often it is looked how far a batch is.
const MOMENT: Duration = Duration::from_millis(250);
