//! What Data Integrity suites over RDF hash: the document without its proofs, and the proof without its value.
//!
//! [VC Data Integrity §4.2](https://www.w3.org/TR/vc-data-integrity/#add-proof);
//! [eddsa-rdfc-2022 §3.2.4](https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-rdfc-2022).

use touchstone_canon::json::{Object, Value};
use touchstone_canon::{CanonError, Contexts, Hash, Limits, canonicalize};

use crate::crypto::Crypto;

/// The hash of an unsecured document.
pub(crate) fn document(
    unsecured: &Value<'_>,
    contexts: &Contexts,
    crypto: &Crypto,
) -> Result<[u8; 32], CanonError> {
    let statements = canonicalize(
        unsecured,
        contexts,
        Hash::Sha256(crypto.sha256),
        &Limits::default(),
    )?;
    Ok((crypto.sha256)(statements.as_bytes()))
}

/// The hash of a proof without its value, read under the document's `@context`.
pub(crate) fn proof_options(
    proof: &Value<'_>,
    context: &Value<'_>,
    contexts: &Contexts,
    crypto: &Crypto,
) -> Result<[u8; 32], CanonError> {
    let mut options = Object::new();
    options.insert("@context", context.clone());
    for (name, value) in proof.as_object().into_iter().flat_map(Object::iter) {
        if name != "@context" && name != "proofValue" {
            options.insert(name, value.clone());
        }
    }
    document(&Value::Object(options), contexts, crypto)
}
