//! Pausing a credential for a time, where its achievement's policy allows it.

use touchstone_store::{StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;

use super::revoke::{ReasonError, StatusChange, reason, record};
use crate::World;

/// A request to pause one credential.
#[derive(Clone, Debug)]
pub struct Suspension {
    /// The institution.
    pub tenant: TenantId,
    /// The credential.
    pub credential: String,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Why, in words that the holder and every verifier may read.
    pub reason: String,
}

/// Suspends a credential: from the next published status list on, it verifies as suspended.
#[crate::boxed]
pub async fn suspend(world: &World, order: &Suspension) -> Result<(), SuspendError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move { suspend_within(world, &mut tx, order, now).await })
        .await
}

/// The same as a part of a larger unit of work. Refused, it has changed nothing.
pub(super) async fn suspend_within(
    world: &World,
    tx: &mut Tx,
    order: &Suspension,
    now: Timestamp,
) -> Result<(), SuspendError> {
    let reason = reason(&order.reason)?;
    let issued = tx.credential(&order.tenant, &order.credential).await?;
    let issued = issued.ok_or(SuspendError::NoSuchCredential)?;
    if issued.revoked_at.is_some() {
        return Err(SuspendError::Revoked);
    }
    if issued.suspended_at.is_some() {
        return Err(SuspendError::AlreadySuspended);
    }
    if issued.suspension_list.is_none() {
        return Err(SuspendError::NotSuspendable);
    }
    let (tenant, credential) = (&order.tenant, &order.credential);
    tx.mark_suspended(tenant, credential, now.unix_millis(), &order.actor, reason)
        .await?;
    let change = StatusChange {
        action: "credential.suspend",
        kind: "credential.suspended",
        actor: &order.actor,
        reason,
    };
    Ok(record(world, tx, tenant, credential, &change, now).await?)
}

/// Why a credential was not suspended.
#[derive(Debug, thiserror::Error)]
pub enum SuspendError {
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// It was revoked, which is more.
    #[error("the credential is revoked; it cannot be suspended")]
    Revoked,
    /// It is suspended already.
    #[error("the credential is already suspended")]
    AlreadySuspended,
    /// Its achievement did not allow suspension when it was issued.
    #[error(
        "the credential cannot be suspended: its achievement did not allow it when it was issued"
    )]
    NotSuspendable,
    /// The reason is empty or too long.
    #[error(transparent)]
    Reason(#[from] ReasonError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
