//! Mapping sets and competencies that are no longer to be used, for whoever uses them and does not publish them.
//!
//! **Invariant:** it is told and refuses nothing: a set is read through until its agreement ends.

use touchstone_store::{StoreError, TenantId};

use super::{Thing, no_longer_used_since::no_longer_used_since};
use crate::World;

/// That a thing is no longer to be used, as whoever publishes it says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SaidOver {
    /// The thing, by id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// What takes its place, as it was said; may be empty.
    pub replaced_by: String,
}

/// Whether a thing that `publisher` publishes is no longer to be used.
#[crate::boxed]
pub async fn said_over(
    world: &World,
    publisher: &TenantId,
    (thing, id): (Thing, &str),
    title: &str,
) -> Result<Option<SaidOver>, StoreError> {
    let now = world.clock.now().unix_millis();
    let reader = world.store.read();
    let said = no_longer_used_since(&reader, publisher, (thing, id), now).await?;
    Ok(said.map(|(since, replaced_by)| SaidOver {
        id: id.to_owned(),
        title: title.to_owned(),
        since,
        replaced_by,
    }))
}

/// The mapping sets that an institution reads `tasks` through, by their identifiers, and that are no longer to be used. Only those are
/// opened.
#[crate::boxed]
pub async fn sets_over(
    world: &World,
    tenant: &TenantId,
    tasks: &[&str],
) -> Result<Vec<SaidOver>, StoreError> {
    let (reader, now) = (world.store.read(), world.clock.now().unix_millis());
    let mut all = Vec::new();
    for (set, release) in reader.released_mapping_sets(tenant, now).await? {
        if release.valid_until <= now {
            continue;
        }
        let thing = (Thing::MappingSet, set.id.as_str());
        let Some(said) = said_over(world, &set.tenant, thing, &set.title).await? else {
            continue;
        };
        let read = world.releases.of(&reader, tenant, &release).await?;
        let speaks = read.about(|side| tasks.contains(&side)).next().is_some();
        all.extend(speaks.then_some(said));
    }
    Ok(all)
}
