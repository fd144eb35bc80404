//! Which signer has a key: its name says it.
//!
//! **Invariant (threat 62):** a key in a security module is asked for there and nowhere else. What the module does not answer is not answered.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_service::ports::{Away, PublicKey, SignError, Signer};
use touchstone_vc::Signature;

/// Key files, and perhaps a security module beside them in which the institutions' keys are made.
pub struct SignerRouted<F, M> {
    files: Arc<F>,
    module: Option<M>,
}

/// What the names of keys in a security module begin with.
const IN_MODULE: &str = "pkcs11:";

impl<F: Signer, M: Signer> SignerRouted<F, M> {
    /// Keys in files; with a module, new keys of institutions are made there.
    pub fn new(files: Arc<F>, module: Option<M>) -> Self {
        Self { files, module }
    }

    /// The signer that has a key, and what the key is called there.
    fn route<'k>(&self, key: &'k str) -> Result<(&dyn Signer, &'k str), SignError> {
        match (key.strip_prefix(IN_MODULE), &self.module) {
            (None, _) => Ok((&*self.files, key)),
            (Some(key), Some(module)) => Ok((module, key)),
            // The module is not configured any more: its keys are out of reach, and no other takes their place.
            (Some(_), None) => Err(SignError::Unavailable),
        }
    }
}

#[async_trait]
impl<F: Signer, M: Signer> Signer for SignerRouted<F, M> {
    fn custody(&self) -> &str {
        match self.module {
            Some(_) => IN_MODULE,
            None => self.files.custody(),
        }
    }

    fn custodies(&self) -> Vec<&str> {
        let module = self.module.is_some().then_some(IN_MODULE);
        self.files.custodies().into_iter().chain(module).collect()
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
        match &self.module {
            Some(module) => module.ready().await,
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
        let routed = SignerRouted::new(Arc::new(open(&here)), Some(open(&there)));
        assert_eq!(routed.custody(), IN_MODULE);
        assert_eq!(routed.custodies(), ["", IN_MODULE]);
        let log = routed.create("log").await.unwrap();
        let one = routed.create("pkcs11:one").await.unwrap();
        assert_eq!(open(&here).public("log").await, Ok(log));
        assert_eq!(open(&there).public("one").await, Ok(one));
        assert_eq!(routed.sign("one", b"m").await, Err(SignError::NoSuchKey));
        assert_eq!(
            routed.sign("pkcs11:log", b"m").await,
            Err(SignError::NoSuchKey)
        );

        let without: SignerRouted<_, SignerFile> = SignerRouted::new(Arc::new(open(&here)), None);
        without.create("one").await.unwrap();
        assert_eq!(without.custody(), "");
        assert_eq!(without.custodies(), [""]);
        assert_eq!(
            without.sign("pkcs11:one", b"m").await,
            Err(SignError::Unavailable),
            "a file of the same name does not stand in"
        );
    }
}
