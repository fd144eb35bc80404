//! ML-DSA-44 keys (FIPS 204), which sign checkpoints besides Ed25519.

use async_trait::async_trait;

use super::SignError;

/// Signs with an ML-DSA-44 key that it does not give away. Its names are its own: none is an Ed25519 key's as well.
#[async_trait]
pub trait MlDsaSigner: Send + Sync {
    /// Makes a key called `key`, or answers with the one of that name if it is there already.
    async fn create_ml_dsa_44(&self, key: &str) -> Result<MlDsaKey, SignError>;

    /// The public half of the key called `key`.
    async fn public_ml_dsa_44(&self, key: &str) -> Result<MlDsaKey, SignError>;

    /// Signs `message`, with an empty context, with the key called `key`.
    async fn sign_ml_dsa_44(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// A raw ML-DSA-44 public key.
pub type MlDsaKey = Box<[u8; 1312]>;
