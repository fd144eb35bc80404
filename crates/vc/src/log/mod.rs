//! What this software's transparency log says: the entries, and nothing of how they are kept.
//!
//! `docs/formats/log.md` is the format. It stands here and not in `touchstone-tlog`, which is about trees and signatures whatever
//! they hold: an entry speaks of issuers, keys and lists, and is read where credentials are judged, also in a browser.

mod entry;
mod history;
mod kind;
mod status_root;
mod succession;

pub use entry::{Entry, EntryError, commitment};
pub use history::{NO_KEYS, history};
pub use kind::{KeyChange, Kind};
pub use status_root::StatusRoot;
pub use succession::Succession;
