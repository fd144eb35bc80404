//! Can the credential be relied on, or did its issuer take it back?
//!
//! One file per kind of list. A kind that is not known, and a list that cannot be had, read or trusted, is *unknown*:
//! never *withdrawn*, never *not withdrawn*.

pub mod bitstring;
