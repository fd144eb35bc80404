//! The log's name and keys.
//!
//! The keys are kept where the institutions' keys are, and sign nothing but checkpoints: Ed25519, which everybody reads, and ML-DSA-44, which
//! C2SP tlog-checkpoint asks for. A log that was begun with the first alone gets the second; once it is noted that there is one, it is
//! never made again: a log whose key is gone signs nothing, instead of signing with another.

use touchstone_tlog::{
    Checkpoint, Hash, Note, PublicKey, VerifierKey, cosignature,
    note::{NoteError, SignatureLine, VkeyError},
};
use url::Url;

use super::{LogError, crypto};
use crate::{World, ports::SignError};

/// What the log of a site is called when it is begun: its address without the scheme, with `/log` behind it.
pub fn origin(public_url: &Url) -> Option<String> {
    let host = public_url.host_str()?;
    let port = public_url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let path = public_url.path().trim_end_matches('/');
    Some(format!("{host}{port}{path}/log"))
}

/// The key that readers check checkpoints with.
#[crate::boxed]
pub async fn verifier_key(world: &World, origin: &str) -> Result<VerifierKey, LogError> {
    // Never made here: a log whose key is gone signs nothing, instead of signing with another.
    let public = world.signer.public(KEY).await?;
    let public = public.ed25519().ok_or(SignError::NoSuchKey)?;
    VerifierKey::new(origin, PublicKey::Ed25519(public), &crypto(world))
        .map_err(|_: VkeyError| LogError::NoOrigin)
}

/// All keys of the log: the one of [`verifier_key`] first.
#[crate::boxed]
pub async fn verifier_keys(world: &World, origin: &str) -> Result<Vec<VerifierKey>, LogError> {
    let mut keys = vec![verifier_key(world, origin).await?];
    if let Some(noted) = world.store.read().setting(ML_DSA_44).await? {
        keys.push(VerifierKey::parse(&noted, &crypto(world)).map_err(LogError::Key)?);
    }
    Ok(keys)
}

/// The key for ML-DSA-44, made if none was ever made.
async fn ml_dsa_44(world: &World, origin: &str) -> Result<VerifierKey, LogError> {
    let noted = world.store.read().setting(ML_DSA_44).await?;
    let public = match noted {
        None => world.ml_dsa.create_ml_dsa_44(KEY_ML_DSA_44).await?,
        Some(_) => world.ml_dsa.public_ml_dsa_44(KEY_ML_DSA_44).await?,
    };
    let key = PublicKey::CosignatureMlDsa44(public);
    let key = VerifierKey::new(origin, key, &crypto(world)).map_err(LogError::Key)?;
    let text = &key.to_string();
    match noted {
        None => {
            let noting = world
                .store
                .write(|mut tx| async move { tx.set_setting(ML_DSA_44, text).await });
            noting.await?;
        }
        // The keys of another installation.
        Some(noted) if noted != *text => return Err(LogError::Sign(SignError::NoSuchKey)),
        Some(_) => {}
    }
    Ok(key)
}

/// Makes the key, for a log that is begun.
pub(super) async fn make(world: &World) -> Result<(), SignError> {
    world.signer.create(KEY).await.map(drop)
}

/// A signed checkpoint, as it is stored and served.
pub(super) async fn sign(
    world: &World,
    origin: &str,
    size: u64,
    root: Hash,
) -> Result<Vec<u8>, LogError> {
    let key = verifier_key(world, origin).await?;
    let text = Checkpoint::new(origin, size, root)?.text();
    let mut note =
        Note::new(&text).map_err(|error: NoteError| LogError::Checkpoint(error.into()))?;
    let signature = world.signer.sign(KEY, text.as_bytes()).await?;
    note.add(SignatureLine::new(&key, signature.0));
    let key = ml_dsa_44(world, origin).await?;
    // A log makes no statement about the time: its word would be worth nothing.
    let message = cosignature::message(&key, &text, 0);
    let message = message.ok_or(LogError::NoOrigin)?;
    let signature = world.ml_dsa.sign_ml_dsa_44(KEY_ML_DSA_44, &message).await?;
    let signature = cosignature::timestamped(&key, 0, &signature);
    note.add(SignatureLine::new(&key, signature));
    Ok(note.to_string().into_bytes())
}

/// Its name among the keys.
const KEY: &str = "log";
/// The name of the other one.
const KEY_ML_DSA_44: &str = "log-ml-dsa-44";
/// Where it is noted, as a vkey.
const ML_DSA_44: &str = "log.ml_dsa_44";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_address_without_its_scheme() {
        for (url, name) in [
            ("https://verify.example.edu", "verify.example.edu/log"),
            ("https://verify.example.edu/", "verify.example.edu/log"),
            ("http://localhost:8080", "localhost:8080/log"),
            ("https://example.edu/badges/", "example.edu/badges/log"),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(origin(&url).as_deref(), Some(name));
        }
    }
}
