//! Cryptography, passed in by the caller.
//!
//! The core decides *what* is hashed and which key must have signed; it holds no implementation. The server passes
//! aws-lc-rs, a browser and the tests pass pure Rust (feature `rust-crypto`). The same vectors run on both.

/// A set of cryptographic functions.
#[derive(Clone, Copy, Debug)]
pub struct Crypto {
    /// SHA-256 (FIPS 180-4).
    pub sha256: fn(&[u8]) -> [u8; 32],
    /// SHA-384 (FIPS 180-4).
    pub sha384: fn(&[u8]) -> [u8; 48],
    /// Ed25519 (RFC 8032): key, message, signature. Must refuse `S ≥ L`, non-canonical encodings and
    /// points of small order, so that a signature has one form and one key.
    pub verify_ed25519: fn(&[u8; 32], &[u8], &[u8; 64]) -> bool,
    /// ECDSA on P-256 with SHA-256: compressed SEC 1 point, message, `r ‖ s`. Both values of `s` are taken, as every
    /// ECDSA verifier does: identity never rests on the bytes of a signature.
    pub verify_p256: fn(&[u8; 33], &[u8], &[u8; 64]) -> bool,
}

/// The pure-Rust provider: for tests and for the browser.
#[cfg(feature = "rust-crypto")]
pub mod rust {
    use p256::ecdsa::signature::Verifier as _;
    use sha2::{Digest as _, Sha256, Sha384};

    use super::Crypto;

    /// ed25519-dalek (strict), p256 and sha2.
    pub const CRYPTO: Crypto = Crypto {
        sha256,
        sha384,
        verify_ed25519,
        verify_p256,
    };

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    fn sha384(bytes: &[u8]) -> [u8; 48] {
        Sha384::digest(bytes).into()
    }

    fn verify_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        ed25519_dalek::VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }

    fn verify_p256(key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool {
        let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(key) else {
            return false;
        };
        p256::ecdsa::Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }
}
