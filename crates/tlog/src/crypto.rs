//! Cryptography, passed in by the caller.
//!
//! The server passes aws-lc-rs, a browser and the tests pass pure Rust (feature `rust-crypto`). The same vectors run on both.

/// Bytes of an Ed25519 public key (RFC 8032).
pub const ED25519_KEY: usize = 32;
/// Bytes of an Ed25519 signature (RFC 8032).
pub const ED25519_SIGNATURE: usize = 64;
/// Bytes of an ML-DSA-44 public key (FIPS 204).
pub const ML_DSA_44_KEY: usize = 1312;
/// Bytes of an ML-DSA-44 signature (FIPS 204).
pub const ML_DSA_44_SIGNATURE: usize = 2420;

/// A set of cryptographic functions.
#[derive(Clone, Copy, Debug)]
pub struct Crypto {
    /// SHA-256 (FIPS 180-4).
    pub sha256: fn(&[u8]) -> [u8; 32],
    /// Ed25519 (RFC 8032): key, message, signature. Must refuse `S ≥ L`, non-canonical encodings and points of small
    /// order, so that a signature has one form and one key.
    pub verify_ed25519: fn(&[u8; ED25519_KEY], &[u8], &[u8; ED25519_SIGNATURE]) -> bool,
    /// ML-DSA-44 (FIPS 204 §5.3, algorithm 3) with an empty context: key, message, signature.
    pub verify_ml_dsa_44: fn(&[u8; ML_DSA_44_KEY], &[u8], &[u8; ML_DSA_44_SIGNATURE]) -> bool,
}

/// The pure-Rust provider: for tests and for the browser.
#[cfg(feature = "rust-crypto")]
pub mod rust {
    use ml_dsa::MlDsa44;
    use sha2::{Digest as _, Sha256};

    use super::{Crypto, ED25519_KEY, ED25519_SIGNATURE, ML_DSA_44_KEY, ML_DSA_44_SIGNATURE};

    /// ed25519-dalek (strict), ml-dsa and sha2.
    pub const CRYPTO: Crypto = Crypto {
        sha256,
        verify_ed25519,
        verify_ml_dsa_44,
    };

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    fn verify_ed25519(
        key: &[u8; ED25519_KEY],
        message: &[u8],
        signature: &[u8; ED25519_SIGNATURE],
    ) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        ed25519_dalek::VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }

    fn verify_ml_dsa_44(
        key: &[u8; ML_DSA_44_KEY],
        message: &[u8],
        signature: &[u8; ML_DSA_44_SIGNATURE],
    ) -> bool {
        let key = ml_dsa::VerifyingKey::<MlDsa44>::decode(key.into());
        ml_dsa::Signature::<MlDsa44>::decode(signature.into())
            .is_some_and(|signature| key.verify_with_context(message, b"", &signature))
    }
}
