//! Agreeing to exactly what the preview showed.
//!
//! **Invariant:** a confirmation names the fingerprint of the rows that were seen. If a letter changed since, it is refused. From
//! the confirmation until the batch is sealed no row can be amended; what was faulty then can be corrected and confirmed after.

use touchstone_store::{
    AuditFilter, AuditLine, AuditRow, BatchRow, BatchState, JobRow, JobState, NewJob, Reader,
    StoreError, TenantId, Tx,
};
use touchstone_vc::Timestamp;

use super::{
    freeze::freeze,
    preview::fingerprint,
    ready::{NotAdmitted, NotReady, NotReleased, PilotEnded, Unissuable, is_admitted, issuable},
    stalled::jobs_of,
};
use crate::{
    World,
    operations::{
        Job,
        moving::{Elsewhere, be_here},
    },
};

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

/// Confirms a batch: its ready rows will be issued, now or when it is no longer held. Confirming it again, as it was seen then or as it
/// stands now, agrees to nothing new: what failed of it is tried at once.
///
/// The mark, the frozen version, the audit line and the job commit together.
#[crate::boxed]
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
            be_here(world, &tx, &order.tenant).await??;
            let pending = pending(&tx, &batch).await?;
            match (batch.state, &pending) {
                (_, Some(confirmed)) if !is_over(batch.state) => {
                    // What is reserved is no row that is ready any more, so whoever looks now sees another fingerprint.
                    if confirmed.fingerprint != order.fingerprint
                        && fingerprint(world.crypto, &tx, &batch).await? != order.fingerprint
                    {
                        return Err(ConfirmError::UnderWay);
                    }
                    return Ok(go_on(world, &mut tx, &batch, &confirmed.actor, now).await?);
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
            if let Some(version) = &version {
                issuable(world, &tx, &order.tenant, version, due.max(now)).await??;
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
            tx.enqueue(job(world, &batch, &order.actor, now)).await?;
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
    /// Its DID is not at the address where the site is now.
    #[error(transparent)]
    Elsewhere(#[from] Box<Elsewhere>),
    /// What is awarded was tried out until a day that is over.
    #[error(transparent)]
    PilotEnded(#[from] PilotEnded),
    /// It began as a pilot, and was not released as it is.
    #[error(transparent)]
    NotReleased(#[from] NotReleased),
    /// It is not what was seen any more.
    #[error("the rows or the achievement changed since the preview; look at it again")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unissuable> for ConfirmError {
    fn from(why: Unissuable) -> Self {
        match why {
            Unissuable::PilotEnded(ended) => Self::PilotEnded(ended),
            Unissuable::NotReleased(other) => Self::NotReleased(other),
            Unissuable::NotReady(unready) => Self::NotReady(unready),
        }
    }
}

/// A confirmation that is not carried out to its end yet.
pub(super) struct Pending {
    /// What was agreed to.
    pub(super) fingerprint: String,
    /// Who agreed.
    actor: String,
}

/// The confirmation of a batch that is not carried out to its end yet.
///
/// The audit trail is the mark: it is written in the transaction that confirms, and in the one that seals the last row or gives up what
/// is left.
pub(super) async fn pending(
    reader: &Reader,
    batch: &BatchRow,
) -> Result<Option<Pending>, StoreError> {
    let Some(confirmed) = last(reader, batch, CONFIRM).await? else {
        return Ok(None);
    };
    for end in ["batch.seal", "batch.cancel"] {
        let ended = last(reader, batch, end).await?;
        if ended.is_some_and(|ended| ended.seq > confirmed.seq) {
            return Ok(None);
        }
    }
    Ok(Some(Pending {
        fingerprint: agreed_to(&confirmed),
        actor: confirmed.actor,
    }))
}

/// The fingerprint that the audit line of a confirmation names.
pub fn agreed_to(confirmed: &AuditRow) -> String {
    let detail: serde_json::Value = serde_json::from_str(&confirmed.detail).unwrap_or_default();
    detail["fingerprint"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Has a confirmed batch go on now, in the name of who confirmed it, or on its day.
async fn go_on(
    world: &World,
    tx: &mut Tx,
    batch: &BatchRow,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let jobs = jobs_of(tx, &batch.tenant, &batch.id).await?;
    let held = |row: &JobRow| {
        row.state == JobState::Leased
            && row
                .lease_until
                .is_some_and(|until| until >= now.unix_millis())
    };
    if jobs.iter().any(held) {
        return Ok(()); // It is being tried.
    }
    // As an earlier version left it.
    for given_up in jobs.iter().filter(|row| row.state == JobState::Dead) {
        tx.drop_job(given_up).await?;
    }
    let job = job(world, batch, actor, now);
    let (dedupe, due) = (job.dedupe.clone().unwrap_or_default(), job.run_at);
    tx.enqueue(job).await?;
    tx.hasten_job(&dedupe, due).await
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

fn job(world: &World, batch: &BatchRow, actor: &str, now: Timestamp) -> NewJob {
    let job = Job::IssueBatch {
        tenant: batch.tenant.to_string(),
        batch: batch.id.clone(),
        actor: actor.to_owned(),
    };
    let due = batch
        .hold_until
        .map_or(now, Timestamp::from_unix_millis)
        .max(now);
    job.queued(&*world.rng, now, due)
}

const CONFIRM: &str = "batch.confirm";
