//! Deleting many applications at once: some that were chosen, or all that came to a posting until somebody was shown how many.
//!
//! **Invariant:** what goes with each, and its line of the record, commit together; stopped at any moment, the rest goes next. What came after
//! somebody decided is not deleted with it.

use touchstone_store::{ApplicationRow, StoreError, TenantId};

use super::{MOST_CHOSEN, remove_application::remove_within};
use crate::{
    World,
    operations::{Job, Lease},
};

/// A request to delete applications.
#[derive(Clone, Debug)]
pub struct RemovalOfMany {
    /// The institution.
    pub tenant: TenantId,
    /// Who deletes, as proven by the caller.
    pub actor: String,
    /// The posting to which they were sent, by id.
    pub posting: String,
    /// Which.
    pub whom: Whom,
    /// Of all, those that came until then: when it was shown how many there are. Left out, and later than now, it is now.
    pub until: Option<i64>,
}

/// Which applications are deleted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Whom {
    /// These, by id; what is not there any more is passed over.
    These(Vec<String>),
    /// All that came until then.
    All,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Removed {
    /// So many are gone.
    pub gone: u64,
    /// So many are deleted in the background, or are about to be.
    pub waiting: u64,
}

/// Deletes applications to a posting: some at once, and the rest as a job. `None` where the institution has no such posting.
#[crate::boxed]
pub async fn remove_applications(
    world: &World,
    order: &RemovalOfMany,
) -> Result<Option<Removed>, StoreError> {
    let reader = world.store.read();
    let tenant = &order.tenant;
    let Some(posting) = reader.posting(tenant, &order.posting).await? else {
        return Ok(None);
    };
    let now = world.clock.now();
    let until = now.unix_millis();
    let until = order.until.map_or(until, |asked| asked.min(until));
    let rows = match &order.whom {
        Whom::All => sent_until(world, tenant, &posting.id, until, AT_ONCE).await?,
        Whom::These(ids) => {
            let mut rows = Vec::new();
            for id in ids.iter().take(MOST_CHOSEN) {
                let row = reader.application(tenant, id).await?;
                rows.extend(row.filter(|row| row.posting == posting.id));
            }
            rows
        }
    };
    let gone = remove_some(world, None, &rows, &order.actor).await?;
    let waiting = match order.whom {
        Whom::These(_) => 0,
        Whom::All => {
            reader
                .applications_sent_until(tenant, &posting.id, until)
                .await?
        }
    };
    if waiting > 0 {
        let job = rest(tenant, &posting.id, &order.actor, until);
        let job = &job.queued(&*world.rng, now, now);
        let queued = world
            .store
            .write(|mut tx| async move { tx.enqueue(job.clone()).await });
        queued.await?;
    }
    Ok(Some(Removed { gone, waiting }))
}

/// Goes on with deleting what came until then: for a while, and leaves the rest to the next job.
pub(crate) async fn carry_removal(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    posting: &str,
    actor: &str,
    until: i64,
) -> Result<(), StoreError> {
    for _ in 0..CHUNKS_OF_A_JOB {
        let rows = sent_until(world, tenant, posting, until, AT_ONCE).await?;
        if rows.is_empty() {
            return Ok(());
        }
        remove_some(world, Some(lease), &rows, actor).await?;
    }
    let now = world.clock.now();
    let job = &rest(tenant, posting, actor, until).queued(&*world.rng, now, now);
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, now).await?;
            tx.enqueue(job.clone()).await
        })
        .await
}

fn rest(tenant: &TenantId, posting: &str, actor: &str, until: i64) -> Job {
    Job::RemoveApplications {
        tenant: tenant.to_string(),
        posting: posting.to_owned(),
        actor: actor.to_owned(),
        until,
    }
}

async fn sent_until(
    world: &World,
    tenant: &TenantId,
    posting: &str,
    until: i64,
    limit: u64,
) -> Result<Vec<ApplicationRow>, StoreError> {
    let reader = world.store.read();
    reader
        .oldest_applications(tenant, posting, until, limit)
        .await
}

/// Deletes these in one unit of work, and answers how many there were.
async fn remove_some(
    world: &World,
    lease: Option<&Lease<'_>>,
    rows: &[ApplicationRow],
    actor: &str,
) -> Result<u64, StoreError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            if let Some(lease) = lease {
                lease.hold(&mut tx, now).await?;
            }
            let mut gone = 0;
            for row in rows {
                match remove_within(&mut tx, row, actor, now.unix_millis()).await {
                    Ok(()) => gone += 1,
                    // Its sender, or somebody else, was faster.
                    Err(StoreError::Conflict {
                        table: "application",
                    }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(gone)
        })
        .await
}

/// How many are deleted while somebody waits, and in each unit of work.
const AT_ONCE: u64 = 50;
/// How many units of work one job takes.
const CHUNKS_OF_A_JOB: u32 = 5;
