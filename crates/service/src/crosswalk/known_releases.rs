//! Released mapping sets as they are read through: parsed once for each file, which its hash names, and kept while there is room.

use std::sync::{Mutex, PoisonError};

use touchstone_crosswalk::{
    role::{Day, Endorsement, ReleasedSet},
    sssom::MappingSet,
};
use touchstone_store::{
    EndorsedKind, MappingReleaseSummary, MappingSetRow, Reader, StoreError, TenantId,
};
use touchstone_vc::Timestamp;

use crate::{World, endorsing::standing};

/// Releases that were read before.
#[derive(Debug, Default)]
pub struct KnownReleases {
    /// By the hash of the file, with its size in bytes; the least recently used first.
    kept: Mutex<Vec<(String, usize, ReleasedSet)>>,
}

/// The released sets that an institution reads through at a moment: the latest version of each, while it is good.
pub(crate) async fn released(
    world: &World,
    tenant: &TenantId,
    at: Timestamp,
) -> Result<Vec<ReleasedSet>, StoreError> {
    let (reader, now) = (world.store.read(), at.unix_millis());
    let mut all = Vec::new();
    for (set, release, read) in good(world, &reader, tenant, now).await? {
        let publisher = reader.institution(&set.tenant).await?;
        let publisher = publisher.map(|publisher| publisher.name);
        let thing = (EndorsedKind::MappingSet, set.id.as_str(), release.number);
        let endorsements = standing(&reader, &set.tenant, thing, now).await?;
        let endorsements = endorsements
            .into_iter()
            .flatten()
            .map(|(by, until)| Endorsement {
                by,
                until: Day::parse(&Timestamp::from_unix_millis(until).to_string()).ok(),
            });
        all.push(read.released_by(publisher).endorsed(endorsements.collect()));
    }
    Ok(all)
}

/// The same sets without who stands behind them, for whoever only reads what they say.
pub(super) async fn said(
    world: &World,
    tenant: &TenantId,
    at: Timestamp,
) -> Result<Vec<ReleasedSet>, StoreError> {
    let good = good(world, &world.store.read(), tenant, at.unix_millis()).await?;
    Ok(good.into_iter().map(|(.., read)| read).collect())
}

/// The releases that are good at a moment, each with its set and as it is read through.
async fn good(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    now: i64,
) -> Result<Vec<(MappingSetRow, MappingReleaseSummary, ReleasedSet)>, StoreError> {
    let mut all = Vec::new();
    for (set, release) in reader.released_mapping_sets(tenant, now).await? {
        if release.valid_until > now {
            let read = world.releases.of(reader, tenant, &release).await?;
            all.push((set, release, read));
        }
    }
    Ok(all)
}

impl KnownReleases {
    /// A release as it is read through.
    pub(crate) async fn of(
        &self,
        reader: &Reader,
        tenant: &TenantId,
        release: &MappingReleaseSummary,
    ) -> Result<ReleasedSet, StoreError> {
        if let Some(known) = self.known(&release.sha256) {
            return Ok(known);
        }
        let row = reader.mapping_release(tenant, &release.mapping_set, release.number);
        let file = row.await?.ok_or(CORRUPT)?.file;
        let size = file.len();
        let read = tokio::task::spawn_blocking(move || parsed(&file)).await;
        let read = read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let read = read.filter(|read| read.pin().sha256 == release.sha256);
        let read = read.ok_or(CORRUPT)?;
        self.keep(&release.sha256, size, &read);
        Ok(read)
    }

    fn known(&self, sha256: &str) -> Option<ReleasedSet> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, ..)| known == sha256)?;
        let used = kept.remove(place);
        let read = used.2.clone();
        kept.push(used);
        Some(read)
    }

    fn keep(&self, sha256: &str, size: usize, read: &ReleasedSet) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if size > MOST_BYTES || kept.iter().any(|(known, ..)| known == sha256) {
            return;
        }
        kept.push((sha256.to_owned(), size, read.clone()));
        while kept.iter().map(|(_, size, _)| size).sum::<usize>() > MOST_BYTES {
            kept.remove(0);
        }
    }
}

fn parsed(file: &[u8]) -> Option<ReleasedSet> {
    let read = MappingSet::read_tsv(file).ok()?;
    ReleasedSet::new(read.set, Vec::new()).ok()
}

const CORRUPT: StoreError = StoreError::Corrupt {
    table: "mapping_release",
    column: "file",
};
/// Bytes of files whose sets are kept; read, they take some ten times as much.
const MOST_BYTES: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn set(version: usize) -> ReleasedSet {
        let file = format!(
            "# mapping_set_id: https://a.example/set\n# mapping_set_version: \"{version}\"\n# license: https://a.example/licence\n\
             subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        );
        parsed(file.as_bytes()).unwrap()
    }

    #[test]
    fn what_was_used_last_stays_and_no_more_than_there_is_room_for() {
        let known = KnownReleases::default();
        for version in 0..4 {
            known.keep(&version.to_string(), MOST_BYTES / 3, &set(version));
            known.known("0");
        }
        assert!(known.known("0").is_some() && known.known("3").is_some());
        assert!(known.known("1").is_none());
        known.keep("large", MOST_BYTES + 1, &set(9));
        assert!(
            known.known("large").is_none(),
            "one file never drives out all others"
        );
        assert_eq!(known.known("3").unwrap().pin().version, "3");
    }
}
