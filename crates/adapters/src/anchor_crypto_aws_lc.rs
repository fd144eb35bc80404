//! What anchors need of cryptography, by AWS-LC; Keccak, which it does not have, by RustCrypto.

use aws_lc_rs::{
    digest::{SHA512, digest},
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1,
        ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1,
        ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        UnparsedPublicKey, VerificationAlgorithm,
    },
};
use sha3::{Digest as _, Keccak256};
use touchstone_anchor::{Crypto, Scheme};

/// What times are checked with.
pub static ANCHOR_CRYPTO: Crypto = Crypto {
    sha256: crate::CRYPTO.sha256,
    sha384: crate::CRYPTO.sha384,
    sha512,
    keccak256: |bytes| Keccak256::digest(bytes).into(),
    verify,
};

fn sha512(bytes: &[u8]) -> [u8; 64] {
    digest(&SHA512, bytes)
        .as_ref()
        .try_into()
        .expect("SHA-512 is 64 bytes long")
}

fn verify(scheme: Scheme, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let algorithm: &'static dyn VerificationAlgorithm = match scheme {
        Scheme::RsaPkcs1Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        Scheme::RsaPkcs1Sha384 => &RSA_PKCS1_2048_8192_SHA384,
        Scheme::RsaPkcs1Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        Scheme::P256Sha256 => &ECDSA_P256_SHA256_ASN1,
        Scheme::P256Sha384 => &ECDSA_P256_SHA384_ASN1,
        Scheme::P256Sha512 => &ECDSA_P256_SHA512_ASN1,
        Scheme::P384Sha256 => &ECDSA_P384_SHA256_ASN1,
        Scheme::P384Sha384 => &ECDSA_P384_SHA384_ASN1,
        Scheme::P384Sha512 => &ECDSA_P384_SHA512_ASN1,
        Scheme::P521Sha256 => &ECDSA_P521_SHA256_ASN1,
        Scheme::P521Sha384 => &ECDSA_P521_SHA384_ASN1,
        Scheme::P521Sha512 => &ECDSA_P521_SHA512_ASN1,
        Scheme::Ed25519 => &ED25519,
    };
    UnparsedPublicKey::new(algorithm, key)
        .verify(message, signature)
        .is_ok()
}
