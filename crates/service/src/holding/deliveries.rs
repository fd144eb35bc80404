//! How credentials were announced, for those who announce them.

use touchstone_store::{
    Cursor, DeliveryFilter, DeliveryRow, DeliveryState, Page, StoreError, TenantId,
};

use crate::World;

/// Deliveries that pass a filter, newest first.
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

/// Deliveries that came back or were given up: up to `limit` of each.
pub async fn failed_deliveries(
    world: &World,
    tenant: &TenantId,
    limit: u64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let mut failed = Vec::new();
    for state in [DeliveryState::Bounced, DeliveryState::Dead] {
        let filter = DeliveryFilter {
            state: Some(state),
            ..DeliveryFilter::default()
        };
        failed.extend(deliveries(world, tenant, &filter, None, limit).await?.rows);
    }
    Ok(failed)
}

/// How many deliveries somebody has to look after.
pub async fn count_failed_deliveries(world: &World, tenant: &TenantId) -> Result<u64, StoreError> {
    let failed = [DeliveryState::Bounced, DeliveryState::Dead];
    world.store.read().count_deliveries(tenant, &failed).await
}

/// Whose credential a delivery is about, by name. Empty if that is not known.
pub async fn recipient(
    world: &World,
    tenant: &TenantId,
    delivery: &DeliveryRow,
) -> Result<String, StoreError> {
    let reader = world.store.read();
    let Some(credential) = reader.credential(tenant, &delivery.credential).await? else {
        return Ok(String::new());
    };
    let learner = reader.learner(tenant, &credential.learner).await?;
    Ok(learner.map(|learner| learner.name).unwrap_or_default())
}
