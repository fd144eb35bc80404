//! The open crosswalk: what one framework's words mean in another's, and what a credential therefore shows about a task.
//!
//! Mapping sets are SSSOM files ([`sssom`]), frameworks are what they map ([`framework`]). The crate reads no clock, opens no file and no socket, holds no key and starts no
//! thread: bytes come in, values and bytes go out.
//!
//! **Invariant:** the same bytes give the same answer, ten years later too: what is hashed is canonical
//! ([`sssom::MappingSet::canonical`]).
//!
//! Start at [`sssom::MappingSet::read_tsv`].

extern crate alloc;

pub mod framework;
pub mod retrieval;
pub mod role;
pub mod sssom;
mod table;
