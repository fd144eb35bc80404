//! Signing keys that never leave where they live.

use async_trait::async_trait;
use touchstone_vc::{Crypto, Signature, did};

/// Signs with a key that it does not give away: a file, a security module, a service in the cloud.
#[async_trait]
pub trait Signer: Send + Sync {
    /// What the names of keys begin with that are to be made for institutions: it says whose hands they are in. Empty for key files.
    fn custody(&self) -> &str {
        ""
    }

    /// What the names of new Ed25519 keys begin with, where a specification takes no other kind. `None` if none is made here.
    fn ed25519_custody(&self) -> Option<&str> {
        Some(self.custody())
    }

    /// Every custody that is in reach here: keys that were made earlier, or on another machine, may be in any of them.
    fn custodies(&self) -> Vec<&str> {
        vec![self.custody()]
    }

    /// Makes a key called `key`, of the kind that this signer makes, or answers with the one of that name if it is there already.
    async fn create(&self, key: &str) -> Result<PublicKey, SignError>;

    /// Takes in an Ed25519 key that was made elsewhere, under a name that no key has: its seed (RFC 8032 §5.1.5).
    async fn import(&self, _key: &str, _seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        Err(SignError::MadeHere)
    }

    /// The public half of what [`import`](Self::import) would take in under this name. Nothing is written.
    async fn public_half(&self, _key: &str, _seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        Err(SignError::MadeHere)
    }

    /// The public half of the key called `key`.
    async fn public(&self, key: &str) -> Result<PublicKey, SignError>;

    /// Signs `message` with the key called `key`.
    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError>;

    /// Whether it can be asked now to make keys and to sign. Key files always can; a security module or a service may be away.
    async fn ready(&self) -> Result<(), Away> {
        Ok(())
    }

    /// Never signs with the key called `key` again, also after a restart. Doing it again changes nothing.
    async fn end(&self, key: &str) -> Result<(), SignError>;

    /// Forgets the secret of the key called `key` for good, and never makes or signs with one of that name again.
    async fn destroy(&self, key: &str) -> Result<(), SignError>;
}

/// A public key of one of the kinds that sign here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PublicKey {
    /// Ed25519, as it is.
    Ed25519([u8; 32]),
    /// NIST P-256, compressed (SEC 1 §2.3.3). It signs SHA-256; a signature is `r ‖ s`, 32 bytes each.
    P256([u8; 33]),
}

impl PublicKey {
    /// The P-256 key at a point, `x ‖ y`: `x`, and before it whether `y` is odd (SEC 1 §2.3.3).
    pub fn p256_at(point: &[u8; 64]) -> Self {
        let (x, y) = point.split_at(32);
        let mut key = [0; 33];
        key[0] = 2 + (y[31] & 1);
        key[1..].copy_from_slice(x);
        Self::P256(key)
    }

    /// Whether a signature is the key's.
    pub fn holds(self, message: &[u8], signature: &[u8], crypto: &Crypto) -> bool {
        let Ok(signature) = signature.try_into() else {
            return false;
        };
        match self {
            Self::Ed25519(key) => (crypto.verify_ed25519)(&key, message, signature),
            Self::P256(key) => (crypto.verify_p256)(&key, message, signature),
        }
    }

    /// The key where it is an Ed25519 key: logs and witnesses have no other.
    pub fn ed25519(self) -> Option<[u8; 32]> {
        match self {
            Self::Ed25519(key) => Some(key),
            Self::P256(_) => None,
        }
    }

    /// The key as identifiers and proofs have it.
    pub fn named(self) -> did::PublicKey {
        match self {
            Self::Ed25519(key) => did::PublicKey::Ed25519(key),
            Self::P256(key) => did::PublicKey::P256(key),
        }
    }
}

/// Why a signer cannot be asked now, in words for who runs this.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Away(pub String);

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignError {
    /// No key of that name.
    #[error("no such key")]
    NoSuchKey,
    /// The key is there and cannot be used: wrong passphrase, altered, of another kind, or one of two with one name.
    #[error("the key does not open with this passphrase, or is not one that can be used")]
    Locked,
    /// The key was ended: it signs no more.
    #[error("the key was ended and signs no more")]
    Ended,
    /// The signer did not answer; asking again may help.
    #[error("signer unavailable")]
    Unavailable,
    /// The security module does not open: its PIN was refused, is locked or has expired. Nothing is known of any key in it.
    #[error("the security module refused the PIN: mend it and start anew")]
    PinRefused,
    /// It takes in no key that was made elsewhere.
    #[error(
        "no key is taken in here that was made elsewhere: one in a security module or in AWS KMS is made there; without keys.pkcs11_module and \
         keys.aws_kms_region it would be an encrypted file"
    )]
    MadeHere,
    /// What was signed does not hold with the key that was published: another key has its name.
    #[error(
        "what holds the keys signs with another key under this name than the one that was published, so nothing counts that it signs: put the \
         right token back, or the alias of AWS KMS on its key; if that is lost, rotate to a new key"
    )]
    AnotherKey,
}

impl SignError {
    /// Whether nothing is lost yet: the signer comes back, or somebody gives it the right PIN or passphrase. It says nothing about whether it has
    /// the key.
    pub fn can_be_mended(self) -> bool {
        match self {
            Self::Unavailable | Self::PinRefused | Self::Locked | Self::AnotherKey => true,
            Self::NoSuchKey | Self::Ended | Self::MadeHere => false,
        }
    }
}
