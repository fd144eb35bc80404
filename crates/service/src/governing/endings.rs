//! What ends, and has to be looked at again then: agreements, endorsements, pilots, and the time of whoever answers.

use std::collections::BTreeMap;

use touchstone_store::{EndorsedKind, MappingReleaseSummary, Reader, StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::{Thing, no_longer_used_since::no_longer_used_since, responsibilities::things};
use crate::{World, endorsing::shown_endorsements};

/// Something that ends on a day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ending {
    /// When.
    pub at: i64,
    /// Whether that is over: it is to be looked at now.
    pub over: bool,
    /// What ends.
    pub what: EndingKind,
    /// Of what kind of thing.
    pub thing: Thing,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Of an endorsement, who gave it, with what was shown of them; of a responsibility, who has it; of an agreement on what another institution
    /// released, which institution that is.
    pub whose: Option<String>,
}

/// What ends.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum EndingKind {
    /// The agreement under which the latest version was released.
    Agreement,
    /// Somebody's endorsement of the latest version.
    Endorsement,
    /// A version is tried out until then.
    Pilot,
    /// Whoever answers for it does so until then.
    Responsibility,
}

impl EndingKind {
    /// Its word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Endorsement => "endorsement",
            Self::Pilot => "pilot",
            Self::Responsibility => "responsibility",
        }
    }
}

/// What of an institution ended or ends, the first first, and what it agreed on as one of those who take part. What should no longer be used is left out, and what concerns a version that has a
/// later one.
#[crate::boxed]
pub async fn endings(world: &World, tenant: &TenantId) -> Result<Vec<Ending>, StoreError> {
    let reader = world.store.read();
    let mut titles: BTreeMap<(Thing, String), String> = (things(&reader, tenant).await?)
        .into_iter()
        .map(|(thing, id, title)| ((thing, id), title))
        .collect();
    let said = reader.stewardships(tenant).await?;
    for row in said.iter().filter(|row| row.deprecated_at.is_some()) {
        if let Some(thing) = Thing::parse(&row.kind) {
            titles.remove(&(thing, row.subject.clone()));
        }
    }
    let mut found = Vec::new();
    for row in said {
        if let (Some(thing), Some(until)) = (Thing::parse(&row.kind), row.until) {
            let whose = Some(row.steward);
            found.push((thing, row.subject, EndingKind::Responsibility, until, whose));
        }
    }
    let mut latest = BTreeMap::new();
    for row in reader.achievements(tenant).await? {
        latest.insert((Thing::Achievement, row.id), row.latest_version);
    }
    for (thing, id) in titles.keys() {
        match thing {
            Thing::MappingSet => {
                // The latest first.
                if let Some(release) = reader.mapping_releases(tenant, id).await?.first() {
                    latest.insert((*thing, id.clone()), release.number);
                    if let Some(until) = agreed_until(release) {
                        found.push((*thing, id.clone(), EndingKind::Agreement, until, None));
                    }
                }
            }
            Thing::Competency => {
                let releases = reader.competency_releases(tenant, id).await?;
                if let Some(release) = releases.first() {
                    let until = release.valid_until;
                    found.push((*thing, id.clone(), EndingKind::Agreement, until, None));
                }
                // The latest first; one of a version that was released, or has a later release, is over for good.
                let released = releases.iter().map(|release| release.version).max();
                let pilots = reader.competency_pilots(tenant, id).await?.into_iter();
                let pilot = pilots.take(1).find(|pilot| Some(pilot.version) > released);
                if let Some(pilot) = pilot {
                    let end = Timestamp::parse(&format!("{}T23:59:59Z", pilot.until));
                    let end = end.map_err(|_| StoreError::Corrupt {
                        table: "competency_pilot",
                        column: "until",
                    })?;
                    found.push((
                        *thing,
                        id.clone(),
                        EndingKind::Pilot,
                        end.unix_millis(),
                        None,
                    ));
                }
            }
            Thing::Achievement | Thing::Role => {}
        }
    }
    for one in shown_endorsements(&reader, tenant).await? {
        let thing = match one.kind {
            EndorsedKind::Achievement => Thing::Achievement,
            EndorsedKind::MappingSet => Thing::MappingSet,
        };
        if latest.get(&(thing, one.thing.clone())) == Some(&one.version) {
            let whose = Some(one.by);
            found.push((thing, one.thing, EndingKind::Endorsement, one.until, whose));
        }
    }
    let now = world.clock.now().unix_millis();
    for (thing, title, owner, release) in of_others(&reader, tenant, now).await? {
        titles.insert((thing, release.id.clone()), title);
        let until = release.until;
        found.push((thing, release.id, EndingKind::Agreement, until, Some(owner)));
    }
    let mut all: Vec<Ending> = (found.into_iter())
        .filter_map(|(thing, id, what, at, whose)| {
            let title = titles.get(&(thing, id.clone()))?.clone();
            Some(Ending {
                at,
                over: at <= now,
                what,
                thing,
                id,
                title,
                whose,
            })
        })
        .collect();
    all.sort_by(|one, other| {
        let key = |one: &Ending| (one.at, one.thing, one.what);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.title.cmp(&other.title))
    });
    Ok(all)
}

/// What an institution voted on and another released: of the sets in which it takes part, and of what is written together there. With what it is
/// called, who released it, and until when the latest release is good.
async fn of_others(
    reader: &Reader,
    tenant: &TenantId,
    now: i64,
) -> Result<Vec<(Thing, String, String, Latest)>, StoreError> {
    let mut all = Vec::new();
    for set in reader.joined_mapping_sets(tenant).await? {
        if set.tenant != *tenant {
            let release = reader.mapping_releases(tenant, &set.id).await?;
            let until = release.first().and_then(agreed_until);
            all.push((
                Thing::MappingSet,
                set.tenant,
                set.id.clone(),
                set.title,
                until,
            ));
        }
        for one in reader.competencies(tenant, &set.id).await? {
            if one.issuer != *tenant {
                let release = reader.competency_releases(tenant, &one.id).await?;
                let until = release.first().map(|release| release.valid_until);
                all.push((Thing::Competency, one.issuer, one.id, one.title, until));
            }
        }
    }
    let mut told = Vec::new();
    for (thing, owner, id, title, until) in all {
        let Some(until) = until else { continue };
        if (no_longer_used_since(reader, &owner, (thing, &id), now).await?).is_some() {
            continue;
        }
        let owner = reader.institution(&owner).await?;
        let owner = owner.map(|owner| owner.name).unwrap_or_default();
        told.push((thing, title, owner, Latest { id, until }));
    }
    Ok(told)
}

/// Until when what a set released is good. An empty version takes the place of the one before and states no agreement that could end.
fn agreed_until(release: &MappingReleaseSummary) -> Option<i64> {
    (release.mappings > 0).then_some(release.valid_until)
}

/// The latest release of something.
struct Latest {
    /// Of what.
    id: String,
    /// Until when it is good.
    until: i64,
}
