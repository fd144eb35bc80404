//! What stands at the address of a status list, held against what the log says was published there.
//!
//! **Invariant (threat 36):** a copy of which the log has a later one says nothing of what was withdrawn since, however well it is signed; nor does one
//! from before what this database published itself. A list that the log names by its hash is ours, also where a key signed it that was made since.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use touchstone_store::{InstitutionRow, StatusPublicationRow, StatusPurpose, StoreError};
use touchstone_vc::{
    CheckKind, Credential, Document, Evidence, Fetched, Outcome, Resource, Timestamp, Trust,
    json::Value, status::bitstring::Bits, verify,
};

use crate::{
    World,
    logging::{ListAhead, ListsAhead},
    operations::moving::Name,
    ports::FetchError,
    verifying::{document_of_did, published_bits},
};

/// Where lists are looked for, and what they are held against.
pub(super) struct Sources<'a> {
    /// Documents that whoever restores has, by their address.
    pub(super) at_hand: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    /// What the log has of lists beyond this database. `None` where that cannot be read: then no list is known to be the last.
    pub(super) ahead: Option<&'a ListsAhead>,
    /// Sites that gave no answer when they were asked for a list.
    pub(super) silent: Mutex<BTreeSet<String>>,
}

impl Sources<'_> {
    /// Whether the log has a publication at this address that the database does not know.
    pub(super) fn have_ahead(&self, url: &str) -> bool {
        self.ahead.is_some_and(|ahead| ahead.contains_key(url))
    }

    /// The numbers of lists that the log has beyond this database, at the addresses that begin so.
    pub(super) fn numbers_ahead(&self, begin: &str) -> BTreeSet<i64> {
        let urls = self.ahead.into_iter().flat_map(ListsAhead::keys);
        let numbers = urls.filter_map(|url| url.strip_prefix(begin)?.parse().ok());
        numbers.collect()
    }

    fn silent(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this is, byte for byte, the last list at this address of which the log and the database know.
    fn is_last_known(
        &self,
        world: &World,
        url: &str,
        bytes: &[u8],
        own: Option<&StatusPublicationRow>,
    ) -> bool {
        let Some(ahead) = self.ahead else {
            return false;
        };
        match ahead.get(url) {
            Some(last) => (world.crypto.sha256)(bytes) == last.sha256,
            None => own.is_some_and(|own| own.bytes == bytes),
        }
    }

    /// Whether nobody is known to have published a later list at this address than `list`.
    fn is_last(&self, url: &str, list: &Signed<'_>, own: Option<&StatusPublicationRow>) -> bool {
        let Some(ahead) = self.ahead else {
            return false;
        };
        let is_newest = |last: &ListAhead| {
            // The log may lag behind what is published.
            list.sha256 == last.sha256 || last.valid_from.is_some_and(|from| list.valid_from > from)
        };
        ahead.get(url).is_none_or(is_newest) && own.is_none_or(|own| !list.is_before(own))
    }
}

/// What stands at the address of a status list.
pub(super) enum Read {
    /// The last that the institution published, as far as is known.
    Last(Found),
    /// One that it published, and not the last: what was withdrawn since is not in it.
    Older(Found),
    /// Something that the institution did not sign, or that names another address.
    NotOurs,
    /// Nothing: the server says so.
    Nothing,
    /// Nobody can say.
    NoAnswer,
}

/// What is learned from the copies of a status list.
pub(super) struct Found {
    pub(super) purpose: StatusPurpose,
    /// Of withdrawals what any copy shows, which never clears; of pauses what the newest shows. `None` where it shows no more than this database has.
    pub(super) bits: Option<Bits>,
}

