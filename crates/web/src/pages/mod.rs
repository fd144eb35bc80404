//! What people see, one file per noun.

pub mod about;
pub mod problem;
pub mod verify;
