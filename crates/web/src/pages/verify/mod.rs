//! The page about one credential: what it says, who stands behind it, and whether it still stands.
//!
//! What it shows and how comes from [`touchstone_page::credential`]; here it is asked for, framed and kept for a moment.

pub mod cache;
mod change;
pub mod documents;
pub mod here;
pub mod public;
pub mod show;
mod trust_chain;

pub use change::change;
pub use show::show;
pub use touchstone_page::credential::{Known, LONGEST, View, read, view};
pub use trust_chain::trust_chain;
