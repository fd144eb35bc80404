//! The log's name and key.
//!
//! The key is kept where the institutions' keys are, and signs nothing but checkpoints.

use touchstone_tlog::{
    Checkpoint, Hash, Note, PublicKey, VerifierKey,
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
pub async fn verifier_key(world: &World, origin: &str) -> Result<VerifierKey, LogError> {
    // Never made here: a log whose key is gone signs nothing, instead of signing with another.
    let public = world.signer.public(KEY).await?;
    VerifierKey::new(origin, PublicKey::Ed25519(public.0), &crypto(world))
        .map_err(|_: VkeyError| LogError::NoOrigin)
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
    Ok(note.to_string().into_bytes())
}

/// Its name among the keys.
const KEY: &str = "log";

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
