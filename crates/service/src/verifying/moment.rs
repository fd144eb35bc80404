//! What credentials of one second are judged by, asked for once: a link list that goes round a lecture hall is hundreds of pages that
//! nobody asked for yet, of the same few achievements, lists and keys.
//!
//! **Invariant:** nothing is used that was asked for longer than [`LASTS_MS`] ago. Only the page that a holder switched on uses it, which is shown
//! for longer than that; every other check asks anew.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use touchstone_store::{InstitutionRow, TenantId};
use touchstone_vc::{Document, Timestamp};

use super::trust_chain::Known;
use crate::{endorsing::Endorsers, governing::NoLongerAwarded};

/// What was asked for within the last second.
#[derive(Default)]
pub struct Moment(Mutex<Asked>);

/// All of one moment; the next one begins with nothing.
#[derive(Default)]
struct Asked {
    since: i64,
    bytes: usize,
    documents: HashMap<String, Document>,
    known: Option<Known>,
    issuers: HashMap<Version, Issuer>,
}

/// A version of an achievement, by its institution, its id and its number.
pub(super) type Version = (TenantId, String, i64);
/// Who awards it, who stands behind it, and whether it is no longer to be used.
pub(super) type Issuer = (InstitutionRow, Option<Endorsers>, Option<NoLongerAwarded>);

impl Moment {
    /// One of our own documents, by its address.
    pub(super) fn document(&self, url: &str, now: Timestamp) -> Option<Document> {
        self.asked(now).documents.get(url).cloned()
    }

    /// Keeps one that was asked for at `now`.
    pub(super) fn keep_document(&self, url: &str, document: &Document, now: Timestamp) {
        let Document::Fetched(copy) = document else {
            return;
        };
        self.keep(now, |asked| {
            if asked.bytes + copy.bytes.len() <= MOST_BYTES {
                asked.bytes += copy.bytes.len();
                add(&mut asked.documents, url.to_owned(), document.clone());
            }
        });
    }

    /// Whom this installation knows, and by which chains.
    pub(super) fn known(&self, now: Timestamp) -> Option<Known> {
        self.asked(now).known.clone()
    }

    /// Keeps what was asked for at `now`.
    pub(super) fn keep_known(&self, known: &Known, now: Timestamp) {
        self.keep(now, |asked| asked.known = Some(known.clone()));
    }

    /// Who awards a version, and who stands behind it.
    pub(super) fn issuer(&self, version: &Version, now: Timestamp) -> Option<Issuer> {
        self.asked(now).issuers.get(version).cloned()
    }

    /// Keeps what was asked for at `now`.
    pub(super) fn keep_issuer(&self, version: Version, issuer: &Issuer, now: Timestamp) {
        self.keep(now, |asked| {
            add(&mut asked.issuers, version, issuer.clone())
        });
    }

    /// What was asked for in the moment of `now`; another moment begins with nothing.
    fn asked(&self, now: Timestamp) -> MutexGuard<'_, Asked> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.lasts_at(now) {
            *asked = Asked {
                since: now.unix_millis(),
                ..Asked::default()
            };
        }
        asked
    }

    /// Keeps what was asked for at `asked_at`, unless the answer came in a later moment.
    fn keep(&self, asked_at: Timestamp, keep: impl FnOnce(&mut Asked)) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.lasts_at(asked_at) {
            keep(&mut asked);
        }
    }
}

impl Asked {
    fn lasts_at(&self, now: Timestamp) -> bool {
        (0..LASTS_MS).contains(&(now.unix_millis() - self.since))
    }
}

fn add<K: Eq + Hash, V>(all: &mut HashMap<K, V>, key: K, value: V) {
    if all.len() < MOST {
        all.insert(key, value);
    }
}

/// How long it is used: a tenth of the time for which a page is shown.
const LASTS_MS: i64 = 1_000;
/// How many documents, and how many versions, and how many bytes of documents: beyond that each page asks for itself.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use touchstone_vc::Fetched;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(1_000_000_000_000 + millis)
    }

    fn list(bytes: usize, fetched_at: Timestamp) -> Document {
        let bytes = vec![0; bytes];
        Document::Fetched(Fetched { bytes, fetched_at })
    }

    #[test]
    fn what_was_asked_for_is_used_for_a_second_and_no_longer() {
        let moment = Moment::default();
        assert!(moment.document("list", at(0)).is_none());
        moment.keep_document("list", &list(1, at(0)), at(0));
        assert_eq!(moment.document("list", at(999)), Some(list(1, at(0))));
        assert!(moment.document("list", at(1_000)).is_none());
        // Not even where the clock was set back to it.
        assert!(moment.document("list", at(500)).is_none());
    }

    #[test]
    fn an_answer_that_came_in_a_later_moment_is_not_kept() {
        let moment = Moment::default();
        assert!(moment.known(at(900)).is_none());
        assert!(moment.known(at(1_900)).is_none());
        moment.keep_known(&Known::default(), at(900));
        assert!(moment.known(at(1_901)).is_none());
        moment.keep_known(&Known::default(), at(1_900));
        assert!(moment.known(at(1_901)).is_some());
    }

    #[test]
    fn memory_stays_bounded() {
        let moment = Moment::default();
        assert!(moment.document("0", at(0)).is_none());
        for number in 0..20 {
            moment.keep_document(&number.to_string(), &list(MOST_BYTES / 8, at(0)), at(0));
        }
        let kept = (0..20).filter(|number| moment.document(&number.to_string(), at(1)).is_some());
        assert_eq!(kept.count(), 8);
    }
}
