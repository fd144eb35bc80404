//! From here on a key signs; the one before finishes what was approved under it, and is retired.

use touchstone_store::{KeyState, SigningKeyRow, TenantId, Tx};

use super::{
    KeyAct, SigningKey, SigningKeyError,
    change::{Step, change, say_keys_anew, sign_lists_anew},
    find, may_become, reason, signing_key,
};
use crate::{
    World,
    operations::{Job, did_history},
};

/// Has a pending key sign from now on, also before its time. Refused until whoever reads the history of its DID knows it.
#[crate::boxed]
pub async fn activate(world: &World, order: &KeyAct) -> Result<SigningKey, SigningKeyError> {
    let why = &reason(&order.reason)?;
    world
        .store
        .write(|mut tx| async move {
            let row = find(&tx, &order.tenant, &order.key).await?;
            may_become(row.state, KeyState::Active)?;
            if !did_history::knows(&tx, &row).await? {
                return Err(SigningKeyError::NotPublished);
            }
            begin(world, &mut tx, &row, &order.actor, why).await
        })
        .await?;
    let found = signing_key(world, &order.tenant, &order.key).await?;
    found.ok_or(SigningKeyError::NoSuchKey)
}

/// Has a key sign whose time has come. One that is not pending any more stays what it is, and so does one that no reader of the history of its DID
/// knows: whoever publishes that history [asks again](activate_published).
pub(in crate::operations) async fn activate_due(
    world: &World,
    tenant: &TenantId,
    key: &str,
) -> Result<(), SigningKeyError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = find(&tx, tenant, key).await?;
            let due = row.activates_at.is_some_and(|at| at <= now);
            if row.state != KeyState::Pending || !due || !did_history::knows(&tx, &row).await? {
                return Ok(());
            }
            begin(world, &mut tx, &row, ACTOR, "announced long enough").await
        })
        .await
}

/// Has the keys sign whose time has come, after lines of the history that they stand in may have come out.
pub(in crate::operations) async fn activate_published(
    world: &World,
    tenant: &TenantId,
) -> Result<(), SigningKeyError> {
    for key in world.store.read().signing_keys(tenant).await? {
        if key.state == KeyState::Pending && key.activates_at.is_some() {
            activate_due(world, tenant, &key.id).await?;
        }
    }
    Ok(())
}

/// Moves a pending key on, and leaves behind what follows: the ones before are retired, the lists signed anew.
pub(super) async fn begin(
    world: &World,
    tx: &mut Tx,
    row: &SigningKeyRow,
    actor: &str,
    reason: &str,
) -> Result<(), SigningKeyError> {
    let now = world.clock.now();
    let before = tx.signing_keys(&row.tenant).await?;
    let step = Step {
        to: KeyState::Active,
        at: now,
        since: now,
        actor,
        reason,
    };
    let active = change(tx, row, &step).await?;
    // Those of a DID that the institution had go on signing its lists.
    let follows = |old: &&SigningKeyRow| old.state == KeyState::Active && old.did() == row.did();
    for old in before.iter().filter(follows) {
        let job = Job::RetireKey {
            tenant: row.tenant.to_string(),
            key: old.id.clone(),
        };
        tx.enqueue(job.queued(&*world.rng, now, now)).await?;
    }
    sign_lists_anew(world, tx, &active).await?;
    say_keys_anew(world, tx).await?;
    Ok(())
}

/// Who acts when nobody does.
pub(super) const ACTOR: &str = "touchstone";
