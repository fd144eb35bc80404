//! `did:jwk`: the identifier is a JSON Web Key.
//!
//! [did:jwk](https://github.com/quartzjer/did-jwk/blob/main/spec.md): base64url of the key as JSON. Its only verification
//! method is `#0`. Such an identifier resolves offline and for ever, and can never rotate.

use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use touchstone_canon::json::Value;

use super::{DidDocument, PublicKey};
use crate::report::Fault;

const SCHEME: &str = "did:jwk:";
/// The longest identifier that is read; a key of RSA-8192 fits.
const MAX_CHARS: usize = 4096;

/// Whether `did` is a `did:jwk`.
#[must_use]
pub fn is(did: &str) -> bool {
    did.starts_with(SCHEME)
}

/// Resolves a `did:jwk`: its only key may assert and authenticate.
pub fn resolve(did: &str) -> Result<DidDocument, Fault> {
    let text = text(did).ok_or(Fault::KeyUnsupported)?;
    let jwk = Value::parse(&text).map_err(|_| Fault::KeyUnsupported)?;
    let key = PublicKey::from_jwk(&jwk)?;
    Ok(DidDocument::of_one_key(did, "0", key))
}

/// The key as it was written, if it is JSON at all.
pub(super) fn text(did: &str) -> Option<Vec<u8>> {
    let encoded = did.strip_prefix(SCHEME)?;
    (encoded.len() <= MAX_CHARS)
        .then(|| URL_SAFE_NO_PAD.decode(encoded).ok())
        .flatten()
}
