//! Looking at what can be earned with the eyes of whoever must act on it.

use touchstone_store::{AchievementVersionRow, InstitutionRow, Reader, StoreError, TenantId};
use touchstone_vc::{
    badge,
    lint::{Facts, IssuerFacts, Known, LintReport, Profile, lint},
};

use super::{
    Definition, Links, catalogue::achievement, cohort::issuer_profile, look_up_links::look_up_links,
};
use crate::{World, crosswalk::link_facts, endorsing::endorsement_facts, verifying::listed_by};

/// Judges a version of an achievement, or its latest. `None` if the institution has none of that id or short name.
#[crate::boxed]
pub async fn lint_achievement(
    world: &World,
    tenant: &TenantId,
    named: &str,
    version: Option<i64>,
    profile: Profile,
    links: Links,
) -> Result<Option<LintReport>, StoreError> {
    let Some(found) = achievement(world, tenant, named, version).await? else {
        return Ok(None);
    };
    let reader = world.store.read();
    let institution = reader.institution(tenant).await?;
    let version = &found.version;
    let mut facts = facts_of_version(world, &reader, institution.as_ref(), version).await?;
    if links == Links::LookedUp {
        look_up_links(&world.fetch, &mut facts).await;
    }
    Ok(Some(lint(&facts, profile)))
}

/// Judges a definition that is being written and may never be stored.
#[crate::boxed]
pub async fn lint_definition(
    world: &World,
    tenant: &TenantId,
    definition: &Definition,
    profile: Profile,
    links: Links,
) -> Result<LintReport, StoreError> {
    let reader = world.store.read();
    let institution = reader.institution(tenant).await?;
    let mut facts = facts(world, &reader, institution.as_ref(), definition).await?;
    if links == Links::LookedUp {
        look_up_links(&world.fetch, &mut facts).await;
    }
    Ok(lint(&facts, profile))
}

/// The facts of a stored version, as its institution stands now.
pub(super) async fn facts_of_version(
    world: &World,
    reader: &Reader,
    institution: Option<&InstitutionRow>,
    version: &AchievementVersionRow,
) -> Result<Facts, StoreError> {
    let definition = Definition::stored(&version.document)?;
    facts(world, reader, institution, &definition).await
}

async fn facts(
    world: &World,
    reader: &Reader,
    institution: Option<&InstitutionRow>,
    definition: &Definition,
) -> Result<Facts, StoreError> {
    let read = Facts::of_achievement(definition.to_json().as_bytes(), None, world.clock.now());
    let mut facts = read.expect("a definition is a document of an achievement");
    facts.issuer = institution.map_or_else(IssuerFacts::default, |row| issuer(world, row));
    if facts.issuer.recognition == Known::Absent
        && let Some(did) = facts.issuer.did.stated()
        && let Some(register) = listed_by(world, did).await?
    {
        facts.issuer.recognition = Known::Stated(register);
    }
    if let Some(institution) = institution {
        facts.mappings = link_facts(world, reader, institution, definition).await?;
        let given = endorsement_facts(reader, institution, definition).await?;
        if !given.is_empty() {
            let mut all = facts.endorsements.stated().cloned().unwrap_or_default();
            all.extend(given);
            facts.endorsements = Known::Stated(all);
        }
    }
    Ok(facts)
}

/// The institution as it will stand in credentials.
fn issuer(world: &World, row: &InstitutionRow) -> IssuerFacts {
    let profile = issuer_profile(world, row).map(|profile| badge::profile(&profile).to_string());
    let read = profile.and_then(|profile| IssuerFacts::of_profile(profile.as_bytes()).ok());
    read.unwrap_or_else(|| IssuerFacts {
        name: Known::Stated(row.name.clone()),
        country: Known::of(row.country.clone()),
        // Nothing is issued before it has one.
        did: Known::Absent,
        recognition: Known::of(row.legal_id.clone()),
    })
}
