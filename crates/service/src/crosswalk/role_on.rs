//! What a role said on a day.

use touchstone_store::StoreError;
use touchstone_vc::Timestamp;

use super::{KeptRole, role::kept};
use crate::World;

/// A role as it was at a moment. `None` before it was written, or before it was kept how it changes.
pub async fn role_on(
    world: &World,
    role: &KeptRole,
    at: Timestamp,
) -> Result<Option<KeptRole>, StoreError> {
    let at = at.unix_millis();
    let reader = world.store.read();
    let versions = reader.role_versions(&role.row.tenant, &role.row.id).await?;
    if versions.is_empty() {
        return Ok((role.row.changed_at <= at).then(|| role.clone()));
    }
    let then = versions.into_iter().rfind(|version| version.since <= at);
    let then = then.map(|version| {
        let mut row = role.row.clone();
        (row.title, row.tasks) = (version.title, version.tasks);
        row.changed_at = version.since;
        kept(row)
    });
    then.transpose()
}
