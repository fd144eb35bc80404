//! Achievements that are no longer to be used, as is said today, and what takes their place.
//!
//! **Invariant:** it is told and refuses nothing: a last cohort may go, and what was issued stays what it is.

use std::collections::HashMap;

use touchstone_store::{AchievementRow, Reader, StewardshipRow, StoreError, TenantId};

use super::{Thing, no_longer_used_since::no_longer_used_since};
use crate::World;

/// That an achievement is no longer to be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoLongerUsed {
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// What takes its place, as it was said: an address or a name; may be empty.
    pub replaced_by: String,
    /// The achievement of the same institution that is meant by that, if it is one.
    pub successor: Option<Successor>,
}

/// An achievement that takes the place of another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Successor {
    /// Its id.
    pub id: String,
    /// Its short name.
    pub slug: String,
    /// What it is called.
    pub name: String,
}

/// Whether one achievement is no longer to be used.
#[crate::boxed]
pub async fn no_longer_used(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
) -> Result<Option<NoLongerUsed>, StoreError> {
    let reader = world.store.read();
    let said = reader.stewardship(tenant, Thing::Achievement.as_str(), achievement);
    let said = said.await?.into_iter().filter_map(over).collect();
    let mut told = told(world, &reader, tenant, said).await?;
    Ok(told.remove(achievement))
}

/// Whether one achievement was no longer to be used, and what takes its place, as was said by `at`.
pub(super) async fn no_longer_used_at(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
    at: i64,
) -> Result<Option<NoLongerUsed>, StoreError> {
    let reader = world.store.read();
    let thing = (Thing::Achievement, achievement);
    let said = no_longer_used_since(&reader, tenant, thing, at).await?;
    let said = said.map(|(since, by)| (achievement.to_owned(), since, by));
    let mut told = told(world, &reader, tenant, Vec::from_iter(said)).await?;
    Ok(told.remove(achievement))
}

/// All achievements of an institution that are no longer to be used, by id. As many queries for a thousand as for one.
#[crate::boxed]
pub async fn all_no_longer_used(
    world: &World,
    tenant: &TenantId,
) -> Result<HashMap<String, NoLongerUsed>, StoreError> {
    let reader = world.store.read();
    let said = reader.stewardships(tenant).await?;
    let said = said.into_iter().filter_map(over).collect();
    told(world, &reader, tenant, said).await
}

/// Of an achievement that is no longer to be used: which, since when, and what takes its place.
fn over(row: StewardshipRow) -> Option<Over> {
    let achievement = row.kind == Thing::Achievement.as_str();
    let since = row.deprecated_at.filter(|_| achievement)?;
    Some((row.subject, since, row.replaced_by))
}

type Over = (String, i64, String);

async fn told(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    said: Vec<Over>,
) -> Result<HashMap<String, NoLongerUsed>, StoreError> {
    let mut known = Vec::new();
    let mut own = None;
    if said.iter().any(|(_, _, by)| !by.is_empty()) {
        known = reader.achievements(tenant).await?;
        let institution = reader.institution(tenant).await?;
        own = institution.map(|row| world.site.link(&format!("/i/{}/a/", row.slug)));
    }
    let told = said.into_iter().map(|(id, since, replaced_by)| {
        let successor = meant(&known, own.as_deref(), &id, &replaced_by);
        let told = NoLongerUsed {
            since,
            replaced_by,
            successor,
        };
        (id, told)
    });
    Ok(told.collect())
}

/// The achievement that is meant by an address below `own`, an id, a short name or a name. None where two are called so.
fn meant(known: &[AchievementRow], own: Option<&str>, of: &str, said: &str) -> Option<Successor> {
    let path = own.and_then(|own| said.strip_prefix(own));
    let slug = path.and_then(|path| path.split(['/', '?', '#']).next());
    let slug = slug.unwrap_or(said);
    let others = || known.iter().filter(|row| row.id != of);
    let named = || {
        let mut called = others().filter(|row| row.name == said);
        let first = called.next();
        first.filter(|_| called.next().is_none())
    };
    let mut exact = others().filter(|row| row.slug == slug || row.id == said);
    let row = exact.next().or_else(named)?;
    Some(Successor {
        id: row.id.clone(),
        slug: row.slug.clone(),
        name: row.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, slug: &str, name: &str) -> AchievementRow {
        AchievementRow {
            id: id.into(),
            tenant: TenantId::new("t"),
            slug: slug.into(),
            name: name.into(),
            latest_version: 1,
            created_at: 0,
            archived_at: None,
        }
    }

    #[test]
    fn a_successor_is_found_by_address_and_name_and_never_guessed() {
        let known = [
            row("1", "measuring", "Measuring"),
            row("2", "metrology", "Metrology"),
            row("3", "turning-a", "Turning"),
            row("4", "turning-b", "Turning"),
        ];
        let own = "https://touchstone.test/i/riverside/a/";
        let found = |said: &str| meant(&known, Some(own), "1", said).map(|one| one.id);
        for said in [
            "2",
            "metrology",
            "Metrology",
            "https://touchstone.test/i/riverside/a/metrology",
            "https://touchstone.test/i/riverside/a/metrology/2",
            "https://touchstone.test/i/riverside/a/metrology?on=2026-11-21",
        ] {
            assert_eq!(found(said).as_deref(), Some("2"), "{said}");
        }
        for said in [
            "",
            "Turning",
            "Measuring",
            "The course in metrology",
            "https://touchstone.test/i/lakeside/a/metrology",
            "https://elsewhere.test/i/riverside/a/metrology",
        ] {
            assert_eq!(found(said), None, "{said}");
        }
    }
}
