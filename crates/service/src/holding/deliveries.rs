//! How credentials were announced, for those who announce them.

use std::collections::HashMap;

use touchstone_store::{
    Announced, Cursor, DeliveryFilter, DeliveryRow, DeliveryState, Holder, Page, StoreError,
    TenantId,
};

use crate::World;

/// Deliveries that pass a filter, newest first.
#[crate::boxed]
pub async fn deliveries(
    world: &World,
    tenant: &TenantId,
    filter: &DeliveryFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<DeliveryRow>, StoreError> {
    let reader = world.store.read();
    reader.deliveries(tenant, filter, after, limit).await
}

/// Deliveries that came back or were given up and that somebody has to look after ([`DeliveryFilter::standing`]): up to `limit` of each.
#[crate::boxed]
pub async fn failed_deliveries(
    world: &World,
    tenant: &TenantId,
    limit: u64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let mut failed = Vec::new();
    for state in [DeliveryState::Bounced, DeliveryState::Dead] {
        let filter = DeliveryFilter {
            state: Some(state),
            standing: true,
            ..DeliveryFilter::default()
        };
        failed.extend(deliveries(world, tenant, &filter, None, limit).await?.rows);
    }
    Ok(failed)
}

/// How many deliveries somebody has to look after: nobody has to of what was withdrawn or taken, has a code on paper, or was followed by a later one.
#[crate::boxed]
pub async fn count_failed_deliveries(world: &World, tenant: &TenantId) -> Result<u64, StoreError> {
    let failed = [DeliveryState::Bounced, DeliveryState::Dead];
    let reader = world.store.read();
    reader.count_standing_deliveries(tenant, &failed).await
}

/// How many people of a batch were told, and how.
#[crate::boxed]
pub async fn announced(
    world: &World,
    tenant: &TenantId,
    batch: &str,
) -> Result<Announced, StoreError> {
    world.store.read().announced(tenant, batch).await
}

/// Whose credentials deliveries are about, by credential. Who is not known is left out.
#[crate::boxed]
pub async fn recipients(
    world: &World,
    tenant: &TenantId,
    deliveries: &[DeliveryRow],
) -> Result<HashMap<String, Holder>, StoreError> {
    let credentials: Vec<String> = deliveries
        .iter()
        .map(|delivery| delivery.credential.clone())
        .collect();
    world.store.read().holders(tenant, &credentials).await
}
