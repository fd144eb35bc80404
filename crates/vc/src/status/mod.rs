//! Can the credential be relied on, or did its issuer take it back?
//!
//! Three kinds of list are read: Bitstring Status List 1.0, its forerunner Status List 2021, and the revocation list of
//! 1EdTech. A kind that is not known, and a list that cannot be had, read or trusted, is *unknown*: never *withdrawn*,
//! never *not withdrawn*.

pub mod bitstring;
mod entry;
mod list;
mod remembered;
pub(crate) mod revocations;

pub(crate) use entry::{Entry, Kind, MAX_SIZE};
pub(crate) use list::read;
pub use remembered::{List, Lists};
