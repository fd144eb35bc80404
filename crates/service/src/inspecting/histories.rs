//! What became of every issuer's keys and record, as far as a log was read: what the log says of them later is held against it.
//!
//! **Invariant (threat 43):** each credential and each list is entered with the history of its issuer's keys (`docs/formats/log.md`), which nobody but who reads
//! all of the log can hold against the events themselves. An event that is entered a second time, byte for byte, is none: a restored installation may
//! have done that. A log that leaves an end of a key out of a history, or lets a key come back, is seen here; so is a list that no key of its issuer signed, or
//! one that is dated before what was published of it already.
//!
//! A record only grows. A root over fewer lines than the one before it, or another one over as many, says that lines are gone or were altered; it cannot
//! be told from outside whether somebody did that, or put an older backup back. Lines that were altered under roots over more of them show to who has the
//! record itself (`touchstone audit verify --log`).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use touchstone_vc::{
    CLOCK_SKEW_MS, Crypto,
    did::PublicKey,
    log::{Entry, KeyChange, NO_KEYS, StatusRoot, history},
};

use super::Alarm;

/// The keys and the record of every issuer in a log, up to a size.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Histories {
    /// Entries that were read.
    pub size: u64,
    issuers: BTreeMap<String, Issuer>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Issuer {
    history: [u8; 32],
    /// SHA-256 of each event of its keys.
    events: BTreeSet<[u8; 32]>,
    /// By verification method: the public key, and what became of it last.
    keys: BTreeMap<String, (String, KeyChange)>,
    /// By address of a status list: the latest time from which on it was said to speak, in milliseconds since 1970.
    lists: BTreeMap<String, i64>,
    /// The newest root of the audit record: over how many lines, and what they hash to.
    record: Option<(u64, [u8; 32])>,
}

impl Histories {
    /// Reads what was kept between two looks. `None` of what a version before wrote, which counted an event again that the log repeats: nothing of it is held
    /// against the log.
    pub fn kept(text: &str) -> Result<Option<Self>, NotHistories> {
        match text.starts_with(OLDER) {
            true => Ok(None),
            false => text.parse().map(Some),
        }
    }

    /// Takes the next entry of the log, and says what must not be in it.
    pub(super) fn read(&mut self, entry: &[u8], crypto: &Crypto) -> Option<Alarm> {
        let index = self.size;
        self.size += 1;
        // What is of another format, or of a later version, says nothing here.
        let parsed = Entry::parse(entry).ok()?;
        let kind = parsed.kind().word();
        let did = parsed.issuer().to_owned();
        match parsed {
            Entry::KeyEvent {
                method,
                public_key,
                change,
                ..
            } => {
                let issuer = self.issuers.entry(did.clone()).or_default();
                if !issuer.events.insert((crypto.sha256)(entry)) {
                    return None;
                }
                issuer.history = history(crypto, &issuer.history, entry);
                let before = issuer
                    .keys
                    .insert(method.clone(), (public_key.clone(), change));
                let (key, from) = before?;
                if key != public_key {
                    return Some(Alarm::OtherKey { index, did, method });
                }
                let back = matches!(
                    (from, change),
                    (
                        KeyChange::Retired | KeyChange::Compromised | KeyChange::Destroyed,
                        KeyChange::Active
                    ) | (
                        KeyChange::Compromised | KeyChange::Destroyed,
                        KeyChange::Retired
                    )
                );
                back.then_some(Alarm::KeyCameBack { index, did, method })
            }
            Entry::CredentialIssued { keys, .. } | Entry::StatusListPublished { keys, .. } => {
                self.stated(index, kind, did, &keys)
            }
            Entry::StatusListRoot {
                stated,
                signature,
                keys,
            } => {
                let of = self.issuers.get(&did);
                let method = stated.method.clone();
                let Some((key, change)) = of.and_then(|of| of.keys.get(&method)) else {
                    return Some(Alarm::NoKeyOfTheirs { index, did, method });
                };
                if *change != KeyChange::Active {
                    return Some(Alarm::AfterKey { index, did, method });
                }
                // A key of a kind that is not known here says nothing either way.
                let key = PublicKey::from_multikey(key).ok();
                if !key.is_none_or(|key| stated.is_signed_by(&key, &signature, crypto)) {
                    return Some(Alarm::NotSigned { index, did, method });
                }
                let dated_back = self.dated_back(&did, &stated);
                let other = self.stated(index, kind, did.clone(), &keys);
                let list = stated.url;
                other.or(dated_back.then_some(Alarm::DatedBack { index, did, list }))
            }
            Entry::AuditRoot {
                size: lines, root, ..
            } => {
                let issuer = self.issuers.entry(did.clone()).or_default();
                let (before, other) = issuer.record.replace((lines, root))?;
                if lines < before {
                    return Some(Alarm::RecordWentBack {
                        index,
                        did,
                        lines,
                        before,
                    });
                }
                let is_other = lines == before && root != other;
                is_other.then_some(Alarm::OtherRecord { index, did, lines })
            }
            _ => None,
        }
    }

