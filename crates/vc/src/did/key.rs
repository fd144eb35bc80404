//! `did:key`: the identifier is the key.
//!
//! [did:key](https://w3c-ccg.github.io/did-key-spec/). Such an identifier resolves offline and for ever, and can never
//! rotate.

use alloc::format;
use alloc::string::String;

use super::{DidDocument, PublicKey};
use crate::report::Fault;

const SCHEME: &str = "did:key:";

/// Whether `did` is a `did:key`.
#[must_use]
pub fn is(did: &str) -> bool {
    did.starts_with(SCHEME)
}

/// The identifier of a key.
#[must_use]
pub fn did(key: &PublicKey) -> String {
    format!("{SCHEME}{}", key.to_multikey())
}

/// The URL under which a `did:key` signs.
#[must_use]
pub fn verification_method(key: &PublicKey) -> String {
    let multikey = key.to_multikey();
    format!("{SCHEME}{multikey}#{multikey}")
}

/// Resolves a `did:key`: its only key may assert and authenticate.
pub fn resolve(did: &str) -> Result<DidDocument, Fault> {
    let multikey = did.strip_prefix(SCHEME).ok_or(Fault::MethodUnsupported)?;
    let key = PublicKey::from_multikey(multikey)?;
    Ok(DidDocument::of_one_key(did, multikey, key))
}
