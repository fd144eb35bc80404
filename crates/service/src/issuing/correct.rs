//! Mending a wrong name or result: revoke and issue anew, linked, in one step.
//!
//! The correction is a batch of one and takes the way of every batch. The wrong credential is revoked in the very transaction
//! that seals the right one, so there is no moment with both and none with neither.

use touchstone_store::{
    AuditLine, BatchLineRow, BatchRow, BatchState, RowState, StoreError, TenantId,
};

use super::{
    RawRow, RowFault, RowInput, Rules,
    cohort::{Cohort, CohortError},
};
use crate::{
    World, drawn,
    operations::{Job, moving::be_here},
};

/// A request to replace one credential by a corrected one.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The institution.
    pub tenant: TenantId,
    /// The wrong credential.
    pub credential: String,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What changes. Everything else stays as it was.
    pub changes: Changes,
    /// What was drawn for the form: sent again with it, it is the same correction. `None`: another each time.
    pub drawn: Option<String>,
}

/// What a correction changes; absent fields stay.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs)] // The names are those of the row.
pub struct Changes {
    pub name: Option<String>,
    pub email: Option<String>,
    pub level: Option<u32>,
    pub result: Option<String>,
}

/// Queues the correction, and answers with its batch.
#[crate::boxed]
pub async fn correct(world: &World, order: &Correction) -> Result<String, CorrectError> {
    let now = world.clock.now();
    let batch = &batch_of(world, order);
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            // What was queued once is on its way, or done.
            if tx.batch(&order.tenant, batch).await?.is_some() {
                return Ok(batch.clone());
            }
            let wrong = tx
                .credential(&order.tenant, &order.credential)
                .await?
                .ok_or(CorrectError::NoSuchCredential)?;
            if wrong.replaced_by.is_some() {
                return Err(CorrectError::AlreadyCorrected);
            }
            if wrong.suspended_at.is_some() {
                return Err(CorrectError::Suspended);
            }
            if wrong.status_list.is_none() {
                return Err(CorrectError::NotRevocable);
            }
            let (origin, line) = wrong
                .batch
                .clone()
                .zip(origin_line(tx, &order.tenant, &wrong.intent).await?)
                .ok_or(CorrectError::NoRow)?;
            let row = tx
                .batch_rows(&order.tenant, &origin, None, line - 1, 1)
                .await?;
            let row = row
                .first()
                .filter(|row| row.line == line)
                .ok_or(CorrectError::NoRow)?;
            let before = RowInput::from_json(&row.input).map_err(|_| CorrectError::NoRow)?;
            be_here(world, tx, &order.tenant)
                .await?
                .map_err(CohortError::from)?;
            let cohort = Cohort::load(world, tx, &order.tenant, &wrong.achievement, wrong.version);
            let rules = cohort.await?.definition;
            let input = changed(&Rules::of(&rules, now), before, order)?;
            tx.add_batch(BatchRow {
                id: batch.clone(),
                tenant: order.tenant.clone(),
                achievement: wrong.achievement.clone(),
                version: wrong.version,
                name: "Correction".into(),
                state: BatchState::Validated,
                source_name: None,
                source_sha256: None,
                hold_until: None,
                created_at: now.unix_millis(),
                created_by: order.actor.clone(),
                approved_at: None,
                approved_by: None,
                approved_sha256: None,
                sealed_at: None,
                rows_total: 1,
                rows_ready: 1,
                rows_faulty: 0,
            })
            .await?;
            tx.add_batch_rows(vec![BatchLineRow {
                batch: batch.clone(),
                line: 1,
                state: RowState::Ready,
                input: input.to_json(),
                faults: "[]".into(),
                intent: None,
            }])
            .await?;
            let line = |action: &str, subject: &str, detail: serde_json::Value| AuditLine {
                tenant: order.tenant.clone(),
                at: now.unix_millis(),
                actor: order.actor.clone(),
                action: action.to_owned(),
                subject: subject.to_owned(),
                detail: detail.to_string(),
            };
            // Asking for a correction confirms it: its batch is under way from the start.
            tx.audit([
                line(
                    "credential.correct",
                    &order.credential,
                    serde_json::json!({ "batch": batch }),
                ),
                line(
                    "batch.confirm",
                    batch,
                    serde_json::json!({ "fingerprint": order.credential }),
                ),
            ])
            .await?;
            let job = Job::IssueBatch {
                tenant: order.tenant.to_string(),
                batch: batch.clone(),
                actor: order.actor.clone(),
            };
            tx.enqueue(job.queued(&*world.rng, now, now)).await?;
            Ok(batch.clone())
        })
        .await
}

/// The batch of a correction whose form was sent before, as it is.
#[crate::boxed]
pub async fn corrected(world: &World, order: &Correction) -> Result<Option<String>, StoreError> {
    let reader = world.store.read();
    let found = reader.batch(&order.tenant, &batch_of(world, order)).await?;
    Ok(found.map(|batch| batch.id))
}

/// Why a credential was not corrected.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// It was corrected before; correct the newer one.
    #[error("the credential was corrected before; correct the one that replaced it")]
    AlreadyCorrected,
    /// What it would say breaks the rules for a row.
    #[error("{}", words(.0))]
    Faulty(Vec<RowFault>),
    /// It is suspended; a correction would lift that.
    #[error("the credential is suspended; reinstate or revoke it first")]
    Suspended,
    /// Institution, key or achievement are missing.
    #[error(transparent)]
    Cohort(#[from] CohortError),
    /// It cannot be revoked, so it cannot be replaced.
    #[error("the credential cannot be revoked, so it cannot be replaced")]
    NotRevocable,
    /// The row it was made from is gone.
    #[error("the row from which the credential was made is not kept any more")]
    NoRow,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The id of its batch.
fn batch_of(world: &World, order: &Correction) -> String {
    let drawn = order.drawn.as_deref();
    drawn::id(world, "correction", &order.tenant, &order.actor, drawn)
}

fn words(faults: &[RowFault]) -> String {
    faults
        .iter()
        .map(|fault| fault.message.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

async fn origin_line(
    reader: &touchstone_store::Reader,
    tenant: &TenantId,
    intent: &str,
) -> Result<Option<i64>, StoreError> {
    Ok(reader
        .intent(tenant, intent)
        .await?
        .and_then(|intent| intent.line))
}

/// The row with its changes, judged by the same rules as a row of a file.
fn changed(
    rules: &Rules<'_>,
    before: RowInput,
    order: &Correction,
) -> Result<RowInput, CorrectError> {
    let changes = order.changes.clone();
    let (awarded_on, dated) = (before.awarded_on, before.dated);
    let wanted = RowInput {
        name: changes.name.or(before.name.clone()),
        email: changes.email.or(before.email.clone()),
        level: changes.level.or(before.level),
        result: changes.result.or(before.result.clone()),
        ..before
    };
    let judged = rules
        .check(&RawRow::from_input(&wanted))
        .map_err(CorrectError::Faulty)?;
    Ok(RowInput {
        awarded_on,
        dated,
        replaces: Some(order.credential.clone()),
        ..judged
    })
}
