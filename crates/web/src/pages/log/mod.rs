//! `/log`: the public log, for people as a page and for machines as the static files of C2SP tlog-tiles.

mod files;
mod page;
pub mod show;
pub mod tree;

pub use files::{anchor, checkpoint, tile};
pub use page::handler;
