//! Signing with an institution's key.
//!
//! **Invariant (threat 62):** what is not ours to keep is not believed: a signature of a security module or a service in the cloud counts only if it
//! holds with the key that was published. A token that was exchanged for another, with a key of the same name, or an alias that was moved to another
//! key, signs nothing that anybody would have to refuse later.

use touchstone_store::SigningKeyRow;
use touchstone_vc::{Signature, did};

use super::handle;
use crate::{World, ports::SignError};

/// Signs a message with a key. What a key file opens to is the key of that name, or it does not open; what a module has is looked at.
pub(crate) async fn sign(
    world: &World,
    key: &SigningKeyRow,
    message: &[u8],
) -> Result<Signature, SignError> {
    let signature = world.signer.sign(&handle(key), message).await?;
    match key.custody.is_empty() || holds(world, key, message, &signature) {
        true => Ok(signature),
        false => Err(SignError::AnotherKey),
    }
}

/// Whether a signature holds with the key as it was published.
fn holds(world: &World, key: &SigningKeyRow, message: &[u8], signature: &Signature) -> bool {
    let Ok(signature) = signature.0.as_slice().try_into() else {
        return false;
    };
    match did::PublicKey::from_multikey(&key.public_multibase) {
        Ok(did::PublicKey::Ed25519(public)) => {
            (world.crypto.verify_ed25519)(&public, message, signature)
        }
        Ok(did::PublicKey::P256(public)) => (world.crypto.verify_p256)(&public, message, signature),
        _ => false,
    }
}
