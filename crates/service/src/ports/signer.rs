//! Signing keys that never leave where they live.

use async_trait::async_trait;
use touchstone_vc::Signature;

/// Signs with a key that it does not give away: a file, an HSM, a remote signer.
#[async_trait]
pub trait Signer: Send + Sync {
    /// What the names of keys begin with that are to be made for institutions: it says whose hands they are in. Empty for key files.
    fn custody(&self) -> &str {
        ""
    }

    /// Makes an Ed25519 key called `key`, or answers with the one of that name if it is there already.
    async fn create(&self, key: &str) -> Result<PublicKey, SignError>;

    /// The public half of the key called `key`.
    async fn public(&self, key: &str) -> Result<PublicKey, SignError>;

    /// Signs `message` with the key called `key`.
    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError>;

    /// Never signs with the key called `key` again, also after a restart. Doing it again changes nothing.
    async fn end(&self, key: &str) -> Result<(), SignError>;

    /// Forgets the secret of the key called `key` for good, and never makes or signs with one of that name again.
    async fn destroy(&self, key: &str) -> Result<(), SignError>;
}

/// A raw Ed25519 public key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PublicKey(pub [u8; 32]);

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignError {
    /// No key of that name.
    #[error("no such key")]
    NoSuchKey,
    /// The key is there but does not open: wrong passphrase, or altered.
    #[error("the key does not open with this passphrase")]
    Locked,
    /// The key was ended: it signs no more.
    #[error("the key was ended and signs no more")]
    Ended,
    /// The signer did not answer; asking again may help.
    #[error("signer unavailable")]
    Unavailable,
}
