//! What one check asks of others, all of it together: whoever hands a file in chooses the addresses that stand in it.

use touchstone_vc::{Timestamp, Unreachable};

use crate::ports::Fetched;

/// What one check may still ask.
pub(super) struct Asking {
    documents: usize,
    bytes: usize,
    until: i64,
}

impl Asking {
    pub(super) fn begun(now: Timestamp) -> Self {
        Self {
            documents: MOST_DOCUMENTS,
            bytes: MOST_BYTES,
            until: now.unix_millis() + LONGEST_MS,
        }
    }

    /// Counts one more question, or says why it is not asked.
    pub(super) fn one_more(&mut self, now: Timestamp) -> Result<(), Unreachable> {
        if now.unix_millis() > self.until {
            return Err(Unreachable::NoAnswer);
        }
        if self.documents == 0 || self.bytes == 0 {
            return Err(Unreachable::TooLarge);
        }
        self.documents -= 1;
        Ok(())
    }

    /// Counts what was answered.
    pub(super) fn answered(&mut self, with: &Fetched) {
        self.bytes = self.bytes.saturating_sub(with.bytes.len());
    }
}

/// Documents of others. Sixty-four credentials of as many issuers, each with a list of its own, are at it.
const MOST_DOCUMENTS: usize = 128;
/// All of them together, but for the last.
const MOST_BYTES: usize = 64 << 20;
/// How long questions are asked; the last one may take as long as any.
const LONGEST_MS: i64 = 30_000;
