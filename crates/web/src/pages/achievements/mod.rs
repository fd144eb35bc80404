//! What can be earned: a list, and the form in which it is written.

pub mod edit;
pub mod list;
