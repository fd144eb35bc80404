//! Looking at mapping sets: the list, one set, one mapping.

use std::collections::BTreeMap;

use touchstone_store::{
    EndorsedKind, MappingConflictRow, MappingFilter, MappingReleaseSummary, MappingRow,
    MappingSetRow, MappingState, MappingVoteRow, Reader, StoreError, TenantId,
};

use super::{
    MappingView, Tally, document,
    release::{endorsements_path_of_release, path_of_release},
    taking_part::taking_part,
    vote::counted,
};
use crate::{World, endorsing::standing};

/// A set in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SetSummary {
    /// The set.
    pub set: MappingSetRow,
    /// How many mappings there are in each state.
    pub counts: BTreeMap<&'static str, i64>,
    /// How many agreements have ended.
    pub due: u64,
    /// The latest released version.
    pub latest: Option<MappingReleaseSummary>,
    /// Whether the institution that looks publishes it.
    pub own: bool,
    /// Whether the institution that looks takes part; otherwise it was only asked.
    pub joined: bool,
}

/// A set with everybody who takes part and every release.
#[derive(Clone, Debug, PartialEq)]
pub struct SetDetail {
    /// The set.
    pub summary: SetSummary,
    /// Its identifier in files.
    pub iri: String,
    /// Whether the institution that looks has a vote: it takes part, and none that joined before it has shown the same domain.
    pub has_vote: bool,
    /// Who takes part or was asked.
    pub parties: Vec<Party>,
    /// Released versions, latest first.
    pub releases: Vec<ReleaseView>,
}

/// A released version of a set, as everybody can read it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseView {
    /// The release.
    pub release: MappingReleaseSummary,
    /// The path of its file.
    pub path: String,
    /// The path of what others say about it.
    pub endorsements: String,
    /// Organizations other than the publisher that stand behind it now. `None` where no endorsement is shown.
    pub endorsers: Option<Vec<String>>,
}

/// An institution that takes part in a set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its short name.
    pub slug: String,
    /// When it joined; `None` if it was only asked.
    pub joined_at: Option<i64>,
    /// Whether it has a vote: it takes part, and none that joined before it has shown the same domain.
    pub has_vote: bool,
}

/// Some mappings of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingList {
    /// The mappings, in the order in which they came.
    pub mappings: Vec<MappingRow>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// A mapping with its votes.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingDetail {
    /// The set.
    pub set: MappingSetRow,
    /// The mapping.
    pub row: MappingRow,
    /// What it says.
    pub view: MappingView,
    /// The organization that proposed it or took it in.
    pub organization: String,
    /// Whether that is the institution that looks.
    pub own: bool,
    /// Whether the institution that looks takes part.
    pub joined: bool,
    /// Whether it has a vote: none that joined before it has shown the same domain.
    pub has_vote: bool,
    /// Whether its agreement has ended, or the release from which it was taken over.
    pub due: bool,
    /// What the votes of the present round amount to.
    pub tally: Tally,
    /// All votes, latest round first.
    pub votes: Vec<VoteView>,
    /// The conflicts of interest that reviewers declared, latest round first.
    pub conflicts: Vec<ConflictView>,
}

/// A conflict of interest that a reviewer declared. Everybody who takes part sees the organization.
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictView {
    /// The reviewer's organization.
    pub organization: String,
    /// What was declared.
    pub row: MappingConflictRow,
}

/// What one organization said in one round.
#[derive(Clone, Debug, PartialEq)]
pub struct VoteView {
    /// The organization.
    pub organization: String,
    /// Whether that is the institution that looks.
    pub own: bool,
    /// The vote.
    pub row: MappingVoteRow,
}

/// The sets in which an institution takes part or was asked to, by title.
#[crate::boxed]
pub async fn sets(world: &World, tenant: &TenantId) -> Result<Vec<SetSummary>, StoreError> {
    let reader = world.store.read();
    let mut all = Vec::new();
    for row in reader.mapping_sets(tenant).await? {
        all.push(summary(world, &reader, tenant, row).await?);
    }
    Ok(all)
}

/// One set, by its id. `None` for everybody who was never asked to take part.
#[crate::boxed]
pub async fn set(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<SetDetail>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.mapping_set(tenant, id).await? else {
        return Ok(None);
    };
    let owner = reader.institution(&row.tenant).await?;
    let owner = owner.map(|owner| owner.slug).unwrap_or_default();
    let taking_part = taking_part(&reader, tenant, id).await?;
    let mut parties = Vec::new();
    for party in reader.mapping_parties(tenant, id).await? {
        let institution = reader.institution(&party.tenant).await?;
        parties.extend(institution.map(|institution| Party {
            name: institution.name,
            slug: institution.slug,
            joined_at: party.joined_at,
            has_vote: taking_part.contains(&party.tenant),
        }));
    }
    let (mut releases, now) = (Vec::new(), world.clock.now().unix_millis());
    for release in reader.mapping_releases(tenant, id).await? {
        let path = path_of_release(&owner, &row.slug, release.number);
        let thing = (EndorsedKind::MappingSet, id, release.number);
        let endorsers = standing(&reader, &row.tenant, thing, now).await?;
        releases.push(ReleaseView {
            endorsements: endorsements_path_of_release(&owner, &row.slug, release.number),
            path,
            endorsers: endorsers.map(|all| all.into_iter().map(|(name, _)| name).collect()),
            release,
        });
    }
    Ok(Some(SetDetail {
        iri: iri(world, &owner, &row.slug),
        has_vote: taking_part.contains(tenant),
        parties,
        releases,
        summary: summary(world, &reader, tenant, row).await?,
    }))
}

