//! Looking at competencies: the list, and one of them with its versions and what was said.

use std::collections::BTreeMap;

use touchstone_crosswalk::role::Task;
use touchstone_store::{
    CompetencyCommentRow, CompetencyConflictRow, CompetencyPilotRow, CompetencyReleaseRow,
    CompetencyRow, CompetencyVersionRow, CompetencyVoteRow, MappingSetRow, Reader, StoreError,
    TenantId,
};

use super::{
    Rubric,
    release::path_of_release,
    vote::{counted, is_due},
};
use crate::{
    World,
    crosswalk::{Tally, read_tasks, taking_part},
};

/// A competency in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct CompetencySummary {
    /// The competency.
    pub row: CompetencyRow,
    /// The bloc's mapping set.
    pub set: MappingSetRow,
    /// Who drafts the tasks.
    pub employer: Organization,
    /// Who drafts the rubric and releases.
    pub issuer: Organization,
    /// The latest version.
    pub latest: CompetencyVersionRow,
    /// Whether the agreement with the latest version has ended.
    pub due: bool,
    /// Releases, latest first.
    pub releases: Vec<CompetencyReleaseRow>,
}

/// An organization, as everybody who takes part sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Organization {
    /// Its name.
    pub name: String,
    /// Its short name.
    pub slug: String,
    /// Whether that is the institution that looks.
    pub own: bool,
}

/// Something that an organization said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said<T> {
    /// The organization.
    pub organization: Organization,
    /// What.
    pub row: T,
}

/// A competency with everything that was written and said.
#[derive(Clone, Debug, PartialEq)]
pub struct CompetencyDetail {
    /// The competency.
    pub summary: CompetencySummary,
    /// Whether the institution that looks takes part; otherwise it was only asked.
    pub joined: bool,
    /// Whether it has a vote: none that joined before it has shown the same domain.
    pub has_vote: bool,
    /// All versions, latest first.
    pub versions: Vec<VersionView>,
    /// Releases, latest first, each with the path of its file.
    pub releases: Vec<(CompetencyReleaseRow, String)>,
}

/// A version.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionView {
    /// The row: number, when, why, how it stands.
    pub row: CompetencyVersionRow,
    /// Who wrote it.
    pub organization: Organization,
    /// Its tasks.
    pub tasks: Vec<Task>,
    /// Its rubric, once the issuer drafted one.
    pub rubric: Option<Rubric>,
    /// Whether the agreement with it has ended.
    pub due: bool,
    /// What the votes of the present round amount to, and what was said.
    pub ballots: Ballots,
    /// What was said of it, in order.
    pub comments: Vec<Said<CompetencyCommentRow>>,
    /// Whether and how it is tried out.
    pub pilot: Option<CompetencyPilotRow>,
}

/// What was voted on a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Ballots {
    /// What the votes of the present round amount to.
    pub tally: Tally,
    /// All votes, latest round first.
    pub votes: Vec<Said<CompetencyVoteRow>>,
    /// The conflicts of interest that reviewers declared, latest round first.
    pub conflicts: Vec<Said<CompetencyConflictRow>>,
}

/// The competencies that an institution sees: of one bloc, or of all in which it takes part or to which it was asked.
#[crate::boxed]
pub async fn competencies(
    world: &World,
    tenant: &TenantId,
    set: Option<&str>,
) -> Result<Vec<CompetencySummary>, StoreError> {
    let reader = world.store.read();
    let mut names = Names::of(tenant);
    let mut all = Vec::new();
    for one in reader.mapping_sets(tenant).await? {
        if set.is_some_and(|set| set != one.id) {
            continue;
        }
        for row in reader.competencies(tenant, &one.id).await? {
            all.push(summary(world, &reader, &mut names, row, one.clone()).await?);
        }
    }
    Ok(all)
}

