//! eddsa-rdfc-2022: Ed25519 over the canonical statements of document and proof.
//!
//! [Data Integrity EdDSA Cryptosuites §3.2](https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022).

use touchstone_canon::Contexts;
use touchstone_canon::json::Value;

use super::hash::{Digest, statements};
use super::{Refusal, signature, signed};
use crate::crypto::Checking;
use crate::did::PublicKey;
use crate::report::Fault;

/// Whether `key` made `proof` over `document`, which is without its proofs but for those that this one builds on.
pub(super) fn check(
    proof: &Value<'_>,
    document: &Value<'_>,
    key: &PublicKey,
    contexts: &Contexts,
    checking: &Checking<'_>,
) -> Result<(), Refusal> {
    let PublicKey::Ed25519(key) = key else {
        return Err(Refusal::Fail(Fault::SignatureInvalid));
    };
    let signature = signature(proof)?;
    let input = match checking.hashing {
        Some(hashing) => hashing.statements(proof, document),
        None => statements(proof, document, Digest::Sha256, contexts, checking.crypto),
    }?;
    signed(checking.ed25519(key, &input, &signature))
}
