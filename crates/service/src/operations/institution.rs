//! Who issues here, and whether the database answers.

use touchstone_store::{InstitutionRow, StoreError, TenantId};

use crate::World;

/// One institution.
pub async fn institution(
    world: &World,
    tenant: &TenantId,
) -> Result<Option<InstitutionRow>, StoreError> {
    world.store.read().institution(tenant).await
}

/// The institution that has this short name in its addresses.
pub async fn institution_called(
    world: &World,
    slug: &str,
) -> Result<Option<InstitutionRow>, StoreError> {
    world.store.read().institution_by_slug(slug).await
}

/// Every institution of the installation.
pub async fn institutions(world: &World) -> Result<Vec<InstitutionRow>, StoreError> {
    world.store.read().institutions().await
}

/// Whether the database answers.
pub async fn ready(world: &World) -> Result<(), StoreError> {
    world.store.ping().await
}
