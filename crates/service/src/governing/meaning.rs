//! What an achievement meant on a day: what was said of it then, by whom it was endorsed, and what it was mapped to.
//!
//! **Invariant:** a version under which was issued never changes, so what it said on a past day is told again in ten years. What nobody was
//! awarded yet means nothing: a draft is not told, whoever was asked to endorse it. Endorsements that were hidden since are told of no day.

use touchstone_crosswalk::sssom::{Relation, Slot};
use touchstone_store::{
    AchievementVersionRow, EndorsedKind, InstitutionRow, Reader, StoreError, TenantId,
};
use touchstone_vc::Timestamp;

use super::{
    Thing, institution_then::institution_then, no_longer_used_since::no_longer_used_since,
};
use crate::{World, crosswalk::released, endorsing::standing, issuing::Definition};

/// What an achievement meant at a moment.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// Whose it is, with its name and DID of then.
    pub institution: InstitutionRow,
    /// The version under which credentials were issued.
    pub version: i64,
    /// Since when.
    pub since: i64,
    /// The version that took its place later, and when.
    pub followed_by: Option<(i64, i64)>,
    /// What it said.
    pub definition: Definition,
    /// Where its document is published.
    pub url: String,
    /// The hash of that, in hex.
    pub sha256: String,
    /// Since when it was said that it should no longer be used, and what takes its place, as was said then.
    pub no_longer_used: Option<(i64, String)>,
    /// Organizations other than the issuer that stood behind that version, each with the end of its word.
    pub endorsed: Vec<(String, i64)>,
    /// What released mapping sets said of it that were good.
    pub mapped: Vec<Mapped>,
}

/// A mapping of an achievement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mapped {
    /// What the set is called.
    pub set: String,
    /// Where its version is published.
    pub url: String,
    /// Which version.
    pub version: String,
    /// The hash over its canonical form.
    pub sha256: String,
    /// Whether the achievement is what is mapped, and not what something is mapped to.
    pub is_subject: bool,
    /// What is mapped.
    pub subject: String,
    /// How.
    pub relation: Relation,
    /// Whether it is said not to hold.
    pub negated: bool,
    /// To what.
    pub object: String,
    /// What the other side is called, where the set says so.
    pub label: Option<String>,
}

/// What an achievement meant at `on` (`None`: means now), by the short names of its institution and its own. `None` where there is no such thing,
/// or where nothing had been issued under it by then.
#[crate::boxed]
pub async fn meaning(
    world: &World,
    institution: &str,
    achievement: &str,
    on: Option<Timestamp>,
) -> Result<Option<Meaning>, StoreError> {
    let at = on.unwrap_or_else(|| world.clock.now());
    let reader = world.store.read();
    let Some(institution) = reader.institution_shown(institution).await? else {
        return Ok(None);
    };
    let tenant = &institution.id;
    let Some(row) = reader.achievement_by_slug(tenant, achievement).await? else {
        return Ok(None);
    };
    let mut versions = awarded(&reader, tenant, &row.id).await?;
    let later = versions.partition_point(|(since, _)| *since <= at.unix_millis());
    let followed_by = versions.get(later).map(|(at, next)| (next.version, *at));
    let Some((since, then)) = later.checked_sub(1).map(|at| versions.swap_remove(at)) else {
        return Ok(None);
    };
    let definition = Definition::stored(&then.document)?;
    let thing = (EndorsedKind::Achievement, row.id.as_str(), then.version);
    let endorsed = standing(&reader, tenant, thing, at.unix_millis()).await?;
    let path = format!("/i/{}/a/{}", institution.slug, row.slug);
    Ok(Some(Meaning {
        version: then.version,
        since,
        followed_by,
        definition,
        url: world.site.link(&format!("{path}/{}", then.version)),
        sha256: then.sha256,
        no_longer_used: no_longer_used_since(
            &reader,
            tenant,
            (Thing::Achievement, &row.id),
            at.unix_millis(),
        )
        .await?,
        endorsed: endorsed.unwrap_or_default(),
        mapped: mapped(world, tenant, &world.site.link(&path), then.version, at).await?,
        institution: institution_then(&reader, institution.clone(), on.map(|on| on.unix_millis()))
            .await?,
    }))
}

/// The versions that were awarded, each with since when, in the order in which they came. Frozen is more of them: also those that somebody
/// was asked to endorse.
pub(super) async fn awarded(
    reader: &Reader,
    tenant: &TenantId,
    achievement: &str,
) -> Result<Vec<(i64, AchievementVersionRow)>, StoreError> {
    let mut awarded = Vec::new();
    for version in reader.achievement_versions(tenant, achievement).await? {
        let Some(frozen) = version.issued_under_at else {
            continue;
        };
        let first = reader.first_award(tenant, achievement, version.version, frozen);
        awarded.extend(first.await?.map(|first| (first, version)));
    }
    awarded.sort_by_key(|(since, version)| (*since, version.version));
    Ok(awarded)
}

/// What was mapped of it, or of this version, in the sets that its institution read through.
async fn mapped(
    world: &World,
    tenant: &TenantId,
    own: &str,
    version: i64,
    at: Timestamp,
) -> Result<Vec<Mapped>, StoreError> {
    let of_version = format!("{own}/{version}");
    let is_own = |side: &str| side == own || side == of_version;
    let mut all = Vec::new();
    for set in released(world, tenant, at).await? {
        let pin = set.pin();
        all.extend(set.about(is_own).map(|one| {
            let is_subject = is_own(one.subject());
            let label = match is_subject {
                true => one.one(Slot::ObjectLabel),
                false => one.one(Slot::SubjectLabel),
            };
            Mapped {
                set: set.title().unwrap_or(&pin.id).to_owned(),
                url: pin.id.clone(),
                version: pin.version.clone(),
                sha256: pin.sha256.clone(),
                is_subject,
                subject: one.subject().to_owned(),
                relation: one.relation(),
                negated: one.is_negated(),
                object: one.object().to_owned(),
                label: label.map(str::to_owned),
            }
        }));
    }
    Ok(all)
}
