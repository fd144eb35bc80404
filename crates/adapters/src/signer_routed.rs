//! Which signer has a key: its name says it.
//!
//! **Invariant (threat 62):** a key in a security module or in the cloud is asked for there and nowhere else. What is not answered there is not
//! answered.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_service::ports::{Away, PublicKey, SignError, Signer};
use touchstone_vc::Signature;

/// Key files, and perhaps other hands beside them in which the institutions' keys are made.
pub struct SignerRouted<F> {
    files: Arc<F>,
    elsewhere: Option<(Elsewhere, Box<dyn Signer>)>,
}

/// Where keys are that are not in files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Elsewhere {
    /// In a security module.
    Pkcs11,
    /// In AWS KMS.
    AwsKms,
}

impl Elsewhere {
    /// What the names of keys there begin with.
    fn custody(self) -> &'static str {
        match self {
            Self::Pkcs11 => "pkcs11:",
            Self::AwsKms => "aws-kms:",
        }
    }
}

impl<F: Signer> SignerRouted<F> {
    /// Keys in files; with another signer, new keys of institutions are made there.
    pub fn new(files: Arc<F>, elsewhere: Option<(Elsewhere, Box<dyn Signer>)>) -> Self {
        Self { files, elsewhere }
    }

    /// The signer that has a key, and what the key is called there.
    fn route<'k>(&self, key: &'k str) -> Result<(&dyn Signer, &'k str), SignError> {
        for place in [Elsewhere::Pkcs11, Elsewhere::AwsKms] {
            let Some(key) = key.strip_prefix(place.custody()) else {
                continue;
            };
            return match &self.elsewhere {
                Some((here, signer)) if *here == place => Ok((&**signer, key)),
                // It is not configured any more: its keys are out of reach, and no other takes their place.
                _ => Err(SignError::Unavailable),
            };
        }
        Ok((&*self.files, key))
    }
}

#[async_trait]
impl<F: Signer> Signer for SignerRouted<F> {
    fn custody(&self) -> &str {
        match &self.elsewhere {
            Some((place, _)) => place.custody(),
            None => self.files.custody(),
        }
    }

    /// Other hands that make none leave it to the files.
    fn ed25519_custody(&self) -> Option<&str> {
        match &self.elsewhere {
            Some((place, signer)) if signer.ed25519_custody().is_some() => Some(place.custody()),
            _ => self.files.ed25519_custody(),
        }
    }

    fn custodies(&self) -> Vec<&str> {
        let elsewhere = self.elsewhere.as_ref();
        let elsewhere = elsewhere.map(|(place, _)| place.custody());
        self.files
            .custodies()
            .into_iter()
            .chain(elsewhere)
            .collect()
    }

    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        let (signer, key) = self.route(key)?;
        signer.create(key).await
    }

    async fn import(&self, key: &str, seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        let (signer, key) = self.route(key)?;
        signer.import(key, seed).await
    }

    async fn public_half(&self, key: &str, seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        let (signer, key) = self.route(key)?;
        signer.public_half(key, seed).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        let (signer, key) = self.route(key)?;
        signer.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        let (signer, key) = self.route(key)?;
        signer.sign(key, message).await
    }

    async fn ready(&self) -> Result<(), Away> {
        match &self.elsewhere {
            Some((_, signer)) => signer.ready().await,
            None => self.files.ready().await,
        }
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        let (signer, key) = self.route(key)?;
        signer.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        let (signer, key) = self.route(key)?;
        signer.destroy(key).await
    }
}

#[cfg(test)]
mod tests {
    use crate::{Passphrase, SignerFile};

    use super::*;

    #[tokio::test]
    async fn t62_a_key_is_asked_for_where_it_is_and_nowhere_else() {
        let [here, there] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let open = |folder: &tempfile::TempDir| {
            SignerFile::open(folder.path(), &Passphrase::new("p")).unwrap()
        };
        for (place, other) in [
            (Elsewhere::Pkcs11, Elsewhere::AwsKms),
            (Elsewhere::AwsKms, Elsewhere::Pkcs11),
        ] {
            let (custody, other) = (place.custody(), other.custody());
            let signer: Box<dyn Signer> = Box::new(open(&there));
            let routed = SignerRouted::new(Arc::new(open(&here)), Some((place, signer)));
            assert_eq!(routed.custody(), custody);
            assert_eq!(routed.custodies(), ["", custody]);
            let log = routed.create("log").await.unwrap();
            let one = routed.create(&format!("{custody}one")).await.unwrap();
            assert_eq!(open(&here).public("log").await, Ok(log));
            assert_eq!(open(&there).public("one").await, Ok(one));
            let sign = async |key: &str| routed.sign(key, b"m").await;
            assert_eq!(sign("one").await, Err(SignError::NoSuchKey));
            let in_files = sign(&format!("{custody}log")).await;
            assert_eq!(in_files, Err(SignError::NoSuchKey));
            let out_of_reach = sign(&format!("{other}one")).await;
            assert_eq!(out_of_reach, Err(SignError::Unavailable), "{other}");
        }

        let without = SignerRouted::new(Arc::new(open(&here)), None);
        without.create("one").await.unwrap();
        assert_eq!(without.custody(), "");
        assert_eq!(without.custodies(), [""]);
        for key in ["pkcs11:one", "aws-kms:one"] {
            assert_eq!(
                without.sign(key, b"m").await,
                Err(SignError::Unavailable),
                "a file of the same name does not stand in"
            );
        }
    }
}
