//! A key signs no more; what it signed stands.
//!
//! **Invariant:** it signs everything first that was approved under it, so that no credential is entered in the log after the end of its key.

use touchstone_store::{KeyState, SigningKeyRow, TenantId, Tx};

use super::{
    KeyAct, SigningKey, SigningKeyError,
    activate::ACTOR,
    change::{Step, change, sign_lists_anew},
    find, reason, signing_key,
};
use crate::World;

/// Retires a key. Another one must sign, and nothing may wait for this one.
#[crate::boxed]
pub async fn retire(world: &World, order: &KeyAct) -> Result<SigningKey, SigningKeyError> {
    let why = &reason(&order.reason)?;
    world
        .store
        .write(|mut tx| async move {
            let row = find(&tx, &order.tenant, &order.key).await?;
            stop(world, &mut tx, &row, &order.actor, why).await
        })
        .await?;
    let found = signing_key(world, &order.tenant, &order.key).await?;
    found.ok_or(SigningKeyError::NoSuchKey)
}

/// Retires a key that another one followed, once nothing waits for it. One that does not sign stays what it is.
pub(in crate::operations) async fn retire_when_free(
    world: &World,
    tenant: &TenantId,
    key: &str,
) -> Result<(), SigningKeyError> {
    world
        .store
        .write(|mut tx| async move {
            let row = find(&tx, tenant, key).await?;
            if row.state != KeyState::Active {
                return Ok(());
            }
            stop(world, &mut tx, &row, ACTOR, "another key signs now").await
        })
        .await
}

async fn stop(
    world: &World,
    tx: &mut Tx,
    row: &SigningKeyRow,
    actor: &str,
    reason: &str,
) -> Result<(), SigningKeyError> {
    let now = world.clock.now();
    let step = Step {
        to: KeyState::Retired,
        at: now,
        since: now,
        actor,
        reason,
    };
    super::may_become(row.state, step.to)?;
    let keys = tx.signing_keys(&row.tenant).await?;
    let signs = |key: &SigningKeyRow| {
        key.state == KeyState::Active && key.id != row.id && key.did() == row.did()
    };
    if !keys.iter().any(signs) {
        return Err(SigningKeyError::OnlyKey);
    }
    let retired = change(tx, row, &step).await?;
    // Asked after the key's row is taken: who reserves holds it, so nothing is reserved for it any more.
    match tx.count_waiting_for(&row.tenant, &row.id).await? {
        // A list says which history its issuer's keys had by then: the newest one has to know of this end.
        0 => sign_lists_anew(world, tx, &retired)
            .await
            .map_err(Into::into),
        waiting => Err(SigningKeyError::UnderWay(waiting)),
    }
}
