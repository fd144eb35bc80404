//! A role as a question to wallets: DCQL, with the sets through which achievements were found, by hash.

use serde_json::{Value, json};
use touchstone_crosswalk::role::{Achievement, Compiled, Format, Need, Task, compile};
use touchstone_store::{Reader, StoreError, TenantId};

use super::{
    KeptRole,
    known_releases::released,
    own_address::{is_own, may_link, may_pass, own_addresses},
};
use crate::{World, governing::all_no_longer_used, issuing::AchievementIds};

/// Compiles a role over the achievements of every institution that takes part in the mapping sets of the role's institution.
#[crate::boxed]
pub async fn ask_wallet(world: &World, role: &KeptRole) -> Result<Compiled, StoreError> {
    let tenant = &role.row.tenant;
    let sets = released(world, tenant, world.clock.now()).await?;
    let known = achievements_in_reach(world, tenant).await?;
    let known: Vec<Achievement> = known.into_iter().map(|known| known.achievement).collect();
    let formats = [Format::LdpVc, Format::JwtVcJson];
    Ok(compile(&role.role, &known, &sets, &formats, may_pass))
}

/// The question as a document: the query itself, what it stands on, and what of each task a wallet is not asked.
pub fn dcql_document(role: &KeptRole, compiled: &Compiled) -> Value {
    let tasks = role.role.tasks.iter().enumerate().map(|(place, task)| {
        json!({
            "id": task.id,
            "label": task.label,
            "required": task.need == Need::Must,
            "credentials": compiled.credentials(place),
            "no_longer_used": compiled.no_longer_used[place],
            "level": task.level,
            "rubric": task.rubric,
            "max_age_days": task.max_age_days,
            "evidence": task.evidence,
        })
    });
    let sets = compiled.sets.iter().map(|pin| {
        json!({"mapping_set_id": pin.id, "mapping_set_version": pin.version, "sha256": pin.sha256})
    });
    let uncovered = compiled.uncovered.iter().map(|task| {
        let task = &role.role.tasks[*task];
        json!({"id": task.id, "label": task.label})
    });
    json!({
        "role": role.row.title,
        "dcql_query": compiled.query,
        "tasks": tasks.collect::<Vec<_>>(),
        "mapping_sets": sets.collect::<Vec<_>>(),
        "uncovered_tasks": uncovered.collect::<Vec<_>>(),
    })
}

/// An achievement that somebody can hold, and what it is called.
pub(crate) struct KnownAchievement {
    /// What mappings and credentials call it.
    pub(crate) achievement: Achievement,
    /// Its name.
    pub(crate) name: String,
    /// Who awards it.
    pub(crate) institution: String,
    /// That institution's short name.
    pub(crate) slug: String,
    /// How many levels it has.
    levels: usize,
    /// The kinds of evidence that it asks for; none means any or none.
    evidence: Vec<String>,
    /// The releases whose rubric its levels are on, of its issuer's own.
    rubrics: Vec<String>,
}

impl KnownAchievement {
    /// Whether one of its credentials can have the level and the evidence that a task asks for. Where it names no evidence, any may be there.
    pub(crate) fn can_show(&self, task: &Task) -> bool {
        let same =
            |one: &String, other: &String| one.trim().to_lowercase() == other.trim().to_lowercase();
        let asked = |kind: &String| task.evidence.iter().any(|one| same(one, kind));
        let place = task.level.unwrap_or_default();
        usize::try_from(place).is_ok_and(|place| place <= self.levels)
            && (task.level.is_none() || task.is_level_of(&self.rubrics))
            && (task.evidence.is_empty()
                || self.evidence.is_empty()
                || self.evidence.iter().any(asked))
    }
}

/// The achievements of every institution that takes part in the mapping sets of `tenant`, and of itself.
pub(crate) async fn achievements_in_reach(
    world: &World,
    tenant: &TenantId,
) -> Result<Vec<KnownAchievement>, StoreError> {
    let (reader, mut known) = (world.store.read(), Vec::new());
    for institution in institutions(&reader, tenant).await? {
        known.extend(achievements(world, &reader, &institution).await?);
    }
    Ok(known)
}

/// The institution, and all that take part in a set in which it does.
async fn institutions(reader: &Reader, tenant: &TenantId) -> Result<Vec<TenantId>, StoreError> {
    let mut all = vec![tenant.clone()];
    for set in reader.joined_mapping_sets(tenant).await? {
        for party in reader.mapping_parties(tenant, &set.id).await? {
            if party.joined_at.is_some() && !all.contains(&party.tenant) {
                all.push(party.tenant);
            }
        }
    }
    Ok(all)
}

/// Every version that was issued under: what nobody holds is not asked for.
async fn achievements(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
) -> Result<Vec<KnownAchievement>, StoreError> {
    let Some(institution) = reader.institution(tenant).await? else {
        return Ok(Vec::new());
    };
    let over = all_no_longer_used(world, tenant).await?;
    let mut all = Vec::new();
    for (slug, id, number, sha256) in reader.versions_issued_under(tenant).await? {
        let version = (id.as_str(), number, sha256.as_str());
        let read = world.achievements.of(reader, tenant, version).await?;
        let ids = AchievementIds::new(world.crypto, tenant.as_str(), &slug, number);
        let path = format!("/i/{}/a/{slug}/{number}", institution.slug);
        let own = world.site.link(&path);
        let did = institution.did.as_deref().unwrap_or_default();
        let links = read.links.iter().filter(|link| may_link(did, link));
        all.push(KnownAchievement {
            achievement: Achievement {
                id: ids.achievement(),
                addresses: own_addresses(did, &own),
                alignments: links.cloned().collect(),
                no_longer_used: over.contains_key(&id),
            },
            name: read.name.clone(),
            institution: institution.name.clone(),
            slug: institution.slug.clone(),
            levels: read.levels,
            evidence: read.evidence.clone(),
            rubrics: read
                .releases
                .iter()
                .filter(|link| is_own(did, link))
                .cloned()
                .collect(),
        });
    }
    Ok(all)
}
