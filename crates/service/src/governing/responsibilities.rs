//! Looking up who answers for what.

use touchstone_store::{PastStewardshipRow, Reader, StewardshipRow, StoreError, TenantId};

use super::Thing;
use crate::World;

/// A thing, what it is called, and who answers for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Responsibility {
    /// Its kind.
    pub thing: Thing,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What was said of it; `None`: nobody was named.
    pub said: Option<StewardshipRow>,
    /// Whether the time of whoever answers for it has ended.
    pub ended: bool,
}

/// Everything of an institution for which somebody could answer: what ends first stands first, what nobody answers for last.
#[crate::boxed]
pub async fn responsibilities(
    world: &World,
    tenant: &TenantId,
) -> Result<Vec<Responsibility>, StoreError> {
    let reader = world.store.read();
    let mut said = reader.stewardships(tenant).await?;
    let now = world.clock.now().unix_millis();
    let mut all = Vec::new();
    for (thing, id, title) in things(&reader, tenant).await? {
        let place = said
            .iter()
            .position(|row| row.kind == thing.as_str() && row.subject == id);
        all.push(of(
            thing,
            id,
            title,
            place.map(|place| said.swap_remove(place)),
            now,
        ));
    }
    all.sort_by_key(|one| {
        let until = one
            .said
            .as_ref()
            .map(|said| said.until.unwrap_or(i64::MAX - 1));
        (until.unwrap_or(i64::MAX), one.thing, one.title.clone())
    });
    Ok(all)
}

/// One thing of an institution. `None` where it has no such thing.
#[crate::boxed]
pub async fn responsibility(
    world: &World,
    tenant: &TenantId,
    thing: Thing,
    id: &str,
) -> Result<Option<Responsibility>, StoreError> {
    let reader = world.store.read();
    let Some(title) = title(&reader, tenant, thing, id).await? else {
        return Ok(None);
    };
    let said = reader.stewardship(tenant, thing.as_str(), id).await?;
    let now = world.clock.now().unix_millis();
    Ok(Some(of(thing, id.to_owned(), title, said, now)))
}

/// What was said before of who answers for a thing, latest first.
#[crate::boxed]
pub async fn answered_before(
    world: &World,
    tenant: &TenantId,
    thing: Thing,
    id: &str,
) -> Result<Vec<PastStewardshipRow>, StoreError> {
    let reader = world.store.read();
    reader.past_stewardships(tenant, thing.as_str(), id).await
}

fn of(
    thing: Thing,
    id: String,
    title: String,
    said: Option<StewardshipRow>,
    now: i64,
) -> Responsibility {
    let until = said.as_ref().and_then(|said| said.until);
    Responsibility {
        thing,
        id,
        title,
        ended: until.is_some_and(|until| until <= now),
        said,
    }
}

/// What an institution's thing is called. A mapping set is that of whoever publishes it, a competency that of its issuer.
pub(super) async fn title(
    reader: &Reader,
    tenant: &TenantId,
    thing: Thing,
    id: &str,
) -> Result<Option<String>, StoreError> {
    Ok(match thing {
        Thing::Achievement => {
            let found = reader.achievement(tenant, id).await?;
            found.map(|row| row.name)
        }
        Thing::Role => reader.role(tenant, id).await?.map(|row| row.title),
        Thing::MappingSet => {
            let found = reader.mapping_set(tenant, id).await?;
            let own = found.filter(|row| row.tenant == *tenant);
            own.map(|row| row.title)
        }
        Thing::Competency => {
            let found = reader.competency(tenant, id).await?;
            let own = found.filter(|row| row.issuer == *tenant);
            own.map(|row| row.title)
        }
    })
}

/// Everything of an institution that is governed, with what it is called.
pub(super) async fn things(
    reader: &Reader,
    tenant: &TenantId,
) -> Result<Vec<(Thing, String, String)>, StoreError> {
    let mut all = Vec::new();
    for row in reader.achievements(tenant).await? {
        all.push((Thing::Achievement, row.id, row.name));
    }
    for row in reader.roles(tenant).await? {
        all.push((Thing::Role, row.id, row.title));
    }
    for row in reader.competencies_issued(tenant).await? {
        all.push((Thing::Competency, row.id, row.title));
    }
    for row in reader.mapping_sets(tenant).await? {
        if row.tenant == *tenant {
            all.push((Thing::MappingSet, row.id, row.title));
        }
    }
    Ok(all)
}
