//! Looking up what can be earned.

use touchstone_store::{AchievementRow, AchievementVersionRow, Reader, StoreError, TenantId};

use super::Definition;
use crate::World;

/// An achievement, in one of its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The achievement.
    pub achievement: AchievementRow,
    /// The version: its document, its published bytes and whether it is frozen.
    pub version: AchievementVersionRow,
    /// What the version says.
    pub definition: Definition,
}

/// All achievements of an institution in their latest version, by name.
#[crate::boxed]
pub async fn achievements(world: &World, tenant: &TenantId) -> Result<Vec<Listed>, StoreError> {
    let reader = world.store.read();
    let mut listed = Vec::new();
    for row in reader.achievements(tenant).await? {
        let latest = row.latest_version;
        listed.extend(in_version(world, tenant, row, latest).await?);
    }
    Ok(listed)
}

/// What people can earn there: achievements in use that were awarded before, by name, each in the newest version that was. What
/// was not awarded yet is a draft, and nobody's business. One that cannot be read is left out: the others are still on offer.
#[crate::boxed]
pub async fn awarded(world: &World, tenant: &TenantId) -> Result<Vec<Listed>, StoreError> {
    let reader = world.store.read();
    let mut listed = Vec::new();
    for row in reader.achievements(tenant).await? {
        if row.archived_at.is_some() {
            continue;
        }
        let Some(version) = newest_awarded(&reader, tenant, &row).await? else {
            continue;
        };
        let (id, number) = (row.id.clone(), version.version);
        match read(row, version) {
            Ok(one) => listed.push(one),
            Err(error) => {
                tracing::warn!(%error, achievement = %id, version = number, "an achievement was left out of the public page");
            }
        }
    }
    // The rows are in the order of their latest names, which may be those of drafts.
    listed.sort_by(|one, other| one.definition.name.cmp(&other.definition.name));
    Ok(listed)
}

/// One achievement, by its id or its short name, in this version or its latest.
#[crate::boxed]
pub async fn achievement(
    world: &World,
    tenant: &TenantId,
    named: &str,
    version: Option<i64>,
) -> Result<Option<Listed>, StoreError> {
    let reader = world.store.read();
    let row = match reader.achievement_by_slug(tenant, named).await? {
        Some(row) => Some(row),
        None => reader.achievement(tenant, named).await?,
    };
    let Some(row) = row else { return Ok(None) };
    let version = version.unwrap_or(row.latest_version);
    in_version(world, tenant, row, version).await
}

/// The definition documents of an institution, as one JSON list that can be imported elsewhere.
#[crate::boxed]
pub async fn export(world: &World, tenant: &TenantId) -> Result<String, StoreError> {
    let listed = achievements(world, tenant).await?;
    let definitions: Vec<&Definition> = listed.iter().map(|one| &one.definition).collect();
    Ok(serde_json::to_string_pretty(&definitions)
        .expect("texts, numbers and lists always become JSON"))
}

async fn in_version(
    world: &World,
    tenant: &TenantId,
    achievement: AchievementRow,
    version: i64,
) -> Result<Option<Listed>, StoreError> {
    let Some(version) = world
        .store
        .read()
        .achievement_version(tenant, &achievement.id, version)
        .await?
    else {
        return Ok(None);
    };
    read(achievement, version).map(Some)
}

/// Looks back from the latest version: at most that one is a draft, and no more are read than it takes.
async fn newest_awarded(
    reader: &Reader,
    tenant: &TenantId,
    row: &AchievementRow,
) -> Result<Option<AchievementVersionRow>, StoreError> {
    for number in (1..=row.latest_version).rev() {
        let version = reader.achievement_version(tenant, &row.id, number).await?;
        if let Some(version) = version.filter(|version| version.issued_under_at.is_some()) {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

fn read(achievement: AchievementRow, version: AchievementVersionRow) -> Result<Listed, StoreError> {
    let definition = Definition::stored(&version.document)?;
    Ok(Listed {
        achievement,
        version,
        definition,
    })
}
