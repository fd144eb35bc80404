//! Pausing a credential for a time, where its achievement's policy allows it.

use touchstone_store::{StoreError, TenantId};

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
pub async fn suspend(world: &World, order: &Suspension) -> Result<(), SuspendError> {
    let reason = reason(&order.reason)?;
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
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
            tx.mark_suspended(
                &order.tenant,
                &order.credential,
                now.unix_millis(),
                &order.actor,
                reason,
            )
            .await?;
            let change = StatusChange {
                action: "credential.suspend",
                kind: "credential.suspended",
                actor: &order.actor,
                reason,
            };
            Ok(record(world, tx, &order.tenant, &order.credential, &change, now).await?)
        })
        .await
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
