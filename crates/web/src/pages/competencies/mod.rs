//! Competencies: what a credential certifies, written by employers, an issuer and their bloc, version by version.

mod begin;
mod begin_pilot;
mod comment;
mod compare;
mod declare_conflict;
mod draft_rubric;
mod draft_tasks;
mod list;
mod one;
mod release;
mod review_again;
mod told;
mod version;
mod vote;
mod words;

pub use begin::{ask, begin};
pub use begin_pilot::begin_pilot;
pub use comment::comment;
pub use compare::compare;
pub use declare_conflict::declare_conflict;
pub use draft_rubric::{ask as ask_rubric, draft_rubric};
pub use draft_tasks::draft_tasks;
pub use list::all;
pub(super) use list::section;
pub use one::one;
pub use release::release;
pub use review_again::review_again;
pub use vote::vote;
