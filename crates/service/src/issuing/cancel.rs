//! Giving a batch up before anything of it is issued, or what is left of one that cannot be.
//!
//! **Invariant:** what is sealed stays. What was reserved for it is taken back in the same transaction as the job that would sign it: a
//! worker that has it in hand commits nothing more.

use touchstone_store::{
    AuditLine, BatchRow, BatchState, IntentState, Reader, StoreError, TenantId, Tx,
};
use touchstone_vc::Timestamp;

use super::{confirm::pending, stalled::jobs_of};
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

/// Gives a batch up. Doing it again changes nothing. A confirmed one can be given up as long as it is held, and when a step of it failed:
/// then its rows are free for another list, or, where some of it is sealed already, to be corrected and confirmed again.
#[crate::boxed]
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
                BatchState::Validated if pending(&tx, &batch).await?.is_none() => {}
                BatchState::Sealed => return Err(CancelError::UnderWay),
                BatchState::Validated if held => {}
                _ if is_stuck(&tx, &batch).await? => {}
                _ => return Err(CancelError::UnderWay),
            }
            take_back(&mut tx, &batch, now).await?;
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

/// Whether a step of it failed, or nobody has it to do.
async fn is_stuck(reader: &Reader, batch: &BatchRow) -> Result<bool, StoreError> {
    let jobs = jobs_of(reader, &batch.tenant, &batch.id).await?;
    Ok(jobs.is_empty() || jobs.iter().any(|row| row.last_error.is_some()))
}

/// Ends a batch with what is sealed of it.
async fn take_back(tx: &mut Tx, batch: &BatchRow, now: Timestamp) -> Result<(), StoreError> {
    let (tenant, id) = (&batch.tenant, batch.id.as_str());
    for job in jobs_of(tx, tenant, id).await? {
        tx.drop_job(&job).await?;
    }
    tx.abandon_intents(tenant, id, None).await?;
    tx.release_rows(tenant, id).await?;
    let sealed = tx.count_intents(tenant, id, IntentState::Sealed).await?;
    match batch.state {
        _ if sealed == 0 => {
            tx.move_batch(tenant, id, batch.state, BatchState::Cancelled)
                .await
        }
        BatchState::Sealing => tx.finish_batch(tenant, id, now.unix_millis()).await,
        from => tx.move_batch(tenant, id, from, BatchState::Sealed).await,
    }
}

/// Why a batch was not given up.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// It is being issued, or issued.
    #[error(
        "the batch is issued, or is being issued without a fault; revoke its credentials instead"
    )]
    UnderWay,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
