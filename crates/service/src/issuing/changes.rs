//! The changes of many credentials that were begun, so that whoever left their page finds back to it.

use touchstone_store::{BulkChangeRow, StoreError, TenantId};

use crate::World;

/// The last changes, newest first.
#[crate::boxed]
pub async fn changes(world: &World, tenant: &TenantId) -> Result<Vec<BulkChangeRow>, StoreError> {
    world.store.read().bulk_changes(tenant, LISTED).await
}

/// The last changes that are about credentials of a batch, newest first.
#[crate::boxed]
pub async fn changes_of_batch(
    world: &World,
    tenant: &TenantId,
    batch: &str,
) -> Result<Vec<BulkChangeRow>, StoreError> {
    let reader = world.store.read();
    reader.bulk_changes_of_batch(tenant, batch, LISTED).await
}

const LISTED: u64 = 20;
