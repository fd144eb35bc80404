//! Cryptography, passed in by the caller.

/// A set of cryptographic functions.
#[derive(Clone, Copy, Debug)]
pub struct Crypto {
    /// SHA-256 (FIPS 180-4).
    pub sha256: fn(&[u8]) -> [u8; 32],
    /// SHA-384.
    pub sha384: fn(&[u8]) -> [u8; 48],
    /// SHA-512.
    pub sha512: fn(&[u8]) -> [u8; 64],
    /// Keccak-256 as EVM chains have it: with the padding that it had before FIPS 202 changed it.
    pub keccak256: fn(&[u8]) -> [u8; 32],
    /// Checks a signature: how, the content of the key's `subjectPublicKey`, the message, the signature as X.509 has it.
    pub verify: fn(Scheme, &[u8], &[u8], &[u8]) -> bool,
}

/// How authorities and their certificates sign. SHA-1 is none of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Scheme {
    RsaPkcs1Sha256,
    RsaPkcs1Sha384,
    RsaPkcs1Sha512,
    P256Sha256,
    P256Sha384,
    P256Sha512,
    P384Sha256,
    P384Sha384,
    P384Sha512,
    P521Sha256,
    P521Sha384,
    P521Sha512,
    Ed25519,
}
