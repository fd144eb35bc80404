//! Awarding a cohort: upload a list, look at what will be issued, confirm, and watch it go.

pub mod list;
pub mod preview;
pub mod progress;
pub mod upload;
