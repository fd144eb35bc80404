//! What was approved under a key that has ended is not signed: its rows say so, and can be issued again by another batch.

use touchstone_store::{StoreError, TenantId};

use super::intake::{FaultCode, RowFault};
use crate::{World, operations::Lease};

/// Gives up everything of a batch that is reserved and not signed.
pub(super) async fn give_up(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    batch: &str,
) -> Result<(), StoreError> {
    let fault = RowFault::new(
        None,
        FaultCode::KeyEnded,
        "the key that was to sign it was given up first; upload this row again, and it is signed with the new key",
    );
    let faults = &serde_json::to_string(&[fault]).expect("texts always become JSON");
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            lease.hold(tx, world.clock.now()).await?;
            let given_up = tx.abandon_intents(tenant, batch).await?;
            let rows = tx.give_up_rows(tenant, batch, faults).await?;
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            tracing::warn!(
                batch.id = %batch,
                given_up,
                "{given_up} approved credentials were not signed: their key has ended"
            );
            let Some(row) = tx.batch(tenant, batch).await? else {
                return Ok(());
            };
            let (ready, faulty) = (row.rows_ready - rows, row.rows_faulty + rows);
            tx.count_batch_rows(tenant, batch, ready, faulty, row.rows_total)
                .await
        })
        .await
}
