//! Taking in a key that was made elsewhere: it is published, and signs nothing yet.

use touchstone_store::{AuditFilter, AuditLine, StoreError, TenantId};

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
        enter(&mut tx, row, &made(world, actor, why)).await?;
        let line = AuditLine {
            tenant: tenant.clone(),
            at: row.created_at,
            actor: actor.to_owned(),
            action: IMPORT.into(),
            subject: row.id.clone(),
            detail: serde_json::json!({ "reason": why }).to_string(),
        };
        Ok(tx.audit([line]).await?)
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

/// Whether a key was made elsewhere: who else has its secret nobody can tell, for as long as there is a record.
pub async fn was_imported(world: &World, tenant: &TenantId, key: &str) -> Result<bool, StoreError> {
    let filter = AuditFilter {
        action: Some(IMPORT.into()),
        subject: Some(key.to_owned()),
        ..AuditFilter::default()
    };
    let lines = world
        .store
        .read()
        .audit_lines(tenant, &filter, None, 1)
        .await?;
    Ok(!lines.is_empty())
}

const IMPORT: &str = "key.import";
