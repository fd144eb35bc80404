//! What was released of a mapping set or a competency, and which release was the latest on a day.
//!
//! **Invariant:** a release never changes, so what is told of a past day is told again in ten years, but for who endorsed it: an endorsement
//! that is hidden later is told of no day any more. Of what nobody released yet nothing is told.

use touchstone_store::{EndorsedKind, InstitutionRow, Reader, StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::{
    Thing, institution_then::institution_then, no_longer_used_since::no_longer_used_since,
};
use crate::{World, competency, crosswalk, endorsing::standing_among};

/// What was released of one thing by a moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Releases {
    /// At whose address, with its name and DID of then.
    pub institution: InstitutionRow,
    /// What it is called; it never changes.
    pub title: String,
    /// Since when it was said that it should no longer be used, and what takes its place, as was said then.
    pub no_longer_used: Option<(i64, String)>,
    /// The release that was the latest.
    pub latest: Release,
    /// Those before it, latest first.
    pub before: Vec<Release>,
    /// The one that took its place later.
    pub followed_by: Option<Release>,
}

/// One release.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Release {
    /// Which, from 1.
    pub number: i64,
    /// When it was released.
    pub at: i64,
    /// Until when what was agreed on is good.
    pub valid_until: i64,
    /// Where its file is published.
    pub url: String,
    /// SHA-256 of that, in hex.
    pub sha256: String,
    /// Where the signed statement about it is published.
    pub statement: String,
    /// Organizations other than the publisher whose endorsement of it stood at the moment that is told of, each with the end of its word.
    pub endorsed: Vec<(String, i64)>,
    /// Where all endorsements of it are published, where one is shown. Only mapping sets have any.
    pub all_endorsements: Option<String>,
}

/// What was released by `on` (`None`: by now) of a mapping set or a competency, by the short names of its institution and its own. `None` where
/// there is no such thing, where nothing of it had been released by then, and of things of other kinds.
#[crate::boxed]
pub async fn releases(
    world: &World,
    institution: &str,
    (kind, slug): (Thing, &str),
    on: Option<Timestamp>,
) -> Result<Option<Releases>, StoreError> {
    let at = on.unwrap_or_else(|| world.clock.now());
    let reader = world.store.read();
    let Some(institution) = reader.institution_shown(institution).await? else {
        return Ok(None);
    };
    let found = match kind {
        Thing::MappingSet => of_set(&reader, &institution.id, slug).await?,
        Thing::Competency => of_competency(&reader, &institution.id, slug).await?,
        Thing::Achievement | Thing::Role => None,
    };
    let Some(found) = found else {
        return Ok(None);
    };
    let [file, statement] = found.paths;
    let link = |path: fn(&str, &str, i64) -> String, number| {
        let path = path(&institution.slug, slug, number);
        world.site.link(&path)
    };
    let endorsements = match kind {
        Thing::MappingSet => {
            let kind = EndorsedKind::MappingSet;
            let all = reader.endorsements_of_all_versions(&institution.id, kind, &found.id);
            all.await?
        }
        Thing::Achievement | Thing::Competency | Thing::Role => Vec::new(),
    };
    let all = found.rows.into_iter();
    let all = all.map(|(number, sha256, released_at, valid_until)| {
        let own = endorsements.iter().filter(|row| row.version == number);
        let standing = standing_among(own, at.unix_millis());
        let path = crosswalk::endorsements_path_of_release;
        Release {
            number,
            at: released_at,
            valid_until,
            url: link(file, number),
            sha256,
            statement: link(statement, number),
            all_endorsements: standing.as_ref().map(|_| link(path, number)),
            endorsed: standing.unwrap_or_default(),
        }
    });
    let (later, by_then): (Vec<_>, Vec<_>) = all.partition(|one| one.at > at.unix_millis());
    let mut by_then = by_then.into_iter();
    let Some(latest) = by_then.next() else {
        return Ok(None);
    };
    let thing = (kind, found.id.as_str());
    let no_longer_used =
        no_longer_used_since(&reader, &institution.id, thing, at.unix_millis()).await?;
    Ok(Some(Releases {
        institution: institution_then(&reader, institution, on.map(|on| on.unix_millis())).await?,
        title: found.title,
        no_longer_used,
        latest,
        before: by_then.collect(),
        followed_by: later.into_iter().next_back(),
    }))
}

/// What an institution publishes of which something was released by `at`: kind, short name and title, mapping sets before competencies.
#[crate::boxed]
pub async fn published(
    world: &World,
    institution: &InstitutionRow,
    at: Timestamp,
) -> Result<Vec<(Thing, String, String)>, StoreError> {
    let (reader, tenant) = (world.store.read(), &institution.id);
    let sets = reader
        .released_mapping_sets(tenant, at.unix_millis())
        .await?;
    let own = sets.into_iter().map(|(set, _)| set);
    let own = own.filter(|set| set.tenant == *tenant);
    let mut all: Vec<_> = own
        .map(|set| (Thing::MappingSet, set.slug, set.title))
        .collect();
    for one in reader.competencies_issued(tenant).await? {
        let released = reader.competency_release_summaries(tenant, &one.id).await?;
        if released
            .iter()
            .any(|release| release.released_at <= at.unix_millis())
        {
            all.push((Thing::Competency, one.slug, one.title));
        }
    }
    Ok(all)
}

/// A thing as its rows have it: id, title, and of each release its number, hash, moment and end, latest first.
struct Found {
    id: String,
    title: String,
    rows: Vec<(i64, String, i64, i64)>,
    /// Where the file and the statement of a release are published.
    paths: [fn(&str, &str, i64) -> String; 2],
}

async fn of_set(
    reader: &Reader,
    tenant: &TenantId,
    slug: &str,
) -> Result<Option<Found>, StoreError> {
    let Some(set) = reader.mapping_set_by_slug(tenant, slug).await? else {
        return Ok(None);
    };
    let all = reader.mapping_releases(tenant, &set.id).await?.into_iter();
    let rows = all.map(|one| (one.number, one.sha256, one.released_at, one.valid_until));
    Ok(Some(Found {
        rows: rows.collect(),
        id: set.id,
        title: set.title,
        paths: [
            crosswalk::path_of_release,
            crosswalk::statement_path_of_release,
        ],
    }))
}

async fn of_competency(
    reader: &Reader,
    tenant: &TenantId,
    slug: &str,
) -> Result<Option<Found>, StoreError> {
    let Some(row) = reader.competency_by_slug(tenant, slug).await? else {
        return Ok(None);
    };
    let all = reader.competency_release_summaries(tenant, &row.id).await?;
    let rows = all
        .into_iter()
        .map(|one| (one.number, one.sha256, one.released_at, one.valid_until));
    Ok(Some(Found {
        rows: rows.collect(),
        id: row.id,
        title: row.title,
        paths: [
            competency::path_of_release,
            competency::statement_path_of_release,
        ],
    }))
}
