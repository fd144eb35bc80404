//! Cryptography, passed in by the caller.
//!
//! The core decides *what* is hashed and which key must have signed; it holds no implementation. The server passes
//! aws-lc-rs, a browser and the tests pass pure Rust (feature `rust-crypto`). The same vectors run on both.
//!
//! **Low-S:** both values of `s` that fit are taken in ECDSA, as FIPS 186-5 has it and other verifiers do. A signature
//! is therefore no name for anything: identity never rests on its bytes, and nothing here compares them.

use alloc::vec::Vec;
use core::cell::RefCell;

use crate::proof::hash::Hashing;

/// A set of cryptographic functions.
#[derive(Clone, Copy, Debug)]
pub struct Crypto {
    /// SHA-256 (FIPS 180-4).
    pub sha256: fn(&[u8]) -> [u8; 32],
    /// SHA-384 (FIPS 180-4).
    pub sha384: fn(&[u8]) -> [u8; 48],
    /// SHA-512 (FIPS 180-4).
    pub sha512: fn(&[u8]) -> [u8; 64],
    /// Ed25519 (RFC 8032): key, message, signature. Must refuse `S ≥ L`, non-canonical encodings and
    /// points of small order, so that a signature has one form and one key.
    pub verify_ed25519: fn(&[u8; 32], &[u8], &[u8; 64]) -> bool,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5): compressed SEC 1 point, message, `r ‖ s`. Low and high `s` are taken.
    pub verify_p256: fn(&[u8; 33], &[u8], &[u8; 64]) -> bool,
    /// ECDSA on P-384 with SHA-384: compressed SEC 1 point, message, `r ‖ s`. Low and high `s` are taken.
    pub verify_p384: fn(&[u8; 49], &[u8], &[u8; 96]) -> bool,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2): key, message, signature. Must refuse moduli outside 2048 to
    /// 8192 bits. For reading only: nothing is signed so.
    pub verify_rs256: fn(&RsaKey, &[u8], &[u8]) -> bool,
}

/// A message, and an Ed25519 signature that is said to be the key's over it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signed {
    /// The key.
    pub key: [u8; 32],
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
}

/// Cryptography for one judgement, with Ed25519 signatures checked at once or noted to be checked together later.
#[derive(Clone, Copy)]
pub(crate) struct Checking<'c> {
    pub(crate) crypto: &'c Crypto,
    /// Where they are noted. Until they are checked, each counts as good.
    pub(crate) later: Option<&'c RefCell<Vec<Signed>>>,
    /// Who hashes, where documents come one after the other.
    pub(crate) hashing: Option<&'c dyn Hashing>,
}

impl Checking<'_> {
    /// Whether the signature is good, or counts as good until it is checked.
    pub(crate) fn ed25519(&self, key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        let Some(later) = self.later else {
            return (self.crypto.verify_ed25519)(key, message, signature);
        };
        later.borrow_mut().push(Signed {
            key: *key,
            message: message.to_vec(),
            signature: *signature,
        });
        true
    }
}

/// An RSA public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RsaKey {
    /// The modulus, big-endian, without leading zeros.
    pub n: Vec<u8>,
    /// The exponent, big-endian, without leading zeros.
    pub e: Vec<u8>,
}

/// The pure-Rust provider: for tests and for the browser.
#[cfg(feature = "rust-crypto")]
pub mod rust {
    use alloc::vec::Vec;

    use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
    use crypto_bigint::{BoxedUint, Odd};
    use p256::ecdsa::signature::Verifier as _;
    use sha2::{Digest as _, Sha256, Sha384, Sha512};

    use super::{Crypto, RsaKey};

    /// ed25519-dalek (strict), p256, p384, crypto-bigint and sha2.
    pub const CRYPTO: Crypto = Crypto {
        sha256,
        sha384,
        sha512,
        verify_ed25519,
        verify_p256,
        verify_p384,
        verify_rs256,
    };

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    fn sha384(bytes: &[u8]) -> [u8; 48] {
        Sha384::digest(bytes).into()
    }

    fn sha512(bytes: &[u8]) -> [u8; 64] {
        Sha512::digest(bytes).into()
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

    fn verify_p384(key: &[u8; 49], message: &[u8], signature: &[u8; 96]) -> bool {
        let Ok(key) = p384::ecdsa::VerifyingKey::from_sec1_bytes(key) else {
            return false;
        };
        p384::ecdsa::Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }

    fn verify_rs256(key: &RsaKey, message: &[u8], signature: &[u8]) -> bool {
        verify_pkcs1(key, SHA256_PREFIX, || sha256(message), signature)
    }

    /// RSASSA-PKCS1-v1_5 with a key of 2048 to 8192 bits. `prefix` is the `DigestInfo` up to the digest.
    ///
    /// RFC 8017 §8.2.2: the whole encoded message is built and compared, nothing in the signature is parsed.
    #[must_use]
    pub fn verify_pkcs1<const P: usize, const D: usize>(
        key: &RsaKey,
        prefix: [u8; P],
        digest: impl FnOnce() -> [u8; D],
        signature: &[u8],
    ) -> bool {
        let n = BoxedUint::from_be_slice_vartime(&key.n);
        let e = BoxedUint::from_be_slice_vartime(&key.e);
        let s = BoxedUint::from_be_slice_vartime(signature);
        let sound = (2048..=8192).contains(&n.bits_vartime())
            && key.n.first() != Some(&0)
            && (2..=33).contains(&e.bits_vartime())
            && key.e.last().is_some_and(|last| last % 2 == 1)
            && signature.len() == key.n.len()
            && s < n;
        let (true, Some(odd)) = (sound, Odd::new(n).into_option()) else {
            return false;
        };
        let params = BoxedMontyParams::new_vartime(odd);
        let power = BoxedMontyForm::new(s, &params).pow(&e).retrieve();
        let mut encoded = Vec::from([0, 1]);
        encoded.resize(key.n.len() - P - D - 1, 0xff);
        encoded.push(0);
        encoded.extend(prefix);
        encoded.extend(digest());
        power == BoxedUint::from_be_slice_vartime(&encoded)
    }

    /// `DigestInfo` of a SHA-256 digest, up to the digest (RFC 8017 §9.2, note 1).
    const SHA256_PREFIX: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
}