/// Looks at the address of a list, among the documents at hand and in public. `own` is the last that this database published there.
pub(super) async fn published(
    world: &World,
    institution: &InstitutionRow,
    name: &Name,
    url: &str,
    own: Option<&StatusPublicationRow>,
    sources: &Sources<'_>,
) -> Result<Read, StoreError> {
    let at_hand = (sources.at_hand)(url);
    let is_known = |bytes: &Vec<u8>| sources.is_last_known(world, url, bytes, own);
    let is_silent = sources.silent().contains(&name.base);
    // Both: a copy that somebody put aside may be older than what is public, and a static host older than that copy. A site that gave no answer
    // before is not waited for again, list after list, where the copy is the last that is known.
    let fetched = if is_silent && at_hand.as_ref().is_some_and(is_known) {
        None
    } else {
        Some(world.fetch.fetch(url).await)
    };
    if let Some(Err(FetchError::NoSuchHost | FetchError::TimedOut | FetchError::Broken)) = fetched {
        sources.silent().insert(name.base.clone());
    }
    let is_absent = matches!(fetched, Some(Err(FetchError::Status(404 | 410))));
    let fetched = fetched.and_then(Result::ok).map(|fetched| fetched.bytes);
    let shown = [at_hand, fetched];
    let shown: Vec<Vec<u8>> = shown.into_iter().flatten().collect();
    if shown.is_empty() {
        return Ok(if is_absent {
            Read::Nothing
        } else {
            Read::NoAnswer
        });
    }
    let evidence = own_did(world, institution, name).await?;
    let last = sources.ahead.and_then(|ahead| ahead.get(url));
    let lists = shown.iter();
    let lists = lists.filter_map(|bytes| Signed::read(world, (name, url), &evidence, last, bytes));
    let mut lists: Vec<Signed<'_>> = lists.collect();
    // The log tells more than a date: clocks go back, and two may be of one second.
    lists.sort_by_key(|list| {
        let is_logged = last.is_some_and(|last| last.sha256 == list.sha256);
        (sources.is_last(url, list, own), list.valid_from, is_logged)
    });
    let Some(mut newest) = lists.pop() else {
        return Ok(Read::NotOurs);
    };
    let is_last = sources.is_last(url, &newest, own);
    let bits = match newest.purpose {
        StatusPurpose::Revocation => {
            for older in &lists {
                newest.add(&older.bits);
            }
            Some(newest.bits)
        }
        StatusPurpose::Suspension => {
            let is_news = own.is_none_or(|own| newest.bytes != own.bytes && !newest.is_before(own));
            is_news.then_some(newest.bits)
        }
    };
    let found = Found {
        purpose: newest.purpose,
        bits,
    };
    Ok(if is_last {
        Read::Last(found)
    } else {
        Read::Older(found)
    })
}

/// A status list that the institution signed, of whatever day.
struct Signed<'a> {
    bytes: &'a [u8],
    sha256: [u8; 32],
    valid_from: Timestamp,
    purpose: StatusPurpose,
    bits: Bits,
}

impl<'a> Signed<'a> {
    fn read(
        world: &World,
        (name, url): (&Name, &str),
        evidence: &Evidence,
        last: Option<&ListAhead>,
        bytes: &'a [u8],
    ) -> Option<Self> {
        let sha256 = (world.crypto.sha256)(bytes);
        let list = Credential::parse(bytes).ok()?;
        let is_its_own = list.issuer() == Some(name.did.as_str()) && list.id() == Some(url);
        let is_logged = last.is_some_and(|last| last.sha256 == sha256);
        if !is_its_own || !(is_logged || is_signed(world, &list, evidence)) {
            return None;
        }
        let document = list.document();
        let valid_from = document.get("validFrom").and_then(Value::as_str)?;
        let subject = document.get("credentialSubject")?;
        let purpose = subject.get("statusPurpose").and_then(Value::as_str)?;
        Some(Self {
            bytes,
            sha256,
            valid_from: Timestamp::parse(valid_from).ok()?,
            purpose: StatusPurpose::parse(purpose)?,
            bits: published_bits(bytes)?,
        })
    }

