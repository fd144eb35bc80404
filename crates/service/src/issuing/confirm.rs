//! Agreeing to exactly what the preview showed.
//!
//! **Invariant:** a confirmation names the fingerprint of the rows that were seen. If a letter changed since, it is refused. From
//! the confirmation until the batch is sealed no row can be amended; what was faulty then can be corrected and confirmed after.

use touchstone_store::{
    AuditFilter, AuditLine, AuditRow, BatchRow, BatchState, Reader, StoreError, TenantId,
};
use touchstone_vc::Timestamp;

use super::{
    freeze::freeze,
    preview::fingerprint,
    ready::{NotAdmitted, NotReady, PilotEnded, is_admitted, not_ready, pilot_ended},
};
use crate::{World, operations::Job};

/// A confirmation.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The institution.
    pub tenant: TenantId,
    /// Who agrees, as proven by the caller.
    pub actor: String,
    /// The batch.
    pub batch: String,
    /// The fingerprint that the preview showed.
    pub fingerprint: String,
}

/// Confirms a batch: its ready rows will be issued, now or when it is no longer held. Confirming the same again changes nothing.
///
/// The mark, the frozen version, the audit line and the job commit together.
pub async fn confirm(world: &World, order: &Confirmation) -> Result<(), ConfirmError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            let batch = tx
                .batch(&order.tenant, &order.batch)
                .await?
                .ok_or(ConfirmError::NoSuchBatch)?;
            if !is_admitted(&tx, &order.tenant).await? {
                return Err(NotAdmitted.into());
            }
            let pending = pending(&tx, &batch).await?;
            match (batch.state, &pending) {
                // Confirmed before: queue the job again, in case it was given up.
                (_, Some(confirmed))
                    if *confirmed == order.fingerprint && !is_over(batch.state) =>
                {
                    tx.enqueue(job(world, order, &batch, now)).await?;
                    return Ok(());
                }
                (BatchState::Validated, None) | (BatchState::Sealed, _) => {}
                (BatchState::Draft, _) => return Err(ConfirmError::NotReadYet),
                (BatchState::Cancelled, _) => return Err(ConfirmError::Cancelled),
                _ => return Err(ConfirmError::UnderWay),
            }
            if batch.rows_ready == 0 && batch.state == BatchState::Validated {
                return Err(ConfirmError::NothingReady);
            }
            if fingerprint(world.crypto, &tx, &batch).await? != order.fingerprint {
                return Err(ConfirmError::Changed);
            }
            if batch.state == BatchState::Sealed {
                if !some_ready(&tx, &batch).await? {
                    return Err(ConfirmError::NothingReady);
                }
                // Rows that were corrected after the others went: the same way once more.
                tx.move_batch(
                    &order.tenant,
                    &order.batch,
                    BatchState::Sealed,
                    BatchState::Validated,
                )
                .await?;
            }
            let version = tx
                .achievement_version(&order.tenant, &batch.achievement, batch.version)
                .await?;
            // A cohort that is held is issued on its day.
            let due = batch.hold_until.map_or(now, Timestamp::from_unix_millis);
            if let Some(ended) = version
                .as_ref()
                .and_then(|one| pilot_ended(one, due.max(now)))
            {
                return Err(ended.into());
            }
            if let Some(version) = &version
                && let Some(unready) = not_ready(world, &tx, &order.tenant, version).await?
            {
                return Err(ConfirmError::NotReady(unready));
            }
            freeze(
                &mut tx,
                &order.tenant,
                &batch.achievement,
                batch.version,
                now.unix_millis(),
            )
            .await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now.unix_millis(),
                actor: order.actor.clone(),
                action: CONFIRM.into(),
                subject: order.batch.clone(),
                detail: serde_json::json!({"fingerprint": order.fingerprint}).to_string(),
            }])
            .await?;
            tx.enqueue(job(world, order, &batch, now)).await?;
            Ok(())
        })
        .await
}

/// Why a batch was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// Its rows are still being read.
    #[error("the file is still being read; wait a moment")]
    NotReadYet,
    /// It was cancelled.
    #[error("the batch was cancelled; upload the file again")]
    Cancelled,
    /// An earlier confirmation is being carried out.
    #[error("the batch is being issued; confirm the rest when that is done")]
    UnderWay,
    /// No row can go.
    #[error("no row is ready; correct the faulty rows first")]
    NothingReady,
    /// What is awarded is not ready for the profile that was chosen for it.
    #[error("{0}")]
    NotReady(NotReady),
    /// The institution may not issue.
    #[error(transparent)]
    NotAdmitted(#[from] NotAdmitted),
    /// What is awarded was tried out until a day that is over.
    #[error(transparent)]
    PilotEnded(#[from] PilotEnded),
    /// It is not what was seen any more.
    #[error("the rows or the achievement changed since the preview; look at it again")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The fingerprint of a confirmation that is not carried out to its end yet.
///
/// The audit trail is the mark: it is written in the transaction that confirms, and in the one that seals the last row.
pub(super) async fn pending(
    reader: &Reader,
    batch: &BatchRow,
) -> Result<Option<String>, StoreError> {
    let Some(confirmed) = last(reader, batch, CONFIRM).await? else {
        return Ok(None);
    };
    let sealed = last(reader, batch, "batch.seal").await?;
    if sealed.is_some_and(|sealed| sealed.seq > confirmed.seq) {
        return Ok(None);
    }
    let detail: serde_json::Value = serde_json::from_str(&confirmed.detail).unwrap_or_default();
    Ok(Some(
        detail["fingerprint"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    ))
}

async fn last(
    reader: &Reader,
    batch: &BatchRow,
    action: &str,
) -> Result<Option<AuditRow>, StoreError> {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        subject: Some(batch.id.clone()),
        ..AuditFilter::default()
    };
    Ok(reader
        .audit_lines(&batch.tenant, &filter, None, 1)
        .await?
        .pop())
}

fn is_over(state: BatchState) -> bool {
    matches!(state, BatchState::Sealed | BatchState::Cancelled)
}

async fn some_ready(reader: &Reader, batch: &BatchRow) -> Result<bool, StoreError> {
    let ready = Some(touchstone_store::RowState::Ready);
    Ok(!reader
        .batch_rows(&batch.tenant, &batch.id, ready, -1, 1)
        .await?
        .is_empty())
}

fn job(
    world: &World,
    order: &Confirmation,
    batch: &BatchRow,
    now: Timestamp,
) -> touchstone_store::NewJob {
    let job = Job::IssueBatch {
        tenant: order.tenant.to_string(),
        batch: order.batch.clone(),
        actor: order.actor.clone(),
    };
    let due = batch
        .hold_until
        .map_or(now, Timestamp::from_unix_millis)
        .max(now);
    job.queued(&*world.rng, now, due)
}

const CONFIRM: &str = "batch.confirm";
