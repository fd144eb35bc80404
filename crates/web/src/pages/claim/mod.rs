//! A holder takes what is theirs, and keeps it. Opening a link changes nothing; buttons do (threat 30).

pub mod kept;
mod linkedin;
pub mod offer;
mod take;

pub use take::{code, export, look, page, take, typed};
