//! Ending a suspension.

use touchstone_store::{StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;

use super::revoke::{ReasonError, StatusChange, reason, record};
use crate::World;

/// A request to end the suspension of one credential.
#[derive(Clone, Debug)]
pub struct Reinstatement {
    /// The institution.
    pub tenant: TenantId,
    /// The credential.
    pub credential: String,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// Reinstates a suspended credential: from the next published status list on, it stands again.
#[crate::boxed]
pub async fn reinstate(world: &World, order: &Reinstatement) -> Result<(), ReinstateError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move { reinstate_within(world, &mut tx, order, now).await })
        .await
}

/// The same as a part of a larger unit of work. Refused, it has changed nothing.
pub(super) async fn reinstate_within(
    world: &World,
    tx: &mut Tx,
    order: &Reinstatement,
    now: Timestamp,
) -> Result<(), ReinstateError> {
    let reason = reason(&order.reason)?;
    let issued = tx.credential(&order.tenant, &order.credential).await?;
    let issued = issued.ok_or(ReinstateError::NoSuchCredential)?;
    if issued.suspended_at.is_none() || issued.revoked_at.is_some() {
        return Err(ReinstateError::NotSuspended);
    }
    let (tenant, credential) = (&order.tenant, &order.credential);
    tx.mark_reinstated(tenant, credential).await?;
    let change = StatusChange {
        action: "credential.reinstate",
        kind: "credential.reinstated",
        actor: &order.actor,
        reason,
    };
    Ok(record(world, tx, tenant, credential, &change, now).await?)
}

/// Why a credential was not reinstated.
#[derive(Debug, thiserror::Error)]
pub enum ReinstateError {
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// It is not suspended. A revoked credential stays revoked.
    #[error("the credential is not suspended; what is revoked stays revoked")]
    NotSuspended,
    /// The reason is empty or too long.
    #[error(transparent)]
    Reason(#[from] ReasonError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
