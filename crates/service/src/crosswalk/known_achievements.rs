//! Versions of achievements as roles are read through them: parsed once each, since a version under which was issued never changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use touchstone_store::{Reader, StoreError, TenantId};

use crate::issuing::Definition;

/// Versions of achievements that were read before.
#[derive(Debug, Default)]
pub struct KnownAchievements {
    /// With the hash of what is published.
    kept: Mutex<HashMap<Version, (String, Arc<ReadVersion>)>>,
}

/// An achievement, and the number of its version.
type Version = (String, i64);

/// What reading for roles needs of a version.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct ReadVersion {
    /// What it is called.
    pub(super) name: String,
    /// What its definition links to.
    pub(super) links: Vec<String>,
    /// Those of them that are releases which have its tasks and levels.
    pub(super) releases: Vec<String>,
    /// How many levels it has.
    pub(super) levels: usize,
    /// The kinds of evidence that it asks for.
    pub(super) evidence: Vec<String>,
}

impl KnownAchievements {
    /// A version under which was issued: the achievement, its number, and the hash of what is published.
    pub(super) async fn of(
        &self,
        reader: &Reader,
        tenant: &TenantId,
        (id, number, sha256): (&str, i64, &str),
    ) -> Result<Arc<ReadVersion>, StoreError> {
        let key = (id.to_owned(), number);
        if let Some(known) = self.known(&key, sha256) {
            return Ok(known);
        }
        let row = reader.achievement_version(tenant, id, number).await?;
        let definition = row.and_then(|row| Definition::from_json(row.document.as_bytes()).ok());
        let definition = definition.ok_or(CORRUPT)?;
        let release = definition.release().map(|link| link.target_url.clone());
        let links = definition.alignment.into_iter();
        let kinds = definition.evidence_required.into_iter();
        let rubric = definition.rubric.as_ref();
        let read = Arc::new(ReadVersion {
            name: definition.name,
            links: links.map(|link| link.target_url).collect(),
            releases: release.into_iter().collect(),
            levels: rubric.map_or(0, |rubric| rubric.levels.len()),
            evidence: kinds.map(|kind| kind.name).collect(),
        });
        self.keep(key, sha256, Arc::clone(&read));
        Ok(read)
    }

    fn known(&self, key: &Version, sha256: &str) -> Option<Arc<ReadVersion>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, read) = kept.get(key)?;
        (known == sha256).then(|| Arc::clone(read))
    }

    fn keep(&self, key: Version, sha256: &str, read: Arc<ReadVersion>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            // Rare, and cheap to fill again.
            kept.clear();
        }
        kept.insert(key, (sha256.to_owned(), read));
    }
}

const CORRUPT: StoreError = StoreError::Corrupt {
    table: "achievement_version",
    column: "document",
};

/// Versions that are kept; each takes a name and its links, some 500 bytes.
const MOST: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_was_published_otherwise_is_read_again_and_room_is_bounded() {
        let known = KnownAchievements::default();
        let read = Arc::new(ReadVersion {
            name: "Turning".into(),
            links: Vec::new(),
            releases: Vec::new(),
            levels: 0,
            evidence: Vec::new(),
        });
        let key = |number| ("a".to_owned(), number);
        known.keep(key(1), "00", Arc::clone(&read));
        assert_eq!(known.known(&key(1), "00"), Some(Arc::clone(&read)));
        assert_eq!(known.known(&key(1), "01"), None);
        for number in 2..=MOST as i64 + 1 {
            known.keep(key(number), "00", Arc::clone(&read));
        }
        assert!(known.kept.lock().unwrap().len() <= MOST);
    }
}
