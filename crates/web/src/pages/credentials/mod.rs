//! Credentials that were issued: find one, look at it, take it back, pause it, mend it.

pub mod list;
pub mod one;
