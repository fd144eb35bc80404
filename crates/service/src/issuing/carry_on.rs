//! The way of a confirmed batch, from wherever it stands to its end: reserved → approved → sealing → sealed.
//!
//! This is the only way to a signature. It may be stopped at any moment and started again: each step reads the state and goes
//! on from there.

use touchstone_store::{AuditLine, BatchRow, BatchState, StoreError, TenantId};

use super::{
    approve::{approve, reserved_sha256},
    cohort::{Cohort, CohortError},
    drafted::Drafted,
    give_up::give_up,
    reserve::{ReserveError, reserve_all},
    seal::{SealError, seal_all},
};
use crate::{
    World,
    operations::{Lease, moving::be_here},
};

/// Carries a confirmed batch through, in the name of the member who confirmed it.
pub async fn carry_on(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    batch: &str,
    actor: &str,
) -> Result<(), IssueError> {
    let mut drafted = Drafted::default();
    loop {
        let reader = world.store.read();
        let row = reader
            .batch(tenant, batch)
            .await?
            .ok_or(IssueError::NoSuchBatch)?;
        match row.state {
            BatchState::Draft | BatchState::Cancelled | BatchState::Held | BatchState::Sealed => {
                return Ok(());
            }
            BatchState::Validated => {
                be_here(world, &reader, tenant)
                    .await?
                    .map_err(CohortError::from)?;
                let cohort =
                    Cohort::load(world, &reader, tenant, &row.achievement, row.version).await?;
                match reserve_all(world, lease, &cohort, batch, &mut drafted).await {
                    // What is left is reserved for the key that signs now.
                    Err(ReserveError::KeyEnded) => continue,
                    reserved => reserved?,
                }
                approve(world, lease, tenant, &row, actor).await?;
            }
            BatchState::Reserved => approve(world, lease, tenant, &row, actor).await?,
            BatchState::Approved => start_sealing(world, lease, tenant, &row).await?,
            BatchState::Sealing => {
                let cohort =
                    Cohort::load(world, &reader, tenant, &row.achievement, row.version).await?;
                match seal_all(world, lease, &cohort, batch, actor, &mut drafted).await {
                    Err(SealError::KeyEnded) => give_up(world, lease, tenant, batch).await?,
                    sealed => sealed?,
                }
                finish(world, lease, tenant, &row, actor).await?;
            }
        }
    }
}

/// Checks that what is about to be signed is what was approved.
async fn start_sealing(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    batch: &BatchRow,
) -> Result<(), IssueError> {
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            lease.hold(tx, world.clock.now()).await?;
            let sha256 = reserved_sha256(world, tx, tenant, &batch.id).await?;
            if batch.approved_sha256.as_ref() != Some(&sha256) {
                return Err(IssueError::NotWhatWasApproved);
            }
            tx.move_batch(tenant, &batch.id, BatchState::Approved, BatchState::Sealing)
                .await?;
            Ok(())
        })
        .await
}

async fn finish(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    batch: &BatchRow,
    actor: &str,
) -> Result<(), IssueError> {
    let now = world.clock.now();
    let audit = &AuditLine {
        tenant: tenant.clone(),
        at: now.unix_millis(),
        actor: actor.to_owned(),
        action: "batch.seal".into(),
        subject: batch.id.clone(),
        detail: "{}".into(),
    };
    let finished = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        lease.hold(tx, now).await?;
        tx.finish_batch(tenant, &batch.id, now.unix_millis())
            .await?;
        tx.audit([audit.clone()]).await
    });
    Ok(finished.await?)
}

/// Why a batch did not come to its end this time.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// The reserved bytes are not those that were approved. Nothing is signed.
    #[error("the reserved credentials are not those that were approved; nothing was signed")]
    NotWhatWasApproved,
    /// Institution, key or achievement are missing.
    #[error(transparent)]
    Cohort(#[from] CohortError),
    /// A chunk was not reserved.
    #[error(transparent)]
    Reserve(#[from] ReserveError),
    /// A chunk was not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}
