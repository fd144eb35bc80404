//! A transparency log: what its files say, and whether it is true.
//!
//! Implements the C2SP specifications tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-witness,
//! tlog-proof and tlog-policy, with the hashes and proofs
//! of RFC 9162 §2.1; a module bears the name of what it implements. The crate reads no clock, opens no socket or file
//! and holds no private key: time comes in as seconds, tiles as bytes, signatures as bytes, cryptography as a [`Crypto`].
//!
//! **Invariant:** nothing that a log, a witness or a file said is believed before it was checked against a hash or a signature;
//! what could not be read is an error that says what and where.
//!
//! Start at [`merkle`] for trees and proofs, at [`tile`] for the files of a log, at [`note`] for what is signed.
#![no_std] // Nothing here may reach for the system; `std` would make it one import away.

extern crate alloc;

pub mod checkpoint;
pub mod cosignature;
pub mod crypto;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod proof;
mod text;
pub mod tile;
pub mod witness;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use crypto::Crypto;
pub use merkle::{Frontier, Hash, Node, ProofError};
pub use note::{KeyId, Note, NoteError, PublicKey, Verified, VerifierKey, VerifyError, VkeyError};
pub use policy::{Evaluation, Policy, PolicyError, PolicyFileError};
pub use proof::{TlogProof, TlogProofError, TlogProofRefusal};
pub use tile::{Bundle, Edge, Tile};
