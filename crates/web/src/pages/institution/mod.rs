//! `/i/SLUG`: an institution, and the static documents that checking its credentials takes.
//!
//! The documents are byte for byte what `publish` writes; any static host can serve them instead of this one.

mod documents;
mod meaning;
mod page;
pub mod show;

pub use documents::{
    achievement, competency, did, endorsement, endorsements, entity, evidence, history, mappings,
    mark, membership, profile, status,
};
pub use meaning::{document as meaning_document, page as meaning};
pub use page::handler;