    /// Whether a list is said to speak from a time on that lies before the one it was published with already, by more than a clock is set back.
    fn dated_back(&mut self, did: &str, stated: &StatusRoot) -> bool {
        let lists = &mut self.issuers.entry(did.to_owned()).or_default().lists;
        let from = stated.valid_from.unix_millis();
        let latest = lists.entry(stated.url.clone()).or_insert(from);
        let is_back = from.saturating_add(CLOCK_SKEW_MS) < *latest;
        *latest = from.max(*latest);
        is_back
    }

    /// Whether a history that an entry states is that of the events before it.
    fn stated(&self, index: u64, kind: &str, did: String, keys: &[u8; 32]) -> Option<Alarm> {
        let known = self.issuers.get(&did).map_or(&NO_KEYS, |of| &of.history);
        (keys != known).then(|| Alarm::OtherHistory {
            index,
            kind: kind.to_owned(),
            did,
        })
    }
}

impl fmt::Display for Histories {
    /// As it is kept between two looks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORMAT} {}", self.size)?;
        for (did, issuer) in &self.issuers {
            writeln!(f, "issuer {did} {}", BASE64.encode(issuer.history))?;
            for event in &issuer.events {
                writeln!(f, "event {}", BASE64.encode(event))?;
            }
            for (method, (key, change)) in &issuer.keys {
                writeln!(f, "key {method} {key} {}", change.word())?;
            }
            for (list, from) in &issuer.lists {
                writeln!(f, "list {list} {from}")?;
            }
            if let Some((lines, root)) = &issuer.record {
                writeln!(f, "record {lines} {}", BASE64.encode(root))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Histories {
    type Err = NotHistories;

    fn from_str(text: &str) -> Result<Self, NotHistories> {
        let mut lines = text.lines();
        let first = lines.next().and_then(|first| first.strip_prefix(FORMAT));
        let size = first.and_then(|size| size.trim().parse().ok());
        let mut read = Self {
            size: size.ok_or(NotHistories)?,
            issuers: BTreeMap::new(),
        };
        let mut current: Option<&mut Issuer> = None;
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match (&words[..], &mut current) {
                (["issuer", did, history], _) => {
                    let history = BASE64.decode(history).map_err(|_| NotHistories)?;
                    let issuer = read.issuers.entry((*did).to_owned()).or_default();
                    issuer.history = history.try_into().map_err(|_| NotHistories)?;
                    current = Some(issuer);
                }
                (["event", event], Some(issuer)) => {
                    let event = BASE64.decode(event).map_err(|_| NotHistories)?;
                    let event = event.try_into().map_err(|_| NotHistories)?;
                    issuer.events.insert(event);
                }
                (["key", method, key, change], Some(issuer)) => {
                    let change = KeyChange::parse(change).ok_or(NotHistories)?;
                    let known = ((*key).to_owned(), change);
                    issuer.keys.insert((*method).to_owned(), known);
                }
                (["list", list, from], Some(issuer)) => {
                    let from = from.parse().map_err(|_| NotHistories)?;
                    issuer.lists.insert((*list).to_owned(), from);
                }
                (["record", lines, root], Some(issuer)) => {
                    let lines = lines.parse().map_err(|_| NotHistories)?;
                    let root = BASE64.decode(root).map_err(|_| NotHistories)?;
                    let root = root.try_into().map_err(|_| NotHistories)?;
                    issuer.record = Some((lines, root));
                }
                _ => return Err(NotHistories),
            }
        }
        Ok(read)
    }
}

/// A file is not what [`Histories`] are written as.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the histories of keys that a look at a log wrote")]
pub struct NotHistories;

const FORMAT: &str = "touchstone-log-keys/2";
const OLDER: &str = "touchstone-log-keys/1 ";