    /// Whether this database published a later one itself.
    fn is_before(&self, own: &StatusPublicationRow) -> bool {
        let published = Timestamp::from_unix_millis(own.published_at).whole_seconds();
        self.valid_from < published && self.bytes != own.bytes
    }

    /// Sets what is set in another, too.
    fn add(&mut self, other: &Bits) {
        let length = self.bits.len().min(other.len());
        for position in (0..length).filter(|position| other.get(*position) == Some(true)) {
            self.bits
                .set(position, true)
                .expect("a position inside the list");
        }
    }
}

fn is_signed(world: &World, list: &Credential<'_>, evidence: &Evidence) -> bool {
    let report = verify(
        list,
        evidence,
        &Trust::default(),
        world.clock.now(),
        world.crypto,
        &world.contexts,
    );
    let holds = |kind| report.outcome(kind) == Some(Outcome::Pass);
    holds(CheckKind::Proof) && holds(CheckKind::Issuer)
}

/// Our own DID document, from the restored database: keys made since then are not in it, and lists they signed are known only by the log. Of a
/// `did:webvh` the history.
async fn own_did(
    world: &World,
    institution: &InstitutionRow,
    name: &Name,
) -> Result<Evidence, StoreError> {
    let did = name.did.as_str();
    let found = document_of_did(world, institution, did).await?;
    let fetched_at = world.clock.now();
    let document = found.map(|found| {
        Document::Fetched(Fetched {
            bytes: found.bytes,
            fetched_at,
        })
    });
    Ok(document
        .map(|document| (Resource::DidDocument(did.to_owned()), document))
        .into_iter()
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t36_the_last_list_is_told_from_older_ones_by_the_log_and_by_what_was_published_here() {
        let logged = |sha256: u8, from: Option<i64>| ListAhead {
            sha256: [sha256; 32],
            valid_from: from.map(Timestamp::from_unix_seconds),
        };
        let own = |bytes: &[u8], at: i64| StatusPublicationRow {
            list: "l".into(),
            version: 1,
            bytes: bytes.to_vec(),
            published_at: at * 1_000,
            valid_until: 0,
            statement: None,
            key_changes: 0,
        };
        let list = Signed {
            bytes: b"B",
            sha256: [b'B'; 32],
            valid_from: Timestamp::from_unix_seconds(20),
            purpose: StatusPurpose::Revocation,
            bits: Bits::new(8),
        };
        let url = "https://verify.example.edu/i/riverside/status/1";
        for (what, ahead, own, is_last) in [
            ("no other is known", None, None, true),
            ("the log has it", Some(logged(b'B', Some(20))), None, true),
            ("the log has its hash", Some(logged(b'B', None)), None, true),
            (
                "the log has a later",
                Some(logged(b'C', Some(30))),
                None,
                false,
            ),
            ("of one second", Some(logged(b'C', Some(20))), None, false),
            ("not entered yet", Some(logged(b'A', Some(10))), None, true),
            ("of no known time", Some(logged(b'A', None)), None, false),
            ("a later was ours", None, Some(own(b"C", 30)), false),
            ("it was ours", None, Some(own(b"B", 20)), true),
            ("an older was ours", None, Some(own(b"A", 10)), true),
            (
                "it was ours, and the log has a later",
                Some(logged(b'C', Some(30))),
                Some(own(b"B", 20)),
                false,
            ),
        ] {
            let ahead = ahead.map(|last| (url.to_owned(), last));
            let ahead = ListsAhead::from_iter(ahead);
            let mut sources = Sources {
                at_hand: &|_: &str| None,
                ahead: Some(&ahead),
                silent: Mutex::default(),
            };
            let own = own.as_ref();
            assert_eq!(sources.is_last(url, &list, own), is_last, "{what}");
            sources.ahead = None;
            assert!(!sources.is_last(url, &list, own), "{what}, unread");
        }
    }
}
