//! Postings as they are looked at.

use touchstone_store::{InstitutionRow, PostingRow, Reader, StoreError, TenantId};

use super::apply::is_open;
use crate::{
    World,
    crosswalk::{self, KeptRole},
    operations::sign_up::is_shown,
};

/// A role that is, or was, open for applications.
#[derive(Clone, Debug, PartialEq)]
pub struct Posting {
    /// Its row; it keeps applications for no longer than this installation does now.
    pub row: PostingRow,
    /// The role, as it stands now.
    pub role: KeptRole,
    /// Who is hiring.
    pub institution: InstitutionRow,
    /// Whether applications are taken now.
    pub open: bool,
    /// How many there are.
    pub applications: u64,
}

/// The postings of an institution, or of one of its roles; latest first.
#[crate::boxed]
pub async fn postings(
    world: &World,
    tenant: &TenantId,
    role: Option<&str>,
) -> Result<Vec<Posting>, StoreError> {
    let reader = world.store.read();
    let mut all = Vec::new();
    for row in reader.postings(tenant, role).await? {
        all.extend(full(world, &reader, row).await?);
    }
    Ok(all)
}

/// One posting of an institution.
#[crate::boxed]
pub async fn posting(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Posting>, StoreError> {
    let reader = world.store.read();
    match reader.posting(tenant, id).await? {
        None => Ok(None),
        Some(row) => full(world, &reader, row).await,
    }
}

/// A posting by the name under which everybody finds it.
#[crate::boxed]
pub async fn public_posting(world: &World, name: &str) -> Result<Option<Posting>, StoreError> {
    let reader = world.store.read();
    match reader.public_posting(name).await? {
        None => Ok(None),
        Some(row) if !is_shown(&reader, &row.tenant).await? => Ok(None),
        Some(row) => full(world, &reader, row).await,
    }
}

pub(super) async fn full(
    world: &World,
    reader: &Reader,
    mut row: PostingRow,
) -> Result<Option<Posting>, StoreError> {
    let Some(role) = crosswalk::role(world, &row.tenant, &row.role).await? else {
        return Ok(None);
    };
    let Some(institution) = reader.institution(&row.tenant).await? else {
        return Ok(None);
    };
    let now = world.clock.now().unix_millis();
    let most = world.applications.keep_days;
    row.keep_days = row.keep_days.min(most.into());
    let open = most > 0 && is_open(&row, now);
    Ok(Some(Posting {
        open,
        role,
        institution,
        applications: reader.applications_counted(&row.tenant, &row.id).await?,
        row,
    }))
}
