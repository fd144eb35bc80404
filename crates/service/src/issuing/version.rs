//! Writing one version of an achievement: the step that defining, revising and importing share.
//!
//! **Invariant:** a version that was issued under is never written again; the definition, the published bytes and the audit
//! line commit together.

use std::collections::BTreeMap;

use touchstone_store::{
    AchievementRow, AchievementVersionRow, AuditLine, InstitutionRow, Reader, StoreError, TenantId,
    Tx,
};
use touchstone_vc::{Timestamp, model::Related};

use super::{
    AchievementIds, Alignment, Circumstances, Definition, Slug,
    achievement::{MOST_LINKS, RELEASE, cycle, publish},
    describe::{MarkError, drawable},
};
use crate::{
    World,
    competency::{ReleasedAs, released_as},
    ports::ArtworkError,
};

/// A version as it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// The achievement.
    pub achievement: String,
    /// Its short name.
    pub slug: String,
    /// Number of the version.
    pub version: i64,
    /// SHA-256 of the published document, in lower-case hex.
    pub sha256: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What writing a version did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// A new achievement.
    Defined,
    /// A new version of an achievement that was issued under already.
    NewVersion,
    /// The latest version was rewritten; nothing had been issued under it.
    Replaced,
    /// The latest version says the same already.
    Unchanged,
}

/// Why no version was written.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// An achievement of that short name exists.
    #[error("an achievement with the short name “{0}” exists; revise it, or choose another name")]
    SlugTaken(Slug),
    /// No achievement of that short name exists.
    #[error("there is no achievement with the short name “{0}”; define it first")]
    NoSuchAchievement(Slug),
    /// No such institution.
    #[error("no such institution")]
    NoSuchInstitution,
    /// It requires, or translates, what does not exist.
    #[error("“{0}”, which this achievement names, does not exist; define it first, or remove it")]
    UnknownAchievement(Slug),
    /// Achievements require each other in a circle.
    #[error("achievements would require each other in a circle: {}", words(.0))]
    Circle(Vec<Slug>),
    /// Somebody else saved it since it was looked at.
    #[error("this achievement was saved in between: look at what stands there, then save yours")]
    InBetween,
    /// Its picture cannot be drawn, which every file of a credential would need.
    #[error("the picture cannot be used: {}", of_picture(.0))]
    Picture(ArtworkError),
    /// Drawing its picture was interrupted.
    #[error("interrupted")]
    Interrupted,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MarkError> for VersionError {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Artwork(error) => Self::Picture(error),
            MarkError::Object(_) => Self::Interrupted,
            MarkError::Store(error) => Self::Store(error),
        }
    }
}

/// What is wrong with a picture that is drawn where a mark would stand.
fn of_picture(error: &ArtworkError) -> String {
    match error {
        ArtworkError::MarkTooLarge { bytes, limit } => {
            format!("it has {bytes} bytes; the most that is drawn is {limit}")
        }
        ArtworkError::MarkUnreadable { expected } => {
            format!("it is not a readable {expected} picture; choose another")
        }
        ArtworkError::MarkTooCostly { what } => {
            format!("it uses {what}, which is not drawn; save it again as plain shapes")
        }
        other => other.to_string(),
    }
}

/// Sees that the picture of a definition, if it has one of its own, can be drawn. Slow, so not for inside a unit of work.
pub(super) async fn see_picture(
    world: &World,
    definition: &Definition,
) -> Result<(), VersionError> {
    match &definition.image {
        Some(image) => Ok(drawable(world, image.media_type, &image.bytes()).await?),
        None => Ok(()),
    }
}

/// Whether the achievement must be new, must exist, or may be either.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Expect {
    New,
    Known,
    Either,
}

/// Writes `definition` as the version that is next, in the unit of work of the caller.
pub(crate) async fn write(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    actor: &str,
    definition: &Definition,
    expect: Expect,
) -> Result<Written, VersionError> {
    let now = world.clock.now();
    let institution = tx
        .institution(tenant)
        .await?
        .ok_or(VersionError::NoSuchInstitution)?;
    let known = tx
        .achievement_by_slug(tenant, definition.slug.as_str())
        .await?;
    match (&known, expect) {
        (Some(_), Expect::New) => return Err(VersionError::SlugTaken(definition.slug.clone())),
        (None, Expect::Known) => {
            return Err(VersionError::NoSuchAchievement(definition.slug.clone()));
        }
        _ => {}
    }
    check_stack(tx, tenant, definition).await?;
    let definition = &without_release(definition);
    let Some(known) = known else {
        let id = world.rng.uuid().to_string();
        let row = row(world, tx, &institution, definition, &id, 1, actor, now).await?;
        tx.add_achievement(AchievementRow {
            id: id.clone(),
            tenant: tenant.clone(),
            slug: definition.slug.to_string(),
            name: definition.name.clone(),
            latest_version: 1,
            created_at: now.unix_millis(),
            archived_at: None,
        })
        .await?;
        return done(tx, tenant, definition, row, Outcome::Defined).await;
    };
    let latest = tx
        .achievement_version(tenant, &known.id, known.latest_version)
        .await?;
    let definition = &with_release(world, tx, tenant, &known.id, definition).await?;
    let document = definition.to_json();
    match latest {
        Some(latest) if latest.document == document => Ok(Written {
            achievement: known.id,
            slug: known.slug,
            version: latest.version,
            sha256: latest.sha256,
            outcome: Outcome::Unchanged,
        }),
        Some(latest) if latest.issued_under_at.is_none() => {
            let row = row(
                world,
                tx,
                &institution,
                definition,
                &known.id,
                latest.version,
                actor,
                now,
            )
            .await?;
            done(tx, tenant, definition, row, Outcome::Replaced).await
        }
        _ => {
            let next = known.latest_version + 1;
            let row = row(
                world,
                tx,
                &institution,
                definition,
                &known.id,
                next,
                actor,
                now,
            )
            .await?;
            done(tx, tenant, definition, row, Outcome::NewVersion).await
        }
    }
}

