//! Taking in a key that was made elsewhere: it is published, and signs nothing yet.

use touchstone_store::TenantId;

use super::{
    SigningKey, SigningKeyError,
    change::enter,
    make::{fresh, made},
    reason, signing_key,
};
use crate::World;

/// Takes in an Ed25519 key by its seed and publishes it. It signs when it is activated. What it signed before is nothing of ours: only what stands in
/// the log counts.
pub async fn import(
    world: &World,
    tenant: &TenantId,
    actor: &str,
    why: &str,
    seed: &[u8; 32],
) -> Result<SigningKey, SigningKeyError> {
    let why = &reason(why)?;
    let mut row = fresh(world, tenant).await?;
    let handle = super::handle(&row);
    let public = world.signer.import(&handle, seed).await?;
    row.public_multibase = public.named().to_multikey();
    let row = &row;
    let entered = world.store.write(|mut tx| async move {
        let keys = tx.signing_keys(tenant).await?;
        let same =
            |key: &&touchstone_store::SigningKeyRow| key.public_multibase == row.public_multibase;
        if let Some(known) = keys.iter().find(same) {
            return Err(SigningKeyError::Known(known.id.clone()));
        }
        Ok(enter(&mut tx, row, &made(world, actor, why)).await?)
    });
    match entered.await {
        Err(refused @ SigningKeyError::Known(_)) => {
            // No second copy of a secret stays.
            world.signer.destroy(&handle).await?;
            return Err(refused);
        }
        entered => entered?,
    }
    let made = signing_key(world, tenant, &row.id).await?;
    made.ok_or(SigningKeyError::NoSuchKey)
}
