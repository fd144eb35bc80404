//! Digests by which a credential binds documents: `digestSRI` and `digestMultibase`.
//!
//! [VC Data Model 2.0 §5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources),
//! [Subresource Integrity](https://www.w3.org/TR/SRI/).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use touchstone_canon::json::Value;
use touchstone_canon::multibase;

use crate::crypto::Crypto;
use crate::report::Fault;

/// Whether an object binds something by digest.
pub(crate) fn binds(object: &Value<'_>) -> bool {
    object.get("digestSRI").is_some() || object.get("digestMultibase").is_some()
}

/// Whether `bytes` have every digest that `object` states.
pub(crate) fn check(object: &Value<'_>, bytes: &[u8], crypto: &Crypto) -> Result<(), Fault> {
    for (member, fits) in [("digestSRI", sri as Fits), ("digestMultibase", multihash)] {
        for digest in object.get(member).map_or(&[][..], Value::items) {
            let stated = digest.as_str().ok_or(Fault::DigestUnsupported)?;
            if !fits(stated, bytes, crypto).ok_or(Fault::DigestUnsupported)? {
                return Err(Fault::DigestMismatch);
            }
        }
    }
    Ok(())
}

type Fits = fn(&str, &[u8], &Crypto) -> Option<bool>;

fn sri(stated: &str, bytes: &[u8], crypto: &Crypto) -> Option<bool> {
    let (algorithm, encoded) = stated.split_once('-')?;
    let digest = STANDARD.decode(encoded).ok()?;
    match algorithm {
        "sha256" => Some(digest == (crypto.sha256)(bytes)),
        "sha384" => Some(digest == (crypto.sha384)(bytes)),
        _ => None,
    }
}

fn multihash(stated: &str, bytes: &[u8], crypto: &Crypto) -> Option<bool> {
    if stated.len() > 256 {
        return None;
    }
    let multihash = multibase::decode(stated).ok()?;
    match multihash.as_slice() {
        [0x12, 0x20, digest @ ..] => Some(digest == (crypto.sha256)(bytes)),
        [0x20, 0x30, digest @ ..] => Some(digest == (crypto.sha384)(bytes)),
        _ => None,
    }
}
