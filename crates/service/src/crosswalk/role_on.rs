//! What a role said on a day, for everybody.

use touchstone_store::StoreError;
use touchstone_vc::Timestamp;

use super::{KeptRole, role::kept};
use crate::World;

/// A role as everybody could read it at a moment. `None` while it was not for everybody, before it was written, and before it was kept how it
/// changes: a draft does not become public by what was published later.
#[crate::boxed]
pub async fn role_on(
    world: &World,
    role: &KeptRole,
    at: Timestamp,
) -> Result<Option<KeptRole>, StoreError> {
    let at = at.unix_millis();
    let public_now = !role.row.public.is_empty();
    let reader = world.store.read();
    let versions = reader.role_versions(&role.row.tenant, &role.row.id).await?;
    let Some(last) = versions.last().map(|last| last.number) else {
        let known = public_now && role.row.changed_at <= at;
        return Ok(known.then(|| role.clone()));
    };
    let then = versions.into_iter().rfind(|version| version.since <= at);
    let then = then.filter(|version| match version.public {
        Some(public) => public == 1,
        // Written before that was kept. Nothing is known of it but that the last version is the role as it is.
        None => public_now && version.number == last,
    });
    let then = then.map(|version| {
        let mut row = role.row.clone();
        (row.title, row.tasks) = (version.title, version.tasks);
        row.changed_at = version.since;
        kept(row)
    });
    then.transpose()
}
