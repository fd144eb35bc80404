//! Real keys that live in memory and follow from their names.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    digest,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        ML_DSA_44_SIGNING, PqdsaKeyPair,
    },
};
use touchstone_service::ports::{Away, MlDsaKey, MlDsaSigner, PublicKey, SignError, Signer};
use touchstone_vc::Signature;

/// Makes the same key for the same name, so that signed bytes are the same in every run, but for what P-256 keys sign.
#[derive(Default)]
pub struct MemorySigner {
    made: Mutex<BTreeSet<String>>,
    ended: Mutex<BTreeSet<String>>,
    away: Mutex<Option<SignError>>,
    hidden: Mutex<Option<String>>,
    exchanged: Mutex<Option<String>>,
    p256: AtomicBool,
    alone: AtomicBool,
}

impl MemorySigner {
    /// From here on keys of institutions are made as P-256 keys, as in a module beside the files.
    pub fn make_p256(&self) {
        self.p256.store(true, Ordering::SeqCst);
    }

    /// From here on they are, and there are no files beside.
    pub fn make_p256_alone(&self) {
        self.make_p256();
        self.alone.store(true, Ordering::SeqCst);
    }

    /// Answers nothing more, as a security module that was taken out; or answers again.
    pub fn leave(&self, away: bool) {
        self.answer(away.then_some(SignError::Unavailable));
    }

    /// Answers whatever is asked with this error, or as it is.
    pub fn answer(&self, error: Option<SignError>) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// Has one key lost, or none.
    pub fn hide(&self, key: Option<&str>) {
        let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        *hidden = key.map(str::to_owned);
    }

    /// Has another key under the name of one, or none.
    pub fn exchange(&self, key: Option<&str>) {
        let mut exchanged = self
            .exchanged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *exchanged = key.map(str::to_owned);
    }

    fn there(&self) -> Result<(), SignError> {
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        (*away).map_or(Ok(()), Err)
    }
}

impl MemorySigner {
    fn pair(&self, key: &str) -> Result<Pair, SignError> {
        self.there()?;
        let made = self.made.lock().map_err(|_| SignError::Unavailable)?;
        let hidden = self.hidden.lock().map_err(|_| SignError::Unavailable)?;
        if !made.contains(key) || hidden.as_deref() == Some(key) {
            return Err(SignError::NoSuchKey);
        }
        let exchanged = self.exchanged.lock().map_err(|_| SignError::Unavailable)?;
        let of = match exchanged.as_deref() == Some(key) {
            true => format!("another {key}"),
            false => key.to_owned(),
        };
        let seed = digest::digest(&digest::SHA256, of.as_bytes());
        let seed = seed.as_ref();
        if !key.starts_with(P256) {
            let pair = Ed25519KeyPair::from_seed_unchecked(seed);
            return pair.map(Pair::Ed25519).map_err(|_| SignError::Locked);
        }
        let point = PrivateKey::from_private_key(&ECDH_P256, seed)
            .map_err(|_| SignError::Locked)?
            .compute_public_key()
            .map_err(|_| SignError::Locked)?;
        let of_institutions = &ECDSA_P256_SHA256_FIXED_SIGNING;
        EcdsaKeyPair::from_private_key_and_public_key(of_institutions, seed, point.as_ref())
            .map(Pair::P256)
            .map_err(|_| SignError::Locked)
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

/// What the names of P-256 keys begin with.
const P256: &str = "p256:";

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl Pair {
    fn public(&self) -> Option<PublicKey> {
        match self {
            Self::Ed25519(pair) => {
                let key = pair.public_key().as_ref().try_into().ok()?;
                Some(PublicKey::Ed25519(key))
            }
            Self::P256(pair) => {
                // SEC 1 §2.3.3: `x`, and before it whether `y` is odd.
                let (x, y) = pair.public_key().as_ref().get(1..)?.split_at_checked(32)?;
                let mut key = [2 + (y.last()? & 1); 33];
                key[1..].copy_from_slice(x);
                Some(PublicKey::P256(key))
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let bytes = match self {
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::P256(pair) => {
                let signed = pair.sign(&SystemRandom::new(), message);
                signed
                    .map_err(|_| SignError::Unavailable)?
                    .as_ref()
                    .to_vec()
            }
        };
        Ok(Signature(bytes))
    }
}

#[async_trait]
impl Signer for MemorySigner {
    fn custody(&self) -> &str {
        match self.p256.load(Ordering::SeqCst) {
            true => P256,
            false => "",
        }
    }

    fn ed25519_custody(&self) -> Option<&str> {
        (!self.alone.load(Ordering::SeqCst)).then_some("")
    }

    fn custodies(&self) -> Vec<&str> {
        let beside = self.p256.load(Ordering::SeqCst).then_some(P256);
        std::iter::once("").chain(beside).collect()
    }

    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.refuse_ended(key)?;
        self.made
            .lock()
            .map_err(|_| SignError::Unavailable)?
            .insert(key.to_owned());
        self.public(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.pair(key)?.public().ok_or(SignError::Locked)
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.refuse_ended(key)?;
        self.pair(key)?.sign(message)
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
