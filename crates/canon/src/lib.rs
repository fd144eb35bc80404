//! Bytes that are safe to sign: strict JSON, JSON-LD 1.1 to canonical N-Quads, JCS, multibase.
//!
//! The crate reads no clock, opens no socket and holds no key. JSON-LD contexts are never fetched: what is not in the
//! [`Contexts`] given is an error that names it. Hash functions are passed in ([`Hash`]).
//!
//! **Invariant:** [`canonicalize()`] loses nothing. What would not end up in the signed bytes (an undefined term, a
//! relative IRI, a dropped value) is a [`Fault`] with the path where it stands, never a shorter document.
//!
//! Start at [`canonicalize()`]; read [`json`] for documents and [`jcs`] for the other canonical form.
#![no_std] // Nothing here may reach for the system; `std` would make it one import away.

extern crate alloc;
#[cfg(test)]
extern crate std;

mod bytes;
mod canonicalize;
mod context;
mod error;
mod hash;
mod iri;
pub mod jcs;
pub mod json;
mod limits;
pub mod multibase;
mod rdf;
mod recurring;
mod shared;
mod walk;

#[doc(hidden)] // For the conformance tests, which ask for what no signature may do.
pub use canonicalize::{Lax, canonicalize_lax};
pub use canonicalize::{canonicalize, check};
pub use context::{BUNDLED, Bundled, ContextFault, Contexts, Rejected};
pub use error::{CanonError, Fault};
pub use hash::Hash;
pub use limits::Limits;
pub use rdf::canonicalize_nquads;
#[doc(hidden)] // For the conformance tests.
pub use rdf::issued_identifiers;
pub use recurring::Recurring;
pub use shared::Shared;
