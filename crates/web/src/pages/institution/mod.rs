//! `/i/SLUG`: an institution, and the static documents that checking its credentials takes.
//!
//! The documents are byte for byte what `publish` writes; any static host can serve them instead of this one.

mod day;
mod documents;
mod meaning;
mod no_longer_awarded;
mod no_longer_used;
mod page;
mod releases;
pub mod show;

pub use documents::{
    achievement, competency, did, endorsement, endorsements, entity, evidence, history, mappings,
    mark, membership, profile, status,
};
pub use meaning::{document as meaning_document, page as meaning};
pub(in crate::pages) use no_longer_awarded::{no_longer_awarded, no_longer_awarded_line};
pub use page::handler;
pub use releases::{
    of_competency as competency_releases, of_competency_document as competency_releases_document,
    of_set as set_releases, of_set_document as set_releases_document,
};
