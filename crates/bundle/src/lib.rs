//! The proof bundle: a credential in one file with all that it takes to check it when everybody else is gone.
//!
//! `docs/formats/bundle.md` is the format. The crate joins what `touchstone-vc` knows of credentials with what `touchstone-tlog` knows of
//! logs, so that neither needs the other. It reads no clock, opens no file and holds no key.
//!
//! **Invariant:** a bundle is believed in nothing. Whom to trust comes from the reader as a [`Policy`]; what the bundle brings counts as
//! far as it hashes to an entry of a log that this policy believes. What cannot be told is unknown, never passed.
//!
//! Start at [`Bundle::parse`] and [`judge()`].
#![no_std] // Nothing here may reach for the system; `std` would make it one import away.

extern crate alloc;

mod anchor;
mod brought;
#[cfg(feature = "rust-crypto")]
pub mod crypto;
mod endorsement;
mod entries;
mod format;
mod judge;
mod judged_json;
mod keys;
mod log;
mod proofs;
mod question;
mod record;
mod record_end;
mod stapled;
mod status_file;
mod status_proof;
mod succession;
mod trust_file;

pub use anchor::By;
pub use endorsement::{Endorsed, Endorser};
pub use format::{
    Anchored, Bundle, BundleError, Endorsement, Entered, KeyEvent, Listed, Logged, MOST_OF_A_KIND,
    ProvenStatus, Succeeded, Witnessed,
};
pub use judge::{Asked, Judged, Line, Tools, judge};
pub use proofs::{EntryProof, ProofsError};
pub use question::{Answer, Question, Why};
pub use record::{
    AuditLeaf, Broken, Ending, Found, How, LoggedRoot, Reading, RecordError, Whole,
    head as record_head, root as record_root,
};
pub use record_end::{RecordEnd, SignedEnd};
pub use stapled::{OtherStapled, Stapled};
pub use status_file::{StatusAsked, StatusFile, StatusFileError, StatusShown, StatusWhy};
pub use status_proof::{
    BLOCK_ENTRIES, MOST_BYTES as MOST_STATUS_PROOF_BYTES, StatusProof, StatusProofError,
    status_list_called, status_root,
};
pub use trust_file::{TrustFile, TrustFileError};

pub use touchstone_anchor::Anchors;
pub use touchstone_tlog::{Policy, policy::PolicyFileError};
