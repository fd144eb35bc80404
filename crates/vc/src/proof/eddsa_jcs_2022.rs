//! eddsa-jcs-2022: Ed25519 over the canonical JSON of document and proof.
//!
//! [Data Integrity EdDSA Cryptosuites §3.3](https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022). Every byte of the JSON
//! counts; no context is looked at, except that a proof's must be what the document's starts with.

use touchstone_canon::jcs;
use touchstone_canon::json::Value;

use super::{Refusal, ed25519_signature};
use crate::crypto::Crypto;
use crate::did::PublicKey;
use crate::report::Fault;

/// Whether `key` made `proof` over `document`, which is without its proofs.
pub(super) fn check(
    proof: &Value<'_>,
    document: &Value<'_>,
    key: &PublicKey,
    crypto: &Crypto,
) -> Result<(), Refusal> {
    let PublicKey::Ed25519(key) = key else {
        return Err(Refusal::Fail(Fault::SignatureInvalid));
    };
    let signature = ed25519_signature(proof)?;
    let signed = match proof.get("@context") {
        None => hashed(document, crypto)?,
        Some(context) => {
            let stated = document.get("@context").map_or(&[][..], Value::items);
            if !stated.starts_with(context.items()) {
                return Err(Refusal::Fail(Fault::ProofMalformed));
            }
            hashed(&with(document, "@context", context), crypto)?
        }
    };
    let mut input = [0; 64];
    let (first, second) = input.split_at_mut(32);
    first.copy_from_slice(&hashed(&without(proof, "proofValue"), crypto)?);
    second.copy_from_slice(&signed);
    if (crypto.verify_ed25519)(key, &input, &signature) {
        Ok(())
    } else {
        Err(Refusal::Fail(Fault::SignatureInvalid))
    }
}

fn hashed(value: &Value<'_>, crypto: &Crypto) -> Result<[u8; 32], Refusal> {
    let canonical =
        jcs::canonicalize(value).map_err(|_| Refusal::Fail(Fault::NotCanonicalizable))?;
    Ok((crypto.sha256)(canonical.as_bytes()))
}

fn without<'a>(value: &Value<'a>, member: &str) -> Value<'a> {
    let mut rest = value.clone();
    if let Some(object) = rest.as_object_mut() {
        object.remove(member);
    }
    rest
}

fn with<'a>(value: &Value<'a>, member: &'static str, new: &Value<'a>) -> Value<'a> {
    let mut changed = value.clone();
    if let Some(object) = changed.as_object_mut() {
        object.insert(member, new.clone());
    }
    changed
}
