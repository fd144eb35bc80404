//! Credentials that were issued: find one, look at it, take it back, pause it, mend it, announce it again.

mod change;
pub mod list;
pub mod one;
mod open;
mod search;

pub use change::{correct, paper, reinstate, resend, revoke, suspend};
pub use open::{export, open};
pub use search::search;
