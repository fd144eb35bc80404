//! eddsa-rdfc-2022: Ed25519 over the canonical statements of document and proof.
//!
//! [Data Integrity EdDSA Cryptosuites §3.2](https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022).

use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Contexts, Fault as CanonFault};

use super::{Refusal, ed25519_signature, hash};
use crate::crypto::Crypto;
use crate::did::PublicKey;
use crate::names;
use crate::report::Fault;

/// Whether `key` made `proof` over `document`, which is without its proofs.
pub(super) fn check(
    proof: &Value<'_>,
    document: &Value<'_>,
    key: &PublicKey,
    contexts: &Contexts,
    crypto: &Crypto,
) -> Result<(), Refusal> {
    let PublicKey::Ed25519(key) = key else {
        return Err(Refusal::Fail(Fault::SignatureInvalid));
    };
    let signature = ed25519_signature(proof)?;
    // The signature may fit even so; but what is read would not be what was signed.
    if names::ambiguous(document).is_some() {
        return Err(Refusal::Unknown(Fault::NamesAmbiguous));
    }
    let context = document
        .get("@context")
        .ok_or(Refusal::Fail(Fault::NotCanonicalizable))?;
    let mut input = [0; 64];
    let (first, second) = input.split_at_mut(32);
    first.copy_from_slice(
        &hash::proof_options(proof, context, contexts, crypto).map_err(|e| refusal(&e))?,
    );
    second.copy_from_slice(&hash::document(document, contexts, crypto).map_err(|e| refusal(&e))?);
    if (crypto.verify_ed25519)(key, &input, &signature) {
        Ok(())
    } else {
        Err(Refusal::Fail(Fault::SignatureInvalid))
    }
}

/// A context or a size that this program does not know is its own limit; all else is the document's fault.
fn refusal(error: &CanonError) -> Refusal {
    match error.fault {
        CanonFault::UnknownContext => Refusal::Unknown(Fault::ContextUnknown),
        CanonFault::TooDeep
        | CanonFault::TooManyQuads
        | CanonFault::TooLarge
        | CanonFault::ContextOverflow
        | CanonFault::PoisonGraph => Refusal::Unknown(Fault::TooComplex),
        _ => Refusal::Fail(Fault::NotCanonicalizable),
    }
}
