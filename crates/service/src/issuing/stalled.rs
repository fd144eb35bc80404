//! Confirmed batches that are not issued yet because a step failed: why, and when it is tried again.

use touchstone_store::{JobRow, JobState, Reader, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{World, operations::Job};

/// A batch whose last try failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stalled {
    /// The institution.
    pub tenant: TenantId,
    /// The batch.
    pub batch: String,
    /// Why, in the words of what failed.
    pub reason: String,
    /// How often it was tried. 0 where it waits for a signer that is away: those tries do not count.
    pub tries: i64,
    /// When it is tried again. `None`: it is being tried now.
    pub next_at: Option<Timestamp>,
}

/// What keeps a batch from being issued. `None` if nothing failed, or if the institution has none of that id.
#[crate::boxed]
pub async fn stalled(
    world: &World,
    tenant: &TenantId,
    batch: &str,
) -> Result<Option<Stalled>, StoreError> {
    let jobs = jobs_of(&world.store.read(), tenant, batch).await?;
    Ok(jobs.iter().find_map(read))
}

/// Every batch of every institution that something keeps from being issued, longest first.
#[crate::boxed]
pub async fn all_stalled(reader: &Reader) -> Result<Vec<Stalled>, StoreError> {
    let jobs = reader.jobs_of(Job::ISSUE_BATCH, MOST).await?;
    Ok(jobs.iter().filter_map(read).collect())
}

/// The jobs that carry a batch through: one, or none where it is over.
pub(super) async fn jobs_of(
    reader: &Reader,
    tenant: &TenantId,
    batch: &str,
) -> Result<Vec<JobRow>, StoreError> {
    let mut jobs = reader.jobs_about(Job::ISSUE_BATCH, batch).await?;
    jobs.retain(|row| subject(row).is_some_and(|(of, about)| of == *tenant && about == batch));
    Ok(jobs)
}

fn read(row: &JobRow) -> Option<Stalled> {
    let reason = row.last_error.clone()?;
    let (tenant, batch) = subject(row)?;
    Some(Stalled {
        tenant,
        batch,
        reason,
        tries: row.attempts,
        next_at: (row.state == JobState::Ready).then(|| Timestamp::from_unix_millis(row.run_at)),
    })
}

fn subject(row: &JobRow) -> Option<(TenantId, String)> {
    match Job::from_row(row) {
        Ok(Job::IssueBatch { tenant, batch, .. }) => Some((TenantId::new(tenant), batch)),
        _ => None,
    }
}

/// How many batches that wait or run are looked at.
const MOST: u64 = 10_000;
