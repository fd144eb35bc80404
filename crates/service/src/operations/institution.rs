//! Who issues here, and whether the database answers.

use touchstone_store::{InstitutionRow, StoreError, TenantId};

use crate::World;

/// One institution.
#[crate::boxed]
pub async fn institution(
    world: &World,
    tenant: &TenantId,
) -> Result<Option<InstitutionRow>, StoreError> {
    world.store.read().institution(tenant).await
}

/// The institution that everybody finds under this short name: one that signed up by itself is found once its domain is shown.
#[crate::boxed]
pub async fn institution_called(
    world: &World,
    slug: &str,
) -> Result<Option<InstitutionRow>, StoreError> {
    world.store.read().institution_shown(slug).await
}

/// Every institution of the installation.
#[crate::boxed]
pub async fn institutions(world: &World) -> Result<Vec<InstitutionRow>, StoreError> {
    world.store.read().institutions().await
}

/// Whether the database answers.
#[crate::boxed]
pub async fn ready(world: &World) -> Result<(), StoreError> {
    world.store.ping().await
}
