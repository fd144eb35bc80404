//! Real Ed25519 keys that live in memory and follow from their names.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair},
};
use touchstone_service::ports::{Away, MlDsaKey, MlDsaSigner, PublicKey, SignError, Signer};
use touchstone_vc::Signature;

/// Makes the same key for the same name, so that signed bytes are the same in every run.
#[derive(Default)]
pub struct MemorySigner {
    made: Mutex<BTreeSet<String>>,
    ended: Mutex<BTreeSet<String>>,
    away: Mutex<Option<SignError>>,
}

impl MemorySigner {
    /// Answers nothing more, as a security module that was taken out; or answers again.
    pub fn leave(&self, away: bool) {
        self.answer(away.then_some(SignError::Unavailable));
    }

    /// Answers whatever is asked with this error, or as it is.
    pub fn answer(&self, error: Option<SignError>) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    fn there(&self) -> Result<(), SignError> {
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        (*away).map_or(Ok(()), Err)
    }
}

impl MemorySigner {
    fn pair(&self, key: &str) -> Result<Ed25519KeyPair, SignError> {
        self.there()?;
        let made = self.made.lock().map_err(|_| SignError::Unavailable)?;
        if !made.contains(key) {
            return Err(SignError::NoSuchKey);
        }
        let seed = digest::digest(&digest::SHA256, key.as_bytes());
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| SignError::Locked)
    }
}

impl MemorySigner {
    fn refuse_ended(&self, key: &str) -> Result<(), SignError> {
        self.there()?;
        let ended = self.ended.lock().map_err(|_| SignError::Unavailable)?;
        match ended.contains(key) {
            true => Err(SignError::Ended),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Signer for MemorySigner {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.refuse_ended(key)?;
        self.made
            .lock()
            .map_err(|_| SignError::Unavailable)?
            .insert(key.to_owned());
        self.public(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        let pair = self.pair(key)?;
        pair.public_key()
            .as_ref()
            .try_into()
            .map(PublicKey::Ed25519)
            .map_err(|_| SignError::Locked)
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.refuse_ended(key)?;
        Ok(Signature(self.pair(key)?.sign(message).as_ref().to_vec()))
    }

    async fn ready(&self) -> Result<(), Away> {
        self.there().map_err(|_| Away("taken out".into()))
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.there()?;
        let mut ended = self.ended.lock().map_err(|_| SignError::Unavailable)?;
        ended.insert(key.to_owned());
        Ok(())
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.end(key).await?;
        let mut made = self.made.lock().map_err(|_| SignError::Unavailable)?;
        made.remove(key);
        Ok(())
    }
}

impl MemorySigner {
    fn ml_dsa_44(&self, key: &str) -> Result<PqdsaKeyPair, SignError> {
        let made = self.made.lock().map_err(|_| SignError::Unavailable)?;
        if !made.contains(key) {
            return Err(SignError::NoSuchKey);
        }
        let seed = digest::digest(&digest::SHA256, key.as_bytes());
        let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, seed.as_ref());
        pair.map_err(|_| SignError::Locked)
    }
}

#[async_trait]
impl MlDsaSigner for MemorySigner {
    async fn create_ml_dsa_44(&self, key: &str) -> Result<MlDsaKey, SignError> {
        self.made
            .lock()
            .map_err(|_| SignError::Unavailable)?
            .insert(key.to_owned());
        self.public_ml_dsa_44(key).await
    }

    async fn public_ml_dsa_44(&self, key: &str) -> Result<MlDsaKey, SignError> {
        let pair = self.ml_dsa_44(key)?;
        let public = pair.public_key().as_ref().try_into();
        public.map(Box::new).map_err(|_| SignError::Locked)
    }

    async fn sign_ml_dsa_44(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; 2420];
        let signed = self.ml_dsa_44(key)?.sign(message, &mut signature);
        signed.map_err(|_| SignError::Unavailable)?;
        Ok(signature)
    }
}
