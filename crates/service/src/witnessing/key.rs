//! Who this witness is, and which logs it knows.

use touchstone_tlog::{Crypto, PublicKey, VerifierKey, note::VkeyError};

use crate::{World, ports::SignError};

/// A witness: its key, and the logs that it cosigns.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Its key for cosignatures with Ed25519.
    pub key: VerifierKey,
    /// Its key for cosignatures with ML-DSA-44.
    pub ml_dsa_44: VerifierKey,
    /// The logs' keys, each named as its log's origin.
    pub logs: Vec<VerifierKey>,
    pub(super) crypto: Crypto,
}

impl Witness {
    /// Its keys for cosignatures.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        [&self.key, &self.ml_dsa_44].into_iter()
    }

    /// Reads whose logs are known, and the keys, which are made if they are not there.
    #[crate::boxed]
    pub async fn open(
        world: &World,
        name: &str,
        logs: &[String],
        crypto: &Crypto,
    ) -> Result<Self, WitnessSettingsError> {
        let mut known = Vec::new();
        for text in logs {
            let key = VerifierKey::parse(text, crypto);
            known.push(key.map_err(|error| WitnessSettingsError::Log {
                text: text.clone(),
                error,
            })?);
        }
        let public = match world.signer.public(KEY).await {
            Err(SignError::NoSuchKey) => world.signer.create(KEY).await?,
            there => there?,
        };
        let public = public.ed25519().ok_or(SignError::NoSuchKey)?;
        let key = PublicKey::CosignatureEd25519(public);
        let key = VerifierKey::new(name, key, crypto).map_err(WitnessSettingsError::Name)?;
        let ml_dsa_44 = world.ml_dsa.create_ml_dsa_44(KEY_ML_DSA_44).await?;
        let ml_dsa_44 = PublicKey::CosignatureMlDsa44(ml_dsa_44);
        let ml_dsa_44 =
            VerifierKey::new(name, ml_dsa_44, crypto).map_err(WitnessSettingsError::Name)?;
        Ok(Self {
            key,
            ml_dsa_44,
            logs: known,
            crypto: *crypto,
        })
    }
}

/// Its name among the keys.
pub(super) const KEY: &str = "witness";
/// The name of the other one.
pub(super) const KEY_ML_DSA_44: &str = "witness-ml-dsa-44";

/// Why there is no witness.
#[derive(Debug, thiserror::Error)]
pub enum WitnessSettingsError {
    /// A log's key is none.
    #[error("witness.logs: \"{text}\": {error}")]
    #[expect(missing_docs)]
    Log { text: String, error: VkeyError },
    /// The witness has no name that it can sign under.
    #[error("witness.name: {0}")]
    Name(VkeyError),
    /// The key does not open.
    #[error(transparent)]
    Sign(#[from] SignError),
}
