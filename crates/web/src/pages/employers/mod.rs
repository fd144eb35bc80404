//! Employers that sign up by themselves.

mod ask;
mod confirm;
mod show;

pub use ask::{ask, form};
pub use confirm::{confirm, opened};
