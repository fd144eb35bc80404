//! Time.

use touchstone_vc::Timestamp;

/// Tells the time. The only source of it.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}
