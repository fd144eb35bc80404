//! Checking what somebody shows, and publishing what others need in order to check.

mod address;
mod asking;
mod check;
mod check_alone;
mod check_presentation;
mod check_shown;
mod compare_documents;
mod did_document;
mod documents;
mod federation;
mod files;
mod former;
mod gather;
mod issued_here;
mod linked;
mod lists;
mod moment;
mod publish_entity;
mod publish_status;
mod refresh;
mod registers;
mod supply;
mod tally;
mod trust_chain;

pub use address::published_elsewhere;
pub(crate) use check::check_from;
pub use check::{CheckError, Checked, check};
pub use check_alone::{Alone, check_alone};
pub use check_presentation::{
    CheckPresentationError, check_presentation, check_presentation_alone,
};
pub use check_shown::{Shown, check_shown};
pub use compare_documents::{Resolution, Resolved, resolved};
pub(crate) use compare_documents::{compare_documents, documents_due, foreign_documents};
use did_document::did_documents;
pub(crate) use did_document::{did_document, history_up_to, made_of};
pub use documents::{PublicDocument, Which, document, documents, membership};
pub use federation::register as federation_register;
pub use files::{PublicFile, files, mark};
pub use former::{Archive, archives, document_at};
pub(crate) use former::{document_of_did, former_did_document};
pub use gather::Reach;
pub(crate) use gather::{
    LARGEST_ASSERTION, OLDEST_USED_MS, Source as DocumentSource, forget_old_copies, gather, small,
};
pub(crate) use issued_here::row_of;
pub use issued_here::{IssuedHere, issued_here};
pub use linked::linked;
pub use lists::KnownLists;
pub use moment::Moment;
pub use publish_entity::PublishEntityError;
pub(crate) use publish_entity::publish_entities;
pub(crate) use publish_status::published_bits;
pub use publish_status::{PublishError, TTL_SECONDS, publish_status};
pub(crate) use refresh::{
    Found as FoundDocument, INTERVAL_MS, Looking, Wanted, keep_for_all, look_for, wanted,
};
pub use registers::{
    Recognition, RegisterFile, RegisterStanding, Source, SourceKind,
    standing as registers_standing, written as register_as_kept,
};
pub(crate) use registers::{listed_by, read_due};
pub use supply::{supply, supply_all};
pub use tally::{Counts, Day, FEWEST, Found, Tallies, Tally, Way, add_tallies, tallies, tally_of};
pub use trust_chain::TrustChain;
