//! Checking what somebody shows, and publishing what others need in order to check.

mod address;
mod check;
mod check_alone;
mod check_presentation;
mod documents;
mod files;
mod gather;
mod issued_here;
mod lists;
mod publish_status;
mod supply;
mod tally;

pub use address::published_elsewhere;
pub use check::{CheckError, Checked, check};
pub use check_alone::{Alone, check_alone};
pub use check_presentation::{
    CheckPresentationError, check_presentation, check_presentation_alone,
};
pub(crate) use documents::did_document;
pub use documents::{PublicDocument, Which, document, documents};
pub use files::{PublicFile, files, mark};
pub use gather::Reach;
pub(crate) use gather::{forget_old_copies, gather};
pub use issued_here::{IssuedHere, issued_here};
pub use lists::KnownLists;
pub(crate) use publish_status::published_bits;
pub use publish_status::{PublishError, TTL_SECONDS, publish_status};
pub use supply::{supply, supply_all};
pub use tally::{Counts, Day, FEWEST, Found, Tallies, Tally, Way, add_tallies, tallies, tally_of};
