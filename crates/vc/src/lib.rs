//! Verifiable credentials: building them, securing them, judging them.
//!
//! Implements W3C VC Data Model 2.0 (Data Integrity, JOSE), Open Badges 3.0 and Bitstring Status List 1.0. The crate reads
//! no clock, opens no socket and holds no private key: time comes in as a [`Timestamp`], documents as [`Evidence`],
//! signatures as bytes, cryptography as a [`Crypto`].
//!
//! **Invariant:** the same inputs give the same [`Report`] on a server, in the CLI and in a browser.
//!
//! Start at [`verify()`] for reading and at [`badge::credential`] and [`Draft`] for writing.
#![no_std] // Nothing here may reach for the system; `std` would make it one import away.

extern crate alloc;

mod awarding;
pub mod badge;
pub mod bake;
pub mod credential;
pub mod crypto;
pub mod data_model;
pub mod did;
mod digest;
pub mod draft;
pub mod evidence;
pub mod federation;
mod holder;
mod inflate;
pub mod jose;
pub mod lint;
pub mod log;
pub mod model;
mod names;
pub mod open_badges_2;
pub mod presentation;
mod proof;
pub mod registry;
pub mod report;
mod report_json;
pub mod schema;
mod signature;
mod statement;
pub mod status;
pub mod supplied;
mod time;
pub mod usual;
pub mod verify;
pub mod view;
mod write;

pub use awarding::{Awarding, AwardingError};
pub use credential::{Credential, CredentialError, CredentialText};
pub use crypto::Crypto;
pub use draft::{Draft, DraftError, ProofOptions, Purpose, Securing, Statements};
pub use evidence::{
    Document, Evidence, Fetched, Listing, Register, Resource, StatusBlock, Trust, Unreachable,
};
pub use holder::HolderMatch;
pub use presentation::{Enclosed, Presentation, PresentationError};
pub use proof::{Curve, Suite};
pub use report::{Check, CheckKind, Detail, Fault, NotOffered, Outcome, Report, Verdict};
pub use signature::Signature;
pub use statement::{Said, full_stop, in_sentence};
pub use supplied::Supplied;
pub use time::{CLOCK_SKEW_MS, DAY_MS, Timestamp, TimestampError};
pub use touchstone_canon::{BUNDLED, CanonError, Contexts, json, multibase};
pub use verify::{
    About, Asked, Audience, Challenge, Domain, PresentationReport, Presented, required,
    required_by_presentation, verify, verify_all, verify_presentation, verify_remembering,
};
pub use view::View;