/// Some mappings of a set, after an id. `None` where there is no such set.
#[crate::boxed]
pub async fn mappings(
    world: &World,
    tenant: &TenantId,
    set: &str,
    filter: &MappingFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<Option<MappingList>, StoreError> {
    let reader = world.store.read();
    if reader.mapping_set(tenant, set).await?.is_none() {
        return Ok(None);
    }
    let after = after.unwrap_or_default();
    let mut mappings = reader
        .mappings(tenant, set, filter, after, limit + 1)
        .await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = mappings.len() > most;
    mappings.truncate(most);
    let last = mappings.last().filter(|_| more);
    Ok(Some(MappingList {
        next: last.map(|last| last.id.clone()),
        mappings,
    }))
}

/// One mapping of a set. `None` for everybody who was never asked to take part.
#[crate::boxed]
pub async fn mapping(
    world: &World,
    tenant: &TenantId,
    set: &str,
    id: &str,
) -> Result<Option<MappingDetail>, StoreError> {
    let reader = world.store.read();
    let Some(set) = reader.mapping_set(tenant, set).await? else {
        return Ok(None);
    };
    let Some(row) = reader.mapping(tenant, &set.id, id).await? else {
        return Ok(None);
    };
    let (_, said) = document::read(&row)?;
    let mut names = BTreeMap::new();
    let mut votes = Vec::new();
    for vote in reader.mapping_votes(tenant, &set.id, id).await? {
        let organization = name(&reader, &mut names, &vote.tenant).await?;
        votes.push(VoteView {
            organization,
            own: vote.tenant == *tenant,
            row: vote,
        });
    }
    votes.sort_by_key(|vote| (std::cmp::Reverse(vote.row.round), vote.row.cast_at));
    let mut conflicts = Vec::new();
    for row in reader.mapping_conflicts(tenant, &set.id, id).await? {
        let organization = name(&reader, &mut names, &row.tenant).await?;
        conflicts.push(ConflictView { organization, row });
    }
    conflicts.reverse();
    let party = reader.mapping_party(tenant, &set.id).await?;
    let now = world.clock.now().unix_millis();
    Ok(Some(MappingDetail {
        conflicts,
        view: MappingView::of(&said),
        organization: name(&reader, &mut names, &row.organization).await?,
        own: row.organization == *tenant,
        joined: party.is_some_and(|party| party.joined_at.is_some()),
        has_vote: taking_part(&reader, tenant, &set.id)
            .await?
            .contains(tenant),
        due: is_due(&row, now),
        tally: counted(&reader, tenant, &row).await?,
        votes,
        set,
        row,
    }))
}

/// Whether the agreement with a mapping has ended, or the release from which it was taken over.
pub(super) fn is_due(row: &MappingRow, now: i64) -> bool {
    let ends = matches!(row.state, MappingState::Agreed | MappingState::Stated);
    ends && row.review_due.is_some_and(|due| due <= now)
}

/// The identifier of a set in files.
pub(super) fn iri(world: &World, institution: &str, set: &str) -> String {
    world.site.link(&format!("/i/{institution}/mappings/{set}"))
}

async fn summary(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    set: MappingSetRow,
) -> Result<SetSummary, StoreError> {
    let counts = reader.mapping_counts(tenant, &set.id).await?.into_iter();
    let due = MappingFilter {
        due_by: Some(world.clock.now().unix_millis()),
        ..MappingFilter::default()
    };
    let party = reader.mapping_party(tenant, &set.id).await?;
    Ok(SetSummary {
        counts: counts.map(|one| (one.state.as_str(), one.count)).collect(),
        due: reader.mappings_counted(tenant, &set.id, &due).await?,
        latest: reader
            .mapping_releases(tenant, &set.id)
            .await?
            .into_iter()
            .next(),
        own: set.tenant == *tenant,
        joined: party.is_some_and(|party| party.joined_at.is_some()),
        set,
    })
}

async fn name(
    reader: &Reader,
    known: &mut BTreeMap<String, String>,
    tenant: &TenantId,
) -> Result<String, StoreError> {
    if let Some(name) = known.get(tenant.as_str()) {
        return Ok(name.clone());
    }
    let institution = reader.institution(tenant).await?;
    let name = institution
        .map(|institution| institution.name)
        .unwrap_or_default();
    known.insert(tenant.to_string(), name.clone());
    Ok(name)
}
