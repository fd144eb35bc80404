//! Taking an institution's newest audit lines into its tree, and queueing the tree's root for the log.
//!
//! Any number of processes may do it at once: the tree over the first lines is the same whoever makes it.

use touchstone_store::{AuditFilter, AuditRootRow, OutboxLine, StoreError, TenantId};
use touchstone_tlog::{
    Hash,
    merkle::{self, Frontier},
};

use super::leaf;
use crate::{
    World,
    logging::{self, AUDIT_ROOT},
};

/// Queues roots of the institutions that have lines which are under none.
#[crate::boxed]
pub async fn root_due(world: &World) -> Result<(), RootError> {
    for institution in world.store.read().institutions().await? {
        // The log says whose root it is by DID.
        if institution.did.is_some() {
            root(world, &institution.id).await?;
        }
    }
    Ok(())
}

/// Queues the root over all lines that an institution has now. Nothing is queued where no line was added since the last one.
#[crate::boxed]
pub async fn root(world: &World, tenant: &TenantId) -> Result<(), RootError> {
    loop {
        let reader = world.store.read();
        let before = reader.newest_audit_root(tenant).await?;
        let from = before.as_ref().map_or(0, |row| row.seq);
        // Nobody is made to wait where there is nothing to do.
        let newest = reader
            .audit_lines(tenant, &AuditFilter::default(), None, 1)
            .await?;
        if newest.first().is_none_or(|row| row.seq <= from) {
            return Ok(());
        }
        let lines = world
            .store
            .write(|mut tx| async move { tx.audit_after(tenant, from, BATCH).await })
            .await?;
        let Some(last) = lines.last() else {
            return Ok(());
        };
        let crypto = logging::crypto(world);
        let mut tree = tree(before.as_ref())?;
        for line in &lines {
            tree.push(&crypto, merkle::leaf_hash(&crypto, &leaf(line)), |_, _| {});
        }
        let at = world.clock.now().unix_millis();
        let row = &AuditRootRow {
            tenant: tenant.clone(),
            size: i64::try_from(tree.size()).unwrap_or(i64::MAX),
            seq: last.seq,
            peaks: tree.peaks().iter().flat_map(|peak| peak.0).collect(),
            at,
        };
        let queued = world.store.write(|mut tx| async move {
            tx.add_audit_root(row.clone()).await?;
            let line = OutboxLine {
                tenant: row.tenant.clone(),
                kind: AUDIT_ROOT.into(),
                subject: row.tenant.to_string(),
                version: row.size,
                at,
            };
            tx.outbox([line]).await
        });
        match queued.await {
            Ok(()) => {}
            // Another process was faster, with the same tree.
            Err(StoreError::Conflict {
                table: "audit_root",
            }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The tree that a row keeps; without a row, one without lines.
pub(crate) fn tree(row: Option<&AuditRootRow>) -> Result<Frontier, RootError> {
    let Some(row) = row else {
        return Ok(Frontier::default());
    };
    let size = u64::try_from(row.size).map_err(|_| RootError::Row)?;
    let mut peaks = row.peaks.chunks_exact(32);
    let read = |_| {
        let peak = peaks.next().and_then(|peak| peak.try_into().ok());
        peak.map(Hash).ok_or(RootError::Row)
    };
    Frontier::read(size, read)
}

/// Why no root was made.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row is not what this program writes.
    #[error(
        "table audit_root has a row that no version of this program writes; put the database back from a backup"
    )]
    Row,
}

/// Lines in one turn.
const BATCH: u64 = 16_384;
