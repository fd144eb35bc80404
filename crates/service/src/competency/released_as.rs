//! The release that an achievement says what was agreed on in: one that began as a pilot is issued for good by it alone.

use std::collections::BTreeSet;

use touchstone_crosswalk::role::Task;
use touchstone_store::{CompetencyVersionRow, Reader, StoreError, TenantId};

use super::{
    Rubric, begin_pilot::is_linked, error::plain, look::tasks_of, release::path_of_release,
};
use crate::issuing::Definition;

/// What stands behind an achievement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ReleasedAs {
    /// It never was a pilot.
    NoPilot,
    /// It began as the pilot of what is called so, and no release says what it says.
    NotReleased {
        /// What the competency is called.
        title: String,
        /// In what the latest release says something else; `None` where nothing is released.
        differs: Option<Difference>,
    },
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
    /// SHA-256 of the files of releases before it that say the same.
    before: Vec<String>,
}

impl NamedRelease {
    /// Whether an achievement that gives this SHA-256 names it, or one before it that says the same.
    pub(crate) fn is_named(&self, sha256: &str) -> bool {
        self.sha256 == sha256 || self.before.iter().any(|one| one == sha256)
    }
}

/// In what an achievement says something else than a release: the first that was found.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Difference {
    /// A task of the release.
    #[error("the task “{0}” is missing, or has another name")]
    Task(String),
    /// A task that the release does not have.
    #[error("“{0}” is linked as a task, and is none of the release")]
    OtherTask(String),
    /// How many levels there are.
    #[error("the release has {0} levels")]
    Levels(usize),
    /// A level of the release.
    #[error("the level “{0}” of the release has another name or description")]
    Level(String),
    /// Which level must be reached.
    #[error("in the release, level {0} must be reached")]
    RequiredLevel(u32),
}

/// Which release has the tasks and levels of an achievement: of several the latest.
#[crate::boxed]
pub(crate) async fn released_as(
    reader: &Reader,
    tenant: &TenantId,
    achievement: &str,
    definition: &Definition,
) -> Result<ReleasedAs, StoreError> {
    let competency = reader.competency_of_pilot(tenant, achievement).await?;
    let Some(competency) = competency else {
        return Ok(ReleasedAs::NoPilot);
    };
    let versions = reader.competency_versions(tenant, &competency.id).await?;
    let releases = reader.competency_releases(tenant, &competency.id).await?;
    let (mut same, mut differs) = (Vec::new(), None);
    for release in releases {
        let Some(version) = versions.iter().find(|one| one.number == release.version) else {
            continue;
        };
        match difference(definition, version, &versions)? {
            None => same.push((release.number, release.sha256)),
            Some(found) => differs = differs.or(Some(found)),
        }
    }
    let mut same = same.into_iter();
    let Some((number, sha256)) = same.next() else {
        let title = competency.title;
        return Ok(ReleasedAs::NotReleased { title, differs });
    };
    let institution = reader.institution(tenant).await?;
    let slug = institution.map(|row| row.slug).unwrap_or_default();
    Ok(ReleasedAs::Release(NamedRelease {
        path: path_of_release(&slug, &competency.slug, number),
        title: competency.title,
        number,
        sha256,
        before: same.map(|(_, sha256)| sha256).collect(),
    }))
}

/// In what an achievement does not have the tasks of a version, and no other task, and its levels in their words. What else it links, skills or
/// the level of a framework, and the examples of its levels are the issuer's.
fn difference(
    definition: &Definition,
    version: &CompetencyVersionRow,
    versions: &[CompetencyVersionRow],
) -> Result<Option<Difference>, StoreError> {
    let tasks = tasks_of(version)?;
    if let Some(missing) = tasks.iter().find(|task| !has(definition, task)) {
        return Ok(Some(Difference::Task(missing.label.clone())));
    }
    let agreed: BTreeSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    let mut drafted = BTreeSet::new();
    for other in versions {
        drafted.extend(tasks_of(other)?.into_iter().map(|task| task.id));
    }
    let other = definition.alignment.iter().find(|link| {
        let is_task = link.target_type.as_deref() == Some(TASK);
        (is_task || drafted.contains(&link.target_url))
            && !agreed.contains(link.target_url.as_str())
    });
    if let Some(other) = other {
        return Ok(Some(Difference::OtherTask(other.target_name.clone())));
    }
    let wanted = Rubric::of(version)?;
    let wanted_levels = wanted.as_ref().map_or(0, |rubric| rubric.levels.len());
    let (Some(wanted), Some(rubric)) = (wanted, &definition.rubric) else {
        return Ok(Some(Difference::Levels(wanted_levels)));
    };
    if rubric.levels.len() != wanted_levels {
        return Ok(Some(Difference::Levels(wanted_levels)));
    }
    let mut both = rubric.levels.iter().zip(&wanted.levels);
    let other = both.find(|(here, there)| {
        plain(&here.name) != plain(&there.name)
            || plain(&here.description) != plain(&there.description)
    });
    if let Some((_, there)) = other {
        return Ok(Some(Difference::Level(there.name.clone())));
    }
    let must = (rubric.levels.iter()).position(|one| one.level == rubric.required_level);
    let place = usize::try_from(wanted.required_level).unwrap_or_default();
    Ok(match must.is_some_and(|must| must + 1 == place) {
        true => None,
        false => Some(Difference::RequiredLevel(wanted.required_level)),
    })
}

/// Whether an achievement has a task: linked, by its name; or, where it cannot be linked, as a line of the criteria.
fn has(definition: &Definition, task: &Task) -> bool {
    let label = plain(&task.label);
    let mut linked = (definition.alignment.iter())
        .filter(|link| link.target_url == task.id)
        .peekable();
    if linked.peek().is_some() {
        return linked.all(|link| plain(&link.target_name) == label);
    }
    // Of a pilot that was begun when tasks in the employer's own words were not linked yet, the criteria have the words as well.
    let may_be_told = !is_linked(task) || task.id.starts_with("urn:");
    let told = format!("- {label}");
    let mut lines = definition.criteria.narrative.lines();
    may_be_told && lines.any(|line| line.trim() == told)
}

/// What a link to a task says that it is.
const TASK: &str = "ext:Task";
