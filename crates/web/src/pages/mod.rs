//! What people see, one file per noun.

pub mod about;
pub mod check;
pub mod problem;
pub mod signin;
pub mod verify;
