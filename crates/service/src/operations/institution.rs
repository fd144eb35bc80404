//! Who issues here, and whether the database answers.

use touchstone_store::{InstitutionRow, Reader, StoreError, TenantId};

use super::sign_up::is_shown;
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
    let reader = world.store.read();
    shown_institution(&reader, slug).await
}

/// The same, within a use case.
pub(crate) async fn shown_institution(
    reader: &Reader,
    slug: &str,
) -> Result<Option<InstitutionRow>, StoreError> {
    let Some(found) = reader.institution_by_slug(slug).await? else {
        return Ok(None);
    };
    Ok(is_shown(reader, &found.id).await?.then_some(found))
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
