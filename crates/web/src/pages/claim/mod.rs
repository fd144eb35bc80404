//! A holder takes what is theirs, and keeps it.

pub mod kept;
pub mod offer;
