//! Following a log: whether it only ever grew, and whether somebody states things in my name.
//!
//! Each look starts from the checkpoint that the last one ended with, reads every entry since, and recomputes the root with them: what was
//! read is what the log signed. What the log says of keys and of audit records is held against what it said of them before.

use touchstone_tlog::{
    Bundle, Crypto, Edge, Policy, PolicyError, ProofError, SignedCheckpoint, Tile, merkle, tile,
};
use touchstone_vc::{log::Entry, multibase};

use super::{Histories, InspectError, Source, prove::tiles};

/// What to look at.
pub struct Watch<'a> {
    /// The log.
    pub source: Source<'a>,
    /// Who is believed.
    pub policy: &'a Policy,
    /// The checkpoint of the last look.
    pub last: Option<&'a SignedCheckpoint>,
    /// What was known of keys then. Without it all of the log is read again.
    pub keys: Option<&'a Histories>,
    /// Hashes entries about keys.
    pub crypto: &'a touchstone_vc::Crypto,
    /// DIDs in whose name nobody else may state anything.
    pub dids: &'a [String],
    /// My own copy of the log: what stands there, at the same place, I made.
    pub mine: Option<Source<'a>>,
}

/// What was seen.
#[derive(Debug)]
pub struct Looked {
    /// The newest checkpoint, signed by the log.
    pub checkpoint: SignedCheckpoint,
    /// Whether the policy's witnesses saw it. Where not, it is pending.
    pub has_quorum: bool,
    /// Entries that are new since the last look.
    pub entries: u64,
    /// What is known of keys now; `None` where nothing was read.
    pub keys: Option<Histories>,
    /// What must not be. The last checkpoint is not to be replaced where there is one about the log itself.
    pub alarms: Vec<Alarm>,
}

/// What must not be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum Alarm {
    #[error("the log went back: it signed a tree of {old} entries, and now shows one of {new}")]
    RolledBack { old: u64, new: u64 },
    #[error("the log forked: it signed two different trees of {size} entries")]
    Forked { size: u64 },
    #[error(
        "the log forked: its tree of {new} entries does not continue the one of {old} that it signed"
    )]
    Inconsistent { old: u64, new: u64 },
    #[error("entry {index} ({kind}) is in the name of {did}, and you did not make it{what}")]
    NotMine {
        index: u64,
        kind: String,
        did: String,
        /// What it says of a key or a document; empty for others.
        what: String,
    },
    #[error(
        "entry {index} ({kind}) of {did} states a history of keys that is not that of the events before it: one was left out or made up"
    )]
    OtherHistory {
        index: u64,
        kind: String,
        did: String,
    },
    #[error("entry {index}: the key {method} of {did} comes back after it was ended")]
    KeyCameBack {
        index: u64,
        did: String,
        method: String,
    },
    #[error("entry {index}: {method} of {did} is another key than it was before")]
    OtherKey {
        index: u64,
        did: String,
        method: String,
    },
    #[error(
        "entry {index} (status-list-root) of {did} is signed with {method}, which was ended before it"
    )]
    AfterKey {
        index: u64,
        did: String,
        method: String,
    },
    #[error(
        "entry {index} (status-list-root) of {did} is signed with {method}, which the log never had as a key of theirs"
    )]
    NoKeyOfTheirs {
        index: u64,
        did: String,
        method: String,
    },
    #[error(
        "entry {index} (status-list-root) of {did} is not signed by the key {method} that it names"
    )]
    NotSigned {
        index: u64,
        did: String,
        method: String,
    },
    #[error(
        "entry {index} (status-list-root) of {did} dates the list {list} before what was published of it already"
    )]
    DatedBack {
        index: u64,
        did: String,
        list: String,
    },
    #[error(
        "entry {index} (audit-root) of {did} is over {lines} lines of its record, and the one before it over {before}: lines are gone. Somebody took them out, or an older backup was put back"
    )]
    RecordWentBack {
        index: u64,
        did: String,
        lines: u64,
        before: u64,
    },
    #[error(
        "entry {index} (audit-root) of {did} is another root over the same {lines} lines of its record than the one before it: lines were altered, or an older backup was put back"
    )]
    OtherRecord { index: u64, did: String, lines: u64 },
}

