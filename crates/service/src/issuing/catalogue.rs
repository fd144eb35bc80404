//! Looking up what can be earned.

use touchstone_store::{AchievementRow, AchievementVersionRow, StoreError, TenantId};

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
pub async fn achievements(world: &World, tenant: &TenantId) -> Result<Vec<Listed>, StoreError> {
    let reader = world.store.read();
    let mut listed = Vec::new();
    for row in reader.achievements(tenant).await? {
        let latest = row.latest_version;
        listed.extend(in_version(world, tenant, row, latest).await?);
    }
    Ok(listed)
}

/// What people can earn there: achievements in use that were awarded before, by name. What was not awarded yet is a draft, and
/// nobody's business.
pub async fn awarded(world: &World, tenant: &TenantId) -> Result<Vec<Listed>, StoreError> {
    let mut listed = achievements(world, tenant).await?;
    listed.retain(|one| {
        one.achievement.archived_at.is_none() && one.version.issued_under_at.is_some()
    });
    Ok(listed)
}

/// One achievement, by its id or its short name, in this version or its latest.
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
    let unreadable = StoreError::Corrupt {
        table: "achievement_version",
        column: "document",
    };
    let definition = Definition::from_json(version.document.as_bytes()).map_err(|_| unreadable)?;
    Ok(Some(Listed {
        achievement,
        version,
        definition,
    }))
}