/// One competency, by its id. `None` for everybody who was never asked to take part.
#[crate::boxed]
pub async fn competency(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<CompetencyDetail>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.competency(tenant, id).await? else {
        return Ok(None);
    };
    let Some(set) = reader.mapping_set(tenant, &row.mapping_set).await? else {
        return Ok(None);
    };
    let party = reader.mapping_party(tenant, &set.id).await?;
    let taking_part = taking_part(&reader, tenant, &set.id).await?;
    let mut names = Names::of(tenant);
    let comments = reader.competency_comments(tenant, id).await?;
    let pilots = reader.competency_pilots(tenant, id).await?;
    let now = world.clock.now().unix_millis();
    let mut versions = Vec::new();
    for version in reader.competency_versions(tenant, id).await? {
        let mut said = Vec::new();
        for comment in comments.iter().filter(|one| one.version == version.number) {
            let organization = names.name(&reader, &comment.organization).await?;
            let row = comment.clone();
            said.push(Said { organization, row });
        }
        let pilot = pilots.iter().find(|pilot| pilot.version == version.number);
        versions.push(VersionView {
            organization: names.name(&reader, &version.organization).await?,
            tasks: tasks_of(&version)?,
            rubric: Rubric::of(&version)?,
            due: is_due(&version, now),
            ballots: ballots(&reader, &mut names, &row, &version).await?,
            comments: said,
            pilot: pilot.cloned(),
            row: version,
        });
    }
    let summary = summary(world, &reader, &mut names, row, set).await?;
    let releases = summary.releases.iter().cloned().map(|release| {
        let path = path_of_release(&summary.issuer.slug, &summary.row.slug, release.number);
        (release, path)
    });
    Ok(Some(CompetencyDetail {
        joined: party.is_some_and(|party| party.joined_at.is_some()),
        has_vote: taking_part.contains(tenant),
        versions,
        releases: releases.collect(),
        summary,
    }))
}

/// The tasks of a version.
pub(super) fn tasks_of(row: &CompetencyVersionRow) -> Result<Vec<Task>, StoreError> {
    read_tasks(&row.tasks).ok_or(StoreError::Corrupt {
        table: "competency_version",
        column: "tasks",
    })
}

async fn summary(
    world: &World,
    reader: &Reader,
    names: &mut Names<'_>,
    row: CompetencyRow,
    set: MappingSetRow,
) -> Result<CompetencySummary, StoreError> {
    let versions = reader.competency_versions(names.tenant, &row.id).await?;
    let latest = versions.into_iter().next().ok_or(StoreError::Corrupt {
        table: "competency_version",
        column: "number",
    })?;
    Ok(CompetencySummary {
        employer: names.name(reader, &row.employer).await?,
        issuer: names.name(reader, &row.issuer).await?,
        due: is_due(&latest, world.clock.now().unix_millis()),
        releases: reader.competency_releases(names.tenant, &row.id).await?,
        latest,
        set,
        row,
    })
}

async fn ballots(
    reader: &Reader,
    names: &mut Names<'_>,
    competency: &CompetencyRow,
    version: &CompetencyVersionRow,
) -> Result<Ballots, StoreError> {
    let (tenant, id, number) = (names.tenant, &competency.id, version.number);
    let mut votes = Vec::new();
    for row in reader.competency_votes(tenant, id, number).await? {
        let organization = names.name(reader, &row.tenant).await?;
        votes.push(Said { organization, row });
    }
    votes.sort_by_key(|vote| (std::cmp::Reverse(vote.row.round), vote.row.cast_at));
    let mut conflicts = Vec::new();
    for row in reader.competency_conflicts(tenant, id, number).await? {
        let organization = names.name(reader, &row.tenant).await?;
        conflicts.push(Said { organization, row });
    }
    conflicts.reverse();
    Ok(Ballots {
        tally: counted(reader, tenant, competency, version).await?,
        votes,
        conflicts,
    })
}

/// What organizations are called, each looked up once.
struct Names<'a> {
    tenant: &'a TenantId,
    known: BTreeMap<TenantId, Organization>,
}

impl<'a> Names<'a> {
    fn of(tenant: &'a TenantId) -> Self {
        Self {
            tenant,
            known: BTreeMap::new(),
        }
    }

    async fn name(&mut self, reader: &Reader, id: &TenantId) -> Result<Organization, StoreError> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let found = reader.institution(id).await?;
        let (name, slug) = found.map_or_else(Default::default, |found| (found.name, found.slug));
        let own = id == self.tenant;
        let organization = Organization { name, slug, own };
        self.known.insert(id.clone(), organization.clone());
        Ok(organization)
    }
}