impl Alarm {
    /// Whether it is about the log as a whole.
    pub fn is_of_the_log(&self) -> bool {
        matches!(
            self,
            Self::RolledBack { .. } | Self::Forked { .. } | Self::Inconsistent { .. }
        )
    }
}

/// Why nothing could be seen.
#[derive(Debug, thiserror::Error)]
pub enum MonitorError {
    /// The log's files could not be read, or are damaged.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The checkpoint is not the log's.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The last checkpoint is of another log.
    #[error("the state is of the log {state}, and this one is {found}: name another state file")]
    #[expect(missing_docs)]
    OtherLog { state: String, found: String },
}

/// Looks once.
#[crate::boxed]
pub async fn monitor(watch: &Watch<'_>, crypto: &Crypto) -> Result<Looked, MonitorError> {
    let signed = watch.source.checkpoint().await?;
    let has_quorum = watch.policy.evaluate(&signed, crypto)?.has_quorum;
    let new = signed.checkpoint.clone();
    let mut looked = Looked {
        checkpoint: signed,
        has_quorum,
        entries: 0,
        keys: watch.keys.cloned(),
        alarms: Vec::new(),
    };
    let from = match watch.last.map(|last| &last.checkpoint) {
        None => Edge::default(),
        Some(last) if last.origin() != new.origin() => {
            return Err(MonitorError::OtherLog {
                state: last.origin().to_owned(),
                found: new.origin().to_owned(),
            });
        }
        Some(last) if last.size > new.size => {
            let (old, new) = (last.size, new.size);
            looked.alarms.push(Alarm::RolledBack { old, new });
            return Ok(looked);
        }
        Some(last) if last.size == new.size => {
            if last.root != new.root {
                looked.alarms.push(Alarm::Forked { size: new.size });
            }
            return Ok(looked);
        }
        Some(last) => {
            let wanted = tile::for_consistency(last.size, new.size);
            let consistent = match last.size {
                // Every tree continues the empty one.
                0 => Ok(()),
                _ => {
                    let tiles = tiles(watch.source, wanted).await?;
                    let read = tile::reader(crypto, new.size, |tile| tiles.get(&tile).ok_or(()));
                    let proof = merkle::prove_consistency(crypto, last.size, new.size, read);
                    let proof = proof.ok().flatten().ok_or_else(damaged)?;
                    let (old, tree) = ((last.size, last.root), (new.size, new.root));
                    merkle::verify_consistency(crypto, old, tree, &proof)
                }
            };
            match consistent {
                Ok(()) => edge(watch.source, last.size, new.size, crypto).await?,
                Err(ProofError::OtherOldRoot) => {
                    let (old, new) = (last.size, new.size);
                    looked.alarms.push(Alarm::Inconsistent { old, new });
                    return Ok(looked);
                }
                Err(_) => return Err(damaged().into()),
            }
        }
    };
    let old = from.size();
    looked.entries = new.size - old;
    let (from, keys) = match watch.keys.filter(|keys| keys.size == old) {
        Some(known) => (from, known.clone()),
        None => (Edge::default(), Histories::default()),
    };
    let mut reading = Reading {
        edge: from,
        keys,
        news: old,
        alarms: Vec::new(),
    };
    reading.on(watch, new.size, crypto).await?;
    if reading.edge.root(crypto) != new.root {
        return Err(damaged().into());
    }
    looked.keys = Some(reading.keys);
    looked.alarms.extend(reading.alarms);
    Ok(looked)
}

pub(super) fn damaged() -> InspectError {
    InspectError::Damaged {
        path: "tile/".into(),
    }
}

