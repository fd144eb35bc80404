//! ML-DSA-44 keys in the same encrypted files: a seed of 32 bytes (FIPS 204, `KeyGen_internal`), sealed like any other.

use async_trait::async_trait;
use aws_lc_rs::signature::{KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
use touchstone_service::ports::{MlDsaKey, MlDsaSigner, SignError};
use touchstone_tlog::crypto::ML_DSA_44_SIGNATURE;

use crate::SignerFile;

impl SignerFile {
    fn pair(&self, key: &str) -> Result<PqdsaKeyPair, SignError> {
        let seed = self.seed(key)?;
        PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &seed).map_err(|_| SignError::Locked)
    }
}

#[async_trait]
impl MlDsaSigner for SignerFile {
    async fn create_ml_dsa_44(&self, key: &str) -> Result<MlDsaKey, SignError> {
        match self.public_ml_dsa_44(key).await {
            Err(SignError::NoSuchKey) => {
                self.make(key)?;
                self.public_ml_dsa_44(key).await
            }
            there => there,
        }
    }

    async fn public_ml_dsa_44(&self, key: &str) -> Result<MlDsaKey, SignError> {
        let pair = self.pair(key)?;
        let public = pair.public_key().as_ref().try_into();
        public.map(Box::new).map_err(|_| SignError::Locked)
    }

    async fn sign_ml_dsa_44(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let pair = self.pair(key)?;
        let mut signature = vec![0; ML_DSA_44_SIGNATURE];
        let signed = pair.sign(message, &mut signature);
        signed.map_err(|_| SignError::Unavailable)?;
        Ok(signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Passphrase, TLOG_CRYPTO};

    #[tokio::test]
    async fn a_key_survives_reopening_and_signs_what_holds() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new("correct horse");
        let made = SignerFile::open(folder.path(), &passphrase).unwrap();
        let missing = made.public_ml_dsa_44("log-ml-dsa-44").await;
        assert_eq!(missing, Err(SignError::NoSuchKey));
        let key = made.create_ml_dsa_44("log-ml-dsa-44").await.unwrap();

        let again = SignerFile::open(folder.path(), &passphrase).unwrap();
        assert_eq!(again.create_ml_dsa_44("log-ml-dsa-44").await.unwrap(), key);
        let signature = again.sign_ml_dsa_44("log-ml-dsa-44", b"message").await;
        let signature: [u8; ML_DSA_44_SIGNATURE] = signature.unwrap().try_into().unwrap();
        let verify = TLOG_CRYPTO.verify_ml_dsa_44;
        assert!(verify(&key, b"message", &signature));
        assert!(!verify(&key, b"Message", &signature));
        let sealed = std::fs::read(folder.path().join("log-ml-dsa-44.key.json")).unwrap();
        assert!(sealed.len() < 1_000, "the seed alone, sealed");
    }
}
