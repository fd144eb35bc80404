//! What keeps an installation in order: members, sessions, API keys, audit, jobs.

mod job;
mod restore;
mod work;

pub use job::{Job, Lease};
pub use restore::{Reconciled, is_restored, mark_restored, reconcile};
pub use work::{Turn, wind, work_once, work_until_idle};
