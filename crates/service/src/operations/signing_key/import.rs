//! Taking in a key that was made elsewhere: it is published, and signs nothing yet.
//!
//! **Invariant:** a key belongs to one institution, and no copy of a secret stays that no row names. What is taken in is noted before the secret is
//! written; what came to nothing is wiped at once, or after a crash by whoever looks at the clock next.

use touchstone_store::{AuditFilter, AuditLine, SigningKeyRow, StoreError, TenantId, Tx};
use tracing::warn;

use super::{
    SigningKey, SigningKeyError,
    change::{enter, say_keys_anew},
    make::{fresh, made},
    reason, signing_key,
};
use crate::{World, operations::did_history, ports::SignError};

/// Takes in an Ed25519 key by its seed and publishes it. It signs when it is activated. What it signed before is nothing of ours: only what stands in
/// the log counts.
#[crate::boxed]
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
    let public = world.signer.public_half(&handle, seed).await?;
    row.public_multibase = public.named().to_multikey();
    let row = &row;
    let begun = world.store.write(|mut tx| async move {
        refuse_known(&tx, row).await?;
        Ok::<_, SigningKeyError>(note(&mut tx, row).await?)
    });
    begun.await?;
    let kept = match world.signer.import(&handle, seed).await {
        Ok(kept) if kept == public => publish(world, row, actor, why).await,
        Ok(_) => Err(SignError::Locked.into()),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = kept {
        // Whether it was written down after all, the database says; if it does not, the clock asks again.
        if let Err(left) = wipe(world, tenant, &row.id, &handle).await {
            warn!(key = %row.id, error = %left, "a key that was not taken in is not wiped yet");
        }
        return Err(error);
    }
    let made = signing_key(world, tenant, &row.id).await?;
    made.ok_or(SigningKeyError::NoSuchKey)
}

async fn publish(
    world: &World,
    row: &SigningKeyRow,
    actor: &str,
    why: &str,
) -> Result<(), SigningKeyError> {
    let published = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        // Another may have taken it in since.
        refuse_known(tx, row).await?;
        enter(tx, row, &made(world, actor, why)).await?;
        did_history::say(world, tx, &row.tenant).await?;
        say_keys_anew(world, tx).await?;
        if !forget(tx, &row.id).await? {
            // It took so long that it was wiped.
            return Err(SignError::Ended.into());
        }
        let line = AuditLine {
            tenant: row.tenant.clone(),
            at: row.created_at,
            actor: actor.to_owned(),
            action: IMPORT.into(),
            subject: row.id.clone(),
            detail: serde_json::json!({ "reason": why }).to_string(),
        };
        Ok(tx.audit([line]).await?)
    });
    published.await
}

async fn refuse_known(tx: &Tx, row: &SigningKeyRow) -> Result<(), SigningKeyError> {
    let known = tx.signing_keys_of_any_tenant(&row.public_multibase).await?;
    match known.first() {
        None => Ok(()),
        Some(known) if known.tenant == row.tenant => Err(SigningKeyError::Known(known.id.clone())),
        Some(_) => Err(SigningKeyError::KnownElsewhere),
    }
}

/// Wipes what was not taken in, and forgets about it. What was taken in after all stays.
async fn wipe(
    world: &World,
    tenant: &TenantId,
    id: &str,
    handle: &str,
) -> Result<(), SigningKeyError> {
    if world.store.read().signing_key(tenant, id).await?.is_none() {
        match world.signer.destroy(handle).await {
            Ok(()) | Err(SignError::NoSuchKey) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let forgotten = world
        .store
        .write(|mut tx| async move { forget(&mut tx, id).await });
    forgotten.await?;
    Ok(())
}

/// Wipes what was begun a while ago and came to nothing: a crash leaves a secret that no row names.
pub(in crate::operations) async fn wipe_unfinished(world: &World) -> Result<(), SigningKeyError> {
    let begun = world.store.read().setting(IMPORTING).await?;
    let before = world.clock.now().unix_millis() - UNFINISHED_MS;
    let mut failed = Ok(());
    for line in begun.iter().flat_map(|text| text.lines()) {
        let words: Vec<&str> = line.split(' ').collect();
        let &[at, tenant, id, handle] = words.as_slice() else {
            continue;
        };
        if at.parse::<i64>().is_ok_and(|at| at <= before) {
            let wiped = wipe(world, &TenantId::new(tenant), id, handle).await;
            failed = failed.and(wiped);
        }
    }
    failed
}

/// Notes that a key is being taken in: when, for whom, its id, and its name for the signer.
async fn note(tx: &mut Tx, row: &SigningKeyRow) -> Result<(), StoreError> {
    let mut noted = tx.setting(IMPORTING).await?.unwrap_or_default();
    let (at, handle) = (row.created_at, super::handle(row));
    noted.push_str(&format!("{at} {} {} {handle}\n", row.tenant, row.id));
    tx.set_setting(IMPORTING, &noted).await
}

/// Takes the note away. Whether there was one.
async fn forget(tx: &mut Tx, id: &str) -> Result<bool, StoreError> {
    let noted = tx.setting(IMPORTING).await?.unwrap_or_default();
    let others = noted
        .lines()
        .filter(|line| line.split(' ').nth(2) != Some(id));
    let others: String = others.map(|line| format!("{line}\n")).collect();
    if others == noted {
        return Ok(false);
    }
    tx.set_setting(IMPORTING, &others).await?;
    Ok(true)
}

/// Whether a key was made elsewhere: who else has its secret nobody can tell, for as long as there is a record.
#[crate::boxed]
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
const IMPORTING: &str = "key.importing";
/// Nobody takes a key in for longer.
const UNFINISHED_MS: i64 = 10 * 60_000;
