//! Holding a batch until a date.

use touchstone_store::{AuditLine, BatchState, StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::confirm::pending;
use crate::World;

/// A request to hold a batch.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The batch.
    pub batch: String,
    /// Until when; absent: no longer.
    pub until: Option<Timestamp>,
}

/// Holds a batch: once confirmed, it is issued at that time and not before.
#[crate::boxed]
pub async fn hold(world: &World, order: &Hold) -> Result<(), HoldError> {
    let now = world.clock.now();
    if order.until.is_some_and(|until| until <= now) {
        return Err(HoldError::Past);
    }
    let until = order.until.map(Timestamp::unix_millis);
    world
        .store
        .write(|mut tx| async move {
            let batch = tx
                .batch(&order.tenant, &order.batch)
                .await?
                .ok_or(HoldError::NoSuchBatch)?;
            // The date of the job is set when the batch is confirmed.
            if batch.state != BatchState::Validated || pending(&tx, &batch).await?.is_some() {
                return Err(HoldError::Closed);
            }
            tx.hold_batch(&order.tenant, &order.batch, until).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now.unix_millis(),
                actor: order.actor.clone(),
                action: "batch.hold".into(),
                subject: order.batch.clone(),
                detail: serde_json::json!({"until": order.until.map(|until| until.to_string())})
                    .to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// Why a batch is not held.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// That time is over.
    #[error("that time is over; choose a later one")]
    Past,
    /// It is confirmed already, or not to be confirmed any more.
    #[error("the batch is confirmed or cancelled; hold it before you confirm it")]
    Closed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
