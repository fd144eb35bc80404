//! The release that an achievement says what was agreed on in: one that began as a pilot is issued for good by it alone.

use std::collections::BTreeSet;

use touchstone_store::{CompetencyVersionRow, Reader, StoreError, TenantId};

use super::{Rubric, begin_pilot::is_linked, look::tasks_of, release::path_of_release};
use crate::issuing::Definition;

/// What stands behind an achievement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ReleasedAs {
    /// It never was a pilot.
    NoPilot,
    /// It began as the pilot of what is called so, and no release says what it says.
    NotReleased(String),
    /// This release has the same tasks and levels.
    Release(NamedRelease),
}

/// A release, as an achievement names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NamedRelease {
    /// What the competency is called.
    pub(crate) title: String,
    /// Where the file of the release is published on this site.
    pub(crate) path: String,
    /// Which release it is.
    pub(crate) number: i64,
    /// SHA-256 of the file, in hex.
    pub(crate) sha256: String,
}

/// Which release has the tasks and levels of an achievement: of several the latest.
#[crate::boxed]
pub(crate) async fn released_as(
    reader: &Reader,
    tenant: &TenantId,
    achievement: &str,
    definition: &Definition,
) -> Result<ReleasedAs, StoreError> {
    let mut found = ReleasedAs::NoPilot;
    for competency in reader.competencies_issued(tenant).await? {
        let pilots = reader.competency_pilots(tenant, &competency.id).await?;
        if !pilots.iter().any(|pilot| pilot.achievement == achievement) {
            continue;
        }
        let versions = reader.competency_versions(tenant, &competency.id).await?;
        let releases = reader.competency_releases(tenant, &competency.id).await?;
        for release in releases {
            let Some(version) = versions.iter().find(|one| one.number == release.version) else {
                continue;
            };
            if !says_the_same(definition, version, &versions)? {
                continue;
            }
            let institution = reader.institution(tenant).await?;
            let slug = institution.map(|row| row.slug).unwrap_or_default();
            return Ok(ReleasedAs::Release(NamedRelease {
                path: path_of_release(&slug, &competency.slug, release.number),
                title: competency.title,
                number: release.number,
                sha256: release.sha256,
            }));
        }
        found = ReleasedAs::NotReleased(competency.title);
    }
    Ok(found)
}

/// Whether an achievement has the tasks of a version, none of another one, and its levels in their words. What else it links, skills or the
/// level of a framework, is the issuer's.
fn says_the_same(
    definition: &Definition,
    version: &CompetencyVersionRow,
    versions: &[CompetencyVersionRow],
) -> Result<bool, StoreError> {
    let linked: BTreeSet<&str> = (definition.alignment.iter())
        .map(|link| link.target_url.as_str())
        .collect();
    let mut agreed = BTreeSet::new();
    for task in tasks_of(version)? {
        // Of a pilot that was begun when tasks in the employer's own words were not linked yet, the criteria have the words.
        let told =
            task.id.starts_with("urn:") && definition.criteria.narrative.contains(&task.label);
        if is_linked(&task) && !linked.contains(task.id.as_str()) && !told {
            return Ok(false);
        }
        agreed.insert(task.id);
    }
    for other in versions {
        let mut tasks = tasks_of(other)?.into_iter();
        if tasks.any(|task| linked.contains(task.id.as_str()) && !agreed.contains(&task.id)) {
            return Ok(false);
        }
    }
    let (Some(wanted), Some(rubric)) = (Rubric::of(version)?, &definition.rubric) else {
        return Ok(false);
    };
    let levels = rubric
        .levels
        .iter()
        .map(|one| (&one.name, &one.description));
    let same = levels.eq(wanted
        .levels
        .iter()
        .map(|one| (&one.name, &one.description)));
    let must = (rubric.levels.iter()).position(|one| one.level == rubric.required_level);
    let wanted = usize::try_from(wanted.required_level).unwrap_or_default();
    Ok(same && must.is_some_and(|place| place + 1 == wanted))
}
