//! Whether the time between two turns of something has passed, by clocks that may have been wrong.
//!
//! **Rule:** a stored time that is ahead of the clock was stored while the clock was: whatever waits for it is due now, and not when the clock comes there.

use touchstone_vc::CLOCK_SKEW_MS;

/// Whether something that was done at `last`, and is done every so many milliseconds, is due.
pub(crate) fn has_passed(last: i64, every_ms: i64, now: i64) -> bool {
    is_ahead(last, now) || now.saturating_sub(last) >= every_ms
}

/// Whether a stored time is ahead of the clock, by more than those of two machines are apart.
pub(crate) fn is_ahead(stored: i64, now: i64) -> bool {
    stored > now.saturating_add(CLOCK_SKEW_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_in_the_future_is_due_and_by_a_clock_nearby_is_not() {
        let (now, every) = (1_000_000_000, 60_000);
        for (last, due) in [
            (i64::MIN, true),
            (now - every, true),
            (now - every + 1, false),
            (now, false),
            (now + CLOCK_SKEW_MS, false),
            (now + CLOCK_SKEW_MS + 1, true),
            (i64::MAX, true),
        ] {
            assert_eq!(has_passed(last, every, now), due, "{last}");
        }
    }
}
