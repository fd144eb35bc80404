//! ecdsa-jcs-2019: ECDSA over the canonical JSON of document and proof.
//!
//! [Data Integrity ECDSA Cryptosuites §3.3](https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-jcs-2019). The hash follows the curve.

use touchstone_canon::json::Value;

use super::hash::{Digest, json};
use super::{Refusal, signature, signed};
use crate::crypto::Checking;
use crate::did::PublicKey;
use crate::report::Fault;

/// Whether `key` made `proof` over `document`, which is without its proofs but for those that this one builds on.
pub(super) fn check(
    proof: &Value<'_>,
    document: &Value<'_>,
    key: &PublicKey,
    checking: &Checking<'_>,
) -> Result<(), Refusal> {
    match key {
        PublicKey::P256(key) => {
            let signature = signature(proof)?;
            let input = json(proof, document, Digest::Sha256, checking.crypto)?;
            signed((checking.crypto.verify_p256)(key, &input, &signature))
        }
        PublicKey::P384(key) => {
            let signature = signature(proof)?;
            let input = json(proof, document, Digest::Sha384, checking.crypto)?;
            signed((checking.crypto.verify_p384)(key, &input, &signature))
        }
        PublicKey::Ed25519(_) | PublicKey::Rsa(_) => Err(Refusal::Fail(Fault::SignatureInvalid)),
    }
}
