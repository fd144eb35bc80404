//! How much of a log a witness knows, asked by what every witness answers (C2SP tlog-witness, `add-checkpoint`).
//!
//! It is asked to cosign a checkpoint that was signed before, as the continuation of itself. A witness that cosigned no more than this cosigns it again;
//! one that knows another size says which. Nothing new is vouched for either way.

use touchstone_tlog::{
    Crypto, SignedCheckpoint,
    witness::{AddCheckpoint, conflicting_size, cosignatures},
};

use super::{AskError, Place};
use crate::ports::AskWitness;

/// Entries of the newest checkpoint of this log that the witness cosigned; 0 if it never cosigned one. `signed` is one of the log's, with no signatures
/// but its own.
pub(crate) async fn known(
    signed: &SignedCheckpoint,
    place: &Place,
    witnesses: &dyn AskWitness,
    crypto: &Crypto,
) -> Result<u64, AskError> {
    let size = signed.checkpoint.size;
    let request = AddCheckpoint {
        old_size: size,
        proof: Vec::new(),
        checkpoint: signed.clone(),
    };
    let url = place.add_checkpoint();
    let answer = witnesses.ask(&url, request.to_string()).await?;
    match answer.status {
        200 => {
            cosignatures(&answer.bytes, signed, &place.keys, crypto)?;
            Ok(size)
        }
        409 => match conflicting_size(&answer.bytes) {
            // It has the size that it was asked about, and another root: so witnesses said it until July 2026.
            Some(known) if known == size => Err(AskError::Inconsistent),
            Some(known) => Ok(known),
            // Whoever answered so, it was no witness.
            None => Err(AskError::Status(409)),
        },
        // There is no proof that could be wrong, so the root is another one.
        422 => Err(AskError::Inconsistent),
        status => Err(AskError::Status(status)),
    }
}
