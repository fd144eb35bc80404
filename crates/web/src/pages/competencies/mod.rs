//! Competencies: what a credential certifies, written by employers, an issuer and their bloc, version by version.

mod again;
mod begin;
mod comment;
mod compare;
mod conflict;
mod list;
mod one;
mod pilot;
mod release;
mod rubric;
mod tasks;
mod told;
mod version;
mod vote;
mod words;

pub use again::again;
pub use begin::{ask, begin};
pub use comment::comment;
pub use compare::compare;
pub use conflict::conflict;
pub use list::all;
pub(super) use list::section;
pub use one::one;
pub use pilot::pilot;
pub use release::release;
pub use rubric::{ask as ask_rubric, rubric};
pub use tasks::tasks;
pub use vote::vote;
