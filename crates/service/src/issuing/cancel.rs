//! Giving a batch up before anything of it is issued.

use touchstone_store::{AuditLine, BatchState, StoreError, TenantId};

use super::confirm::pending;
use crate::World;

/// A request to give a batch up.
#[derive(Clone, Debug)]
pub struct Cancellation {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The batch.
    pub batch: String,
}

/// Gives a batch up. Doing it again changes nothing. A confirmed one can be given up as long as it is held.
pub async fn cancel(world: &World, order: &Cancellation) -> Result<(), CancelError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            let batch = tx
                .batch(&order.tenant, &order.batch)
                .await?
                .ok_or(CancelError::NoSuchBatch)?;
            let held = batch
                .hold_until
                .is_some_and(|until| until > now.unix_millis());
            match batch.state {
                BatchState::Cancelled => return Ok(()),
                BatchState::Draft => {}
                BatchState::Validated if held || pending(&tx, &batch).await?.is_none() => {}
                _ => return Err(CancelError::UnderWay),
            }
            tx.move_batch(
                &order.tenant,
                &order.batch,
                batch.state,
                BatchState::Cancelled,
            )
            .await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now.unix_millis(),
                actor: order.actor.clone(),
                action: "batch.cancel".into(),
                subject: order.batch.clone(),
                detail: "{}".into(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// Why a batch was not given up.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// It is being issued, or issued.
    #[error("the batch is being issued; revoke its credentials instead")]
    UnderWay,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