/// The definition without what somebody wrote of a release: that it has what was agreed on, the program alone says.
fn without_release(definition: &Definition) -> Definition {
    let mut definition = definition.clone();
    let links = &mut definition.alignment;
    links.retain(|link| link.target_type.as_deref() != Some(RELEASE));
    definition
}

/// The definition of what began as a pilot with a link to the release that has its tasks and levels, by address and hash.
async fn with_release(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    achievement: &str,
    definition: &Definition,
) -> Result<Definition, StoreError> {
    let mut definition = definition.clone();
    let found = released_as(reader, tenant, achievement, &definition).await?;
    let links = &mut definition.alignment;
    if let ReleasedAs::Release(release) = found
        && links.len() < MOST_LINKS
    {
        links.push(Alignment {
            target_name: release.title,
            target_url: world.site.link(&release.path),
            target_description: None,
            target_framework: Some(format!("Written together, release {}", release.number)),
            target_code: Some(release.sha256),
            target_type: Some(RELEASE.to_owned()),
        });
    }
    Ok(definition)
}

async fn done(
    tx: &mut Tx,
    tenant: &TenantId,
    definition: &Definition,
    row: AchievementVersionRow,
    outcome: Outcome,
) -> Result<Written, VersionError> {
    let (action, name) = match outcome {
        Outcome::Defined => ("achievement.define", &definition.name),
        _ => ("achievement.revise", &definition.name),
    };
    let written = Written {
        achievement: row.achievement.clone(),
        slug: definition.slug.to_string(),
        version: row.version,
        sha256: row.sha256.clone(),
        outcome,
    };
    let audit = AuditLine {
        tenant: tenant.clone(),
        at: row.created_at,
        actor: row.created_by.clone(),
        action: action.into(),
        subject: row.achievement.clone(),
        detail: serde_json::json!({"version": row.version, "sha256": row.sha256}).to_string(),
    };
    match outcome {
        Outcome::Replaced => tx.rewrite_achievement_version(tenant, name, row).await?,
        _ => tx.add_achievement_version(tenant, name, row).await?,
    }
    tx.audit([audit]).await?;
    Ok(written)
}

#[expect(clippy::too_many_arguments)] // All of them are columns.
async fn row(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    definition: &Definition,
    achievement: &str,
    version: i64,
    actor: &str,
    now: Timestamp,
) -> Result<AchievementVersionRow, VersionError> {
    let tenant = &institution.id;
    let ids =
        |slug: &str, version| AchievementIds::new(world.crypto, tenant.as_str(), slug, version);
    let mut related = Vec::new();
    if version > 1 {
        let before = ids(definition.slug.as_str(), version - 1);
        related.push(Related {
            id: before.achievement(),
            version: Some(before.version().to_string()),
            ..Related::default()
        });
    }
    if let Some(origin) = &definition.translation_of {
        let row = reader.achievement_by_slug(tenant, origin.as_str()).await?;
        let row = row.ok_or_else(|| VersionError::UnknownAchievement(origin.clone()))?;
        let (origin, read) = latest(reader, tenant, &row).await?;
        related.push(Related {
            id: ids(&row.slug, origin.version).achievement(),
            in_language: read.map(|read| read.in_language.to_string()),
            version: Some(origin.version.to_string()),
        });
    }
    let circumstances = Circumstances {
        creator_name: institution.name.clone(),
        creator_did: institution.did.clone(),
        related,
    };
    let own = ids(definition.slug.as_str(), version);
    let published = publish(world.crypto, &own, definition, &circumstances);
    Ok(AchievementVersionRow {
        achievement: achievement.to_owned(),
        version,
        document: definition.to_json(),
        published: published.bytes,
        sha256: published.sha256,
        created_at: now.unix_millis(),
        created_by: actor.to_owned(),
        issued_under_at: None,
    })
}

/// What an achievement requires must exist, and must not require it in turn.
async fn check_stack(
    reader: &Reader,
    tenant: &TenantId,
    definition: &Definition,
) -> Result<(), VersionError> {
    if definition.requires.is_empty() {
        return Ok(());
    }
    let mut requires = BTreeMap::new();
    for row in reader.achievements(tenant).await? {
        let (_, read) = latest(reader, tenant, &row).await?;
        if let Some(read) = read {
            requires.insert(read.slug, read.requires);
        }
    }
    if let Some(unknown) = definition
        .requires
        .iter()
        .find(|slug| !requires.contains_key(*slug))
    {
        return Err(VersionError::UnknownAchievement(unknown.clone()));
    }
    requires.insert(definition.slug.clone(), definition.requires.clone());
    cycle(&definition.slug, &requires).map_or(Ok(()), |way| Err(VersionError::Circle(way)))
}

/// The latest version of an achievement, and its definition where this program can read it.
pub(super) async fn latest(
    reader: &Reader,
    tenant: &TenantId,
    row: &AchievementRow,
) -> Result<(AchievementVersionRow, Option<Definition>), StoreError> {
    let version = reader
        .achievement_version(tenant, &row.id, row.latest_version)
        .await?;
    let version = version.ok_or(StoreError::Corrupt {
        table: "achievement",
        column: "latest_version",
    })?;
    let read = Definition::from_json(version.document.as_bytes()).ok();
    Ok((version, read))
}

fn words(way: &[Slug]) -> String {
    way.iter().map(Slug::as_str).collect::<Vec<_>>().join(" → ")
}
