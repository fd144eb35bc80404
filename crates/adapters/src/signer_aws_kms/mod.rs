//! Signing keys in AWS KMS: made in it, and never out of it.
//!
//! A key is of P-256 and has an alias, `alias/PREFIX/NAME`, by which it is found; who makes one that is there is given that one. To end a key is
//! to disable it, to destroy it is to have it deleted, which AWS does after a waiting period of 7 to 30 days.
//!
//! **Invariants (threat 62):** a signature counts only when KMS said that the key may sign, named that very key in its answer, and the signature
//! verifies with it. A KMS that fails, refuses the access key or answers what cannot be is left alone for a second, then two, four, at most a
//! minute, and asked again by itself; until then every request is refused at once. Nothing is ever signed by another signer instead.
//!
//! Start at [`SignerAwsKms`].

mod api;
mod credentials;
mod forms;
mod kms;
mod sigv4;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use touchstone_service::ports::{Away, Clock, PublicKey, SignError, Signer};
use touchstone_vc::{Crypto, Signature};
use url::Url;

pub use credentials::{AwsCredentials, AwsCredentialsFrom, CredentialsError};

use api::{Api, client};
use kms::Kms;

/// Which KMS, and what becomes of keys in it.
#[derive(Clone, Debug)]
pub struct AwsKms {
    /// The region: `eu-west-1`.
    pub region: String,
    /// Where it is asked.
    pub endpoint: Url,
    /// What stands between `alias/` and the name of a key: no other installation has it.
    pub prefix: String,
    /// How many days AWS waits before it deletes a key that was destroyed: 7 to 30.
    pub deletion_days: u16,
    /// How long an answer may take.
    pub patience: Duration,
}

/// Keys in AWS KMS.
pub struct SignerAwsKms {
    kms: Arc<Kms>,
}

impl SignerAwsKms {
    /// A signer that asks KMS when it is first asked itself. `crypto` hashes what is signed, and checks every signature before it counts.
    ///
    /// # Errors
    /// If there can be no client for https.
    pub fn new(
        settings: AwsKms,
        credentials: AwsCredentialsFrom,
        clock: Arc<dyn Clock>,
        crypto: &'static Crypto,
    ) -> Result<Self, reqwest::Error> {
        let is_secure = settings.endpoint.scheme() == "https";
        let api = Api {
            client: client(is_secure, settings.patience)?,
            endpoint: settings.endpoint,
            region: settings.region,
            credentials,
            clock,
        };
        let kms = Kms::new(
            api,
            settings.prefix,
            settings.deletion_days,
            settings.patience,
            crypto,
        );
        Ok(Self { kms: Arc::new(kms) })
    }
}

#[async_trait]
impl Signer for SignerAwsKms {
    /// Its keys are of P-256.
    fn ed25519_custody(&self) -> Option<&str> {
        None
    }

    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        let kms = &self.kms;
        Ok(kms.attempt(kms.create(key)).await?)
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        let kms = &self.kms;
        Ok(kms.attempt(kms.public(key)).await?)
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        let kms = &self.kms;
        Ok(Signature(kms.attempt(kms.sign(key, message)).await?))
    }

    async fn ready(&self) -> Result<(), Away> {
        let kms = &self.kms;
        let asked = kms.attempt(kms.answers()).await;
        asked.map_err(|error| Away(error.to_string()))
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        let kms = &self.kms;
        Ok(kms.attempt(kms.end(key)).await?)
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        let kms = &self.kms;
        Ok(kms.attempt(kms.destroy(key)).await?)
    }
}
