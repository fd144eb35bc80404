//! The page on which an institution's own people find the roles that are open for them.

use touchstone_store::{InstitutionRow, StaffPageRow, StoreError, TenantId};

use super::{Posting, posting::full};
use crate::{World, operations::sign_up::is_shown};

/// What stands on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffPage {
    /// Its row.
    pub row: StaffPageRow,
    /// Whose people.
    pub institution: InstitutionRow,
    /// The roles that are open for them, by title.
    pub postings: Vec<Posting>,
}

/// Whether an institution has such a page, and under which name.
#[crate::boxed]
pub async fn staff_page(
    world: &World,
    tenant: &TenantId,
) -> Result<Option<StaffPageRow>, StoreError> {
    world.store.read().staff_page(tenant).await
}

/// The page that is found under a name.
#[crate::boxed]
pub async fn public_staff_page(world: &World, name: &str) -> Result<Option<StaffPage>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.public_staff_page(name).await? else {
        return Ok(None);
    };
    let Some(institution) = reader.institution(&row.tenant).await? else {
        return Ok(None);
    };
    if !is_shown(&reader, &row.tenant).await? {
        return Ok(None);
    }
    let now = world.clock.now().unix_millis();
    let mut open = Vec::new();
    for posting in reader.staff_postings(&row.tenant, now).await? {
        let posting = full(world, &reader, posting).await?;
        open.extend(posting.filter(|posting| posting.open));
    }
    open.sort_by(|one, other| one.role.role.title.cmp(&other.role.role.title));
    Ok(Some(StaffPage {
        row,
        institution,
        postings: open,
    }))
}

/// Why the page was not opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum StaffPageError {
    /// It signed up by itself, and its domain is not shown.
    #[error("{}", crate::operations::sign_up::NOT_SHOWN)]
    NotShown,
    /// There is none.
    #[error("there is no such page")]
    None,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
