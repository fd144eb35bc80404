//! Carrying a change of many credentials through, some at a time.
//!
//! **Invariant:** what becomes of a credential, its audit line, its outbox line, the publication of its list and the note that it had
//! its turn commit together: stopped at any moment, the change goes on with the first that had none, and changes nobody twice.

use touchstone_store::{
    BulkChangeRow, BulkItemRow, ChangeState, ItemFilter, StoreError, TenantId, Tx,
};
use touchstone_vc::Timestamp;

use super::{
    Fate, Reinstatement, Revocation, Suspension,
    change_many::{CHANGED, Failed},
    reinstate::reinstate_within,
    revoke::revoke_within,
    suspend::suspend_within,
};
use crate::{
    World,
    operations::{Job, Lease},
};

/// Goes on with a change as a job: for a while, and leaves the rest to the next job, so that what is prompt stays so.
pub(crate) async fn carry_change(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    change: &str,
) -> Result<(), StoreError> {
    for _ in 0..CHUNKS_OF_A_JOB {
        if carry_some(world, Some(lease), tenant, change).await? == Carried::All {
            return Ok(());
        }
    }
    let now = world.clock.now();
    let rest = &again(tenant, change).queued(&*world.rng, now, now);
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, now).await?;
            tx.enqueue(rest.clone()).await
        })
        .await
}

/// Goes on with a change to its end.
pub(super) async fn carry_all(
    world: &World,
    tenant: &TenantId,
    change: &str,
) -> Result<(), StoreError> {
    while carry_some(world, None, tenant, change).await? == Carried::Some {}
    Ok(())
}

/// The job that goes on with a change.
pub(super) fn again(tenant: &TenantId, change: &str) -> Job {
    Job::ChangeMany {
        tenant: tenant.to_string(),
        change: change.to_owned(),
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Carried {
    /// There may be more.
    Some,
    /// Nobody is left.
    All,
}

async fn carry_some(
    world: &World,
    lease: Option<&Lease<'_>>,
    tenant: &TenantId,
    id: &str,
) -> Result<Carried, StoreError> {
    let reader = world.store.read();
    let change = reader.bulk_change(tenant, id).await?;
    let Some(change) = change.filter(|row| row.state == ChangeState::Running) else {
        return Ok(Carried::All);
    };
    let waiting = ItemFilter::With("");
    let items = reader.bulk_items(tenant, id, waiting, -1, CHUNK).await?;
    let (change, items) = (&change, &items);
    let done = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        let now = world.clock.now();
        if let Some(lease) = lease {
            lease.hold(tx, now).await?;
        }
        if items.is_empty() {
            return tx.end_bulk_change(tenant, id, now.unix_millis()).await;
        }
        let mut outcomes = Vec::with_capacity(items.len());
        for item in items {
            outcomes.push((item.position, turn(world, tx, change, item, now).await?));
        }
        tx.settle_bulk_items(tenant, id, &outcomes, CHANGED).await
    });
    match done.await {
        // Somebody else goes on with it at the same time, and was faster: see what is left.
        Err(StoreError::Conflict {
            table: "bulk_change",
        }) => Ok(Carried::Some),
        done => done.map(|()| match items.len() {
            0 => Carried::All,
            _ => Carried::Some,
        }),
    }
}

/// The turn of one credential; answers with its outcome.
async fn turn(
    world: &World,
    tx: &mut Tx,
    change: &BulkChangeRow,
    item: &BulkItemRow,
    now: Timestamp,
) -> Result<String, StoreError> {
    match one(world, tx, change, item, now).await {
        Ok(()) => Ok(CHANGED.to_owned()),
        Err(Failed::Unchanged(why)) => Ok(why.as_str().to_owned()),
        Err(Failed::Store(error)) => Err(error),
        // It was looked at before it was stored.
        Err(Failed::Reason) => Err(StoreError::Corrupt {
            table: "bulk_change",
            column: "reason",
        }),
    }
}

async fn one(
    world: &World,
    tx: &mut Tx,
    change: &BulkChangeRow,
    item: &BulkItemRow,
    now: Timestamp,
) -> Result<(), Failed> {
    let (tenant, credential) = (change.tenant.clone(), item.credential.clone());
    let (actor, reason) = (change.actor.clone(), change.reason.clone());
    match Fate::parse(&change.fate) {
        Some(Fate::Revoke) => {
            let order = Revocation {
                tenant,
                credential,
                actor,
                reason,
            };
            Ok(revoke_within(world, tx, &order, now).await?)
        }
        Some(Fate::Suspend) => {
            let order = Suspension {
                tenant,
                credential,
                actor,
                reason,
            };
            Ok(suspend_within(world, tx, &order, now).await?)
        }
        Some(Fate::Reinstate) => {
            let order = Reinstatement {
                tenant,
                credential,
                actor,
                reason,
            };
            Ok(reinstate_within(world, tx, &order, now).await?)
        }
        None => Err(Failed::Store(StoreError::Corrupt {
            table: "bulk_change",
            column: "fate",
        })),
    }
}

/// How many have their turn in one unit of work.
const CHUNK: u64 = 100;
/// How many units of work one job takes: a second or so.
const CHUNKS_OF_A_JOB: u32 = 5;
