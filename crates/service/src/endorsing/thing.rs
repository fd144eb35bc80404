//! What is endorsed: one version of an achievement, or one release of a mapping set, as everybody can read it.

use touchstone_store::{EndorsedKind, InstitutionRow, Reader, StoreError, TenantId};

use crate::{
    World,
    crosswalk::path_of_release,
    issuing::{AchievementIds, Definition},
};

/// What is endorsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Endorsed {
    /// What it is.
    pub kind: EndorsedKind,
    /// The achievement, or the mapping set.
    pub thing: String,
    /// Its version, or the number of its release.
    pub version: i64,
    /// By what an endorsement names it: the achievement's identifier, or the address of the release.
    pub subject: String,
    /// What it is called.
    pub title: String,
    /// Where its exact bytes are published.
    pub url: String,
    /// Their SHA-256, in lower-case hex.
    pub sha256: String,
    /// The bytes.
    pub document: Vec<u8>,
    /// What they say, of an achievement.
    pub definition: Option<Definition>,
}

/// One version of a thing of an institution, by the id or the short name of an achievement or the id of a set; its latest, where none is named.
pub(super) async fn endorsed(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    kind: EndorsedKind,
    named: &str,
    version: Option<i64>,
) -> Result<Option<Endorsed>, StoreError> {
    match kind {
        EndorsedKind::Achievement => achievement(world, reader, institution, named, version).await,
        EndorsedKind::MappingSet => release(world, reader, institution, named, version).await,
    }
}

/// What an institution can have endorsed: each achievement in use and each set it publishes, as it stands now. Kind, id, version and title.
#[crate::boxed]
pub async fn askable(
    world: &World,
    tenant: &TenantId,
) -> Result<Vec<(EndorsedKind, String, i64, String)>, StoreError> {
    let reader = world.store.read();
    let mut all = Vec::new();
    for row in reader.achievements(tenant).await? {
        if row.archived_at.is_none() {
            all.push((
                EndorsedKind::Achievement,
                row.id,
                row.latest_version,
                row.name,
            ));
        }
    }
    for set in reader.mapping_sets(tenant).await? {
        if set.tenant != *tenant {
            continue;
        }
        let latest = reader.mapping_releases(tenant, &set.id).await?;
        if let Some(latest) = latest.first() {
            all.push((EndorsedKind::MappingSet, set.id, latest.number, set.title));
        }
    }
    Ok(all)
}

async fn achievement(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    named: &str,
    version: Option<i64>,
) -> Result<Option<Endorsed>, StoreError> {
    let tenant = &institution.id;
    let row = match reader.achievement(tenant, named).await? {
        Some(row) => Some(row),
        None => reader.achievement_by_slug(tenant, named).await?,
    };
    let Some(row) = row else { return Ok(None) };
    let version = version.unwrap_or(row.latest_version);
    let found = reader.achievement_version(tenant, &row.id, version).await?;
    let Some(found) = found else { return Ok(None) };
    let definition = Definition::stored(&found.document)?;
    let ids = AchievementIds::new(world.crypto, tenant.as_str(), &row.slug, version);
    let path = format!("/i/{}/a/{}/{version}", institution.slug, row.slug);
    Ok(Some(Endorsed {
        kind: EndorsedKind::Achievement,
        thing: row.id,
        version,
        subject: ids.achievement(),
        title: definition.name.clone(),
        url: world.site.link(&path),
        sha256: found.sha256,
        document: found.published,
        definition: Some(definition),
    }))
}

async fn release(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    set: &str,
    number: Option<i64>,
) -> Result<Option<Endorsed>, StoreError> {
    let tenant = &institution.id;
    let set = reader.mapping_set(tenant, set).await?;
    let Some(set) = set.filter(|set| set.tenant == *tenant) else {
        return Ok(None);
    };
    let number = match number {
        Some(number) => Some(number),
        None => {
            let all = reader.mapping_releases(tenant, &set.id).await?;
            all.first().map(|latest| latest.number)
        }
    };
    let Some(number) = number else {
        return Ok(None);
    };
    let found = reader.mapping_release(tenant, &set.id, number).await?;
    Ok(found.map(|found| {
        let path = path_of_release(&institution.slug, &set.slug, number);
        let url = world.site.link(&path);
        Endorsed {
            kind: EndorsedKind::MappingSet,
            thing: set.id,
            version: number,
            subject: url.clone(),
            title: set.title,
            url,
            sha256: found.sha256,
            document: found.file,
            definition: None,
        }
    }))
}
