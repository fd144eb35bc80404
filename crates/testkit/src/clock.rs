//! A clock that moves only when told to.

use std::sync::atomic::{AtomicI64, Ordering};

use touchstone_service::ports::Clock;
use touchstone_vc::Timestamp;

/// 2026-11-21T12:00:00Z.
pub const NOON: Timestamp = Timestamp::from_unix_seconds(1_795_262_400);

/// A clock that shows what it was set to.
pub struct FixedClock(AtomicI64);

/// A clock that shows [`NOON`].
pub fn fixed_clock() -> FixedClock {
    FixedClock(AtomicI64::new(NOON.unix_millis()))
}

impl FixedClock {
    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.unix_millis(), Ordering::Relaxed);
    }

    /// Moves the clock on.
    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::Relaxed))
    }
}
