//! What applications are called, where nothing else of them is asked: nothing that came with them is read.

use touchstone_store::{ApplicationRow, PostingRow, StoreError, TenantId};

use super::{MOST_CHOSEN, ends_at};
use crate::World;

/// What an application is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApplicationName {
    /// Its id.
    pub id: String,
    /// The name that its sender gave; `None` while names are covered.
    pub name: Option<String>,
}

/// The applications to a posting that have one of `ids`, by name. What is not there any more is passed over, and so is what came to another
/// posting. `None` where the institution has no such posting.
#[crate::boxed]
pub async fn application_names(
    world: &World,
    tenant: &TenantId,
    posting: &str,
    ids: &[String],
) -> Result<Option<Vec<ApplicationName>>, StoreError> {
    let reader = world.store.read();
    let Some(posting) = reader.posting(tenant, posting).await? else {
        return Ok(None);
    };
    let now = world.clock.now().unix_millis();
    let mut all = Vec::new();
    for id in ids.iter().take(MOST_CHOSEN) {
        let row = reader.application(tenant, id).await?;
        let row = row.filter(|row| row.posting == posting.id && ends_at(world, row) > now);
        all.extend(row.map(|row| named(&posting, row)));
    }
    Ok(Some(all))
}

fn named(posting: &PostingRow, row: ApplicationRow) -> ApplicationName {
    let covered = is_covered(posting, &row);
    ApplicationName {
        id: row.id,
        name: (!covered).then_some(row.name),
    }
}

/// Whether the name of an application, and what leads to it, is not to be seen.
pub(super) fn is_covered(posting: &PostingRow, row: &ApplicationRow) -> bool {
    posting.blind == 1 && row.uncovered_at.is_none()
}
