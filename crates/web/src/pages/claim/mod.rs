//! A holder takes what is theirs, and keeps it. Opening a link changes nothing; buttons do (threat 30).

mod kept;
mod linkedin;
mod offer;
mod take;
mod words;

pub use take::{code, export, look, page, take, typed};
