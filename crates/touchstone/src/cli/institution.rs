//! Which institution a command is about, and who asks.

use anyhow::{Result, bail};
use touchstone_service::World;
use touchstone_store::{AchievementRow, InstitutionRow, TenantId};

use super::Global;
use crate::installation::Installation;

/// Opens the installation and picks the institution.
pub(super) async fn open(global: &Global) -> Result<(World, InstitutionRow)> {
    let world = Installation::open(global).await?.world;
    let institution = pick(&world, global).await?;
    Ok((world, institution))
}

/// Opens the installation for a change, and picks the institution.
pub(super) async fn open_to_change(global: &Global) -> Result<(World, TenantId)> {
    let world = Installation::open_to_change(global).await?.world;
    let institution = pick(&world, global).await?;
    Ok((world, institution.id))
}

/// The institution that the command line names, or the only one there is.
pub(super) async fn pick(world: &World, global: &Global) -> Result<InstitutionRow> {
    let mut all = world.store.read().institutions().await?;
    let slugs = all
        .iter()
        .map(|row| row.slug.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    match &global.institution {
        Some(slug) => match all.into_iter().find(|row| row.slug == *slug) {
            Some(found) => Ok(found),
            None if slugs.is_empty() => {
                bail!("--institution {slug}: there is none yet; `touchstone init` makes one")
            }
            None => bail!("--institution {slug}: there is none of that name; there are: {slugs}"),
        },
        None if all.len() > 1 => {
            bail!("there are several institutions; name one with --institution: {slugs}")
        }
        None => match all.pop() {
            Some(only) => Ok(only),
            None => bail!("there is no institution yet; `touchstone init` makes one"),
        },
    }
}

/// An achievement by its short name or its id.
pub(super) async fn achievement(
    world: &World,
    institution: &InstitutionRow,
    name: &str,
) -> Result<AchievementRow> {
    let reader = world.store.read();
    let found = match reader.achievement_by_slug(&institution.id, name).await? {
        Some(found) => Some(found),
        None => reader.achievement(&institution.id, name).await?,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let all = reader.achievements(&institution.id).await?;
    let slugs: Vec<_> = all.iter().map(|row| row.slug.as_str()).collect();
    match slugs.is_empty() {
        true => bail!(
            "{} has no achievement yet; `touchstone achievement import FILE` adds one",
            institution.name
        ),
        false => bail!(
            "{} has no achievement {name}; it has: {}",
            institution.name,
            slugs.join(", ")
        ),
    }
}

/// Who asks, for the audit: the account on this machine.
pub(super) fn actor() -> String {
    let account = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    let account: String = account
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_graphic)
        .take(64)
        .collect();
    match account.is_empty() {
        true => "command line".into(),
        false => format!("command line ({account})"),
    }
}
