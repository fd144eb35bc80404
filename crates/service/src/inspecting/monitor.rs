//! Following a log: whether it only ever grew, and whether somebody states things in my name.
//!
//! Each look starts from the checkpoint that the last one ended with, reads every entry since, and recomputes the root with them: what was
//! read is what the log signed.

use touchstone_tlog::{
    Bundle, Crypto, Edge, Policy, PolicyError, ProofError, SignedCheckpoint, Tile, merkle, tile,
};

use super::{InspectError, Source, prove::tiles};

/// What to look at.
pub struct Watch<'a> {
    /// The log.
    pub source: Source<'a>,
    /// Who is believed.
    pub policy: &'a Policy,
    /// The checkpoint of the last look.
    pub last: Option<&'a SignedCheckpoint>,
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
    #[error("entry {index} ({kind}) is in the name of {did}, and you did not make it")]
    NotMine {
        index: u64,
        kind: String,
        did: String,
    },
}

impl Alarm {
    /// Whether it is about the log as a whole.
    pub fn is_of_the_log(&self) -> bool {
        !matches!(self, Self::NotMine { .. })
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
pub async fn monitor(watch: &Watch<'_>, crypto: &Crypto) -> Result<Looked, MonitorError> {
    let signed = watch.source.checkpoint().await?;
    let has_quorum = watch.policy.evaluate(&signed, crypto)?.has_quorum;
    let new = signed.checkpoint.clone();
    let mut looked = Looked {
        checkpoint: signed,
        has_quorum,
        entries: 0,
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
    looked.entries = new.size - from.size();
    let (edge, not_mine) = read_on(watch, from, new.size, crypto).await?;
    if edge.root(crypto) != new.root {
        return Err(damaged().into());
    }
    looked.alarms.extend(not_mine);
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

/// Appends what is new, and notes what is in a watched name and not mine.
async fn read_on(
    watch: &Watch<'_>,
    mut edge: Edge,
    size: u64,
    crypto: &Crypto,
) -> Result<(Edge, Vec<Alarm>), InspectError> {
    let mut alarms = Vec::new();
    let mut own = (None, Vec::new());
    for bundle in tile::bundles_written(edge.size(), size) {
        let entries = watch.source.bundle(bundle).await;
        let entries = entries.map_err(InspectError::file(bundle.path()))?;
        for (index, entry) in (bundle.first()..).zip(&entries) {
            if index < edge.size() {
                continue;
            }
            edge.push(crypto, merkle::leaf_hash(crypto, entry), |_, _| {});
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
                alarms.push(Alarm::NotMine { index, kind, did });
            }
        }
    }
    Ok((edge, alarms))
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