/// Where the tree of `old` entries goes on, from the tiles of the tree of `size`.
async fn edge(
    source: Source<'_>,
    old: u64,
    size: u64,
    crypto: &Crypto,
) -> Result<Edge, InspectError> {
    let now = |tile: &Tile| Tile::at(tile.level, tile.index, size);
    let places = tile::for_edge(old);
    let tiles = tiles(source, places.iter().filter_map(now).collect()).await?;
    let read = |tile: Tile| {
        let bytes = now(&tile).and_then(|now| tiles.get(&now)).ok_or(())?;
        bytes.get(..tile.bytes()).ok_or(())
    };
    Edge::read(crypto, old, read).map_err(|_| damaged())
}

/// A log that is being read.
struct Reading {
    edge: Edge,
    keys: Histories,
    /// From here on it is new: what was told before is not told again.
    news: u64,
    alarms: Vec<Alarm>,
}

impl Reading {
    /// Appends what comes next, and notes what contradicts what was said of keys, and what is in a watched name and not mine.
    async fn on(
        &mut self,
        watch: &Watch<'_>,
        size: u64,
        crypto: &Crypto,
    ) -> Result<(), InspectError> {
        let mut own = (None, Vec::new());
        for bundle in tile::bundles_written(self.edge.size(), size) {
            let entries = watch.source.bundle(bundle).await;
            let entries = entries.map_err(InspectError::file(bundle.path()))?;
            for (index, entry) in (bundle.first()..).zip(&entries) {
                if index < self.edge.size() {
                    continue;
                }
                let leaf = merkle::leaf_hash(crypto, entry);
                self.edge.push(crypto, leaf, |_, _| {});
                let of_keys = self.keys.read(entry, watch.crypto);
                if index < self.news {
                    continue;
                }
                self.alarms.extend(of_keys);
                let Some((kind, did)) = stated(entry) else {
                    continue;
                };
                if !watch.dids.iter().any(|mine| mine == did) {
                    continue;
                }
                if own.0 != Some(bundle) {
                    own = (Some(bundle), own_entries(watch, bundle).await?);
                }
                let place = usize::try_from(index - bundle.first()).unwrap_or(usize::MAX);
                if own.1.get(place) != Some(entry) {
                    let (kind, did) = (kind.to_owned(), did.to_owned());
                    let what = what(entry);
                    self.alarms.push(Alarm::NotMine {
                        index,
                        kind,
                        did,
                        what,
                    });
                }
            }
        }
        Ok(())
    }
}

/// What an entry says of a key or of a document: with these somebody takes an issuer over.
fn what(entry: &[u8]) -> String {
    match Entry::parse(entry) {
        Ok(Entry::KeyEvent {
            method,
            public_key,
            change,
            ..
        }) => format!(": {method} ({public_key}) is {}", change.word()),
        Ok(Entry::KeyPending {
            method, public_key, ..
        }) => format!(": {method} ({public_key}) is pending"),
        Ok(Entry::DidDocument { sha256, .. }) => {
            format!(
                ": the document with SHA-256 {}",
                multibase::encode_hex(&sha256)
            )
        }
        _ => String::new(),
    }
}

/// The entries of the own copy in the place of a bundle: as many as it has.
async fn own_entries(watch: &Watch<'_>, bundle: Bundle) -> Result<Vec<Vec<u8>>, InspectError> {
    let Some(mine) = watch.mine else {
        return Ok(Vec::new());
    };
    let size = mine.checkpoint().await?.checkpoint.size;
    let Some(own) = Bundle::of(bundle.first(), size) else {
        return Ok(Vec::new());
    };
    let entries = mine.bundle(own).await;
    entries.map_err(InspectError::file(own.path()))
}

/// Kind and DID of an entry in our format, of whatever version; `docs/formats/log.md` puts them in the first two lines.
fn stated(entry: &[u8]) -> Option<(&str, &str)> {
    let text = str::from_utf8(entry).ok()?;
    let (first, rest) = text.split_once('\n')?;
    let (format, kind) = first.split_once(' ')?;
    format.strip_prefix("touchstone-log/")?;
    Some((kind, rest.split('\n').next()?))
}
