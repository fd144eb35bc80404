//! What anchors need of cryptography, in pure Rust: for the browser.
//!
//! Beside [`touchstone_vc::crypto::rust`] and that of `touchstone-tlog`, which need no RSA keys as certificates have them and no
//! P-521.

use alloc::borrow::ToOwned;

use der::{Decode, Sequence, asn1::UintRef};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha3::{Digest as _, Keccak256};
use touchstone_anchor::{Crypto, Scheme};
use touchstone_vc::crypto::{
    RsaKey,
    rust::{CRYPTO, verify_pkcs1},
};

/// p256, p384, p521 and sha3, and for the rest what credentials are checked with.
pub static ANCHOR_CRYPTO: Crypto = Crypto {
    sha256: CRYPTO.sha256,
    sha384: CRYPTO.sha384,
    sha512: CRYPTO.sha512,
    keccak256: |bytes| Keccak256::digest(bytes).into(),
    verify,
};

fn verify(scheme: Scheme, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match scheme {
        Scheme::RsaPkcs1Sha256 => rsa(key, 1, (CRYPTO.sha256)(message), signature),
        Scheme::RsaPkcs1Sha384 => rsa(key, 2, (CRYPTO.sha384)(message), signature),
        Scheme::RsaPkcs1Sha512 => rsa(key, 3, (CRYPTO.sha512)(message), signature),
        Scheme::P256Sha256 => on_p256(key, &(CRYPTO.sha256)(message), signature),
        Scheme::P256Sha384 => on_p256(key, &(CRYPTO.sha384)(message), signature),
        Scheme::P256Sha512 => on_p256(key, &(CRYPTO.sha512)(message), signature),
        Scheme::P384Sha256 => on_p384(key, &(CRYPTO.sha256)(message), signature),
        Scheme::P384Sha384 => on_p384(key, &(CRYPTO.sha384)(message), signature),
        Scheme::P384Sha512 => on_p384(key, &(CRYPTO.sha512)(message), signature),
        Scheme::P521Sha256 => on_p521(key, &(CRYPTO.sha256)(message), signature),
        Scheme::P521Sha384 => on_p521(key, &(CRYPTO.sha384)(message), signature),
        Scheme::P521Sha512 => on_p521(key, &(CRYPTO.sha512)(message), signature),
        Scheme::Ed25519 => ed25519(key, message, signature),
    }
}

/// `RSAPublicKey` (RFC 8017 §A.1.1).
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

/// `arc` is the last arc of the digest's identifier (RFC 8017 §B.1): 1 for SHA-256, 2 for SHA-384, 3 for SHA-512.
fn rsa<const D: usize>(key: &[u8], arc: u8, digest: [u8; D], signature: &[u8]) -> bool {
    let Ok(key) = RsaPublicKey::from_der(key) else {
        return false;
    };
    let key = RsaKey {
        n: key.modulus.as_bytes().to_owned(),
        e: key.exponent.as_bytes().to_owned(),
    };
    let length = u8::try_from(D).unwrap_or_default();
    // `DigestInfo` up to the digest (RFC 8017 §9.2, note 1).
    let prefix = [
        0x30,
        length + 17,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        arc,
        0x05,
        0x00,
        0x04,
        length,
    ];
    verify_pkcs1(&key, prefix, || digest, signature)
}

fn on_p256(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(key) else {
        return false;
    };
    p256::ecdsa::Signature::from_der(signature)
        .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
}

fn on_p384(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = p384::ecdsa::VerifyingKey::from_sec1_bytes(key) else {
        return false;
    };
    p384::ecdsa::Signature::from_der(signature)
        .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
}

fn on_p521(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = p521::ecdsa::VerifyingKey::from_sec1_bytes(key) else {
        return false;
    };
    // As the number that it is: the library takes none that is shorter than half a coordinate.
    let mut number = [0; 66];
    number[66 - digest.len()..].copy_from_slice(digest);
    p521::ecdsa::Signature::from_der(signature)
        .is_ok_and(|signature| key.verify_prehash(&number, &signature).is_ok())
}

fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (key.try_into(), signature.try_into()) else {
        return false;
    };
    (CRYPTO.verify_ed25519)(key, message, signature)
}
