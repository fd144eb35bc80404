//! A signature, from wherever the key is.

use alloc::vec::Vec;

/// A signature over the signing input of a [`Draft`](crate::Draft).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signature(pub Vec<u8>);
