//! eddsa-jcs-2022: Ed25519 over the canonical JSON of document and proof.
//!
//! [Data Integrity EdDSA Cryptosuites §3.3](https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022).

use touchstone_canon::json::Value;

use super::hash::{Digest, json};
use super::{Refusal, signature, signed};
use crate::crypto::Checking;
use crate::did::PublicKey;
use crate::report::Fault;

/// Whether `key` made `proof` over `document`, which is without its proofs but for those that this one builds on.
pub(crate) fn check(
    proof: &Value<'_>,
    document: &Value<'_>,
    key: &PublicKey,
    checking: &Checking<'_>,
) -> Result<(), Refusal> {
    let PublicKey::Ed25519(key) = key else {
        return Err(Refusal::Fail(Fault::SignatureInvalid));
    };
    let signature = signature(proof)?;
    let input = json(proof, document, Digest::Sha256, checking.crypto)?;
    signed(checking.ed25519(key, &input, &signature))
}

/// What is signed: the hash of the proof without its value, then that of the document.
#[cfg(feature = "webvh")]
pub(crate) fn input(
    proof: &Value<'_>,
    document: &Value<'_>,
    crypto: &crate::crypto::Crypto,
) -> Option<alloc::vec::Vec<u8>> {
    json(proof, document, Digest::Sha256, crypto).ok()
}
