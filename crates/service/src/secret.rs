//! Secrets that stand in links: drawn at random, kept only as hashes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use touchstone_vc::Crypto;

use crate::{digest::sha256_hex, ports::Rng};

/// A secret for a link: 192 random bits, base64url.
pub(crate) fn draw(rng: &dyn Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<24>())
}

/// Under which a secret is kept.
pub(crate) fn hash(crypto: &Crypto, secret: &str) -> String {
    sha256_hex(crypto, secret.as_bytes())
}
