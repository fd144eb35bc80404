//! The files of a log's anchors, held against the log and against themselves.
//!
//! What was handed in must be a checkpoint that this log had: its root follows from the tiles. What came of it must be over exactly that, and whole as
//! far as it says by itself. Where the reader trusts somebody about it, that one vouches for the rest; where not, that is told apart, and is no fault.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_anchor::{Anchors, Fault, Kind, evm, is_name, opentimestamps, rfc3161};
use touchstone_tlog::{Checkpoint, Crypto, Edge, Tile, tile};

use super::{FileError, FileFault, InspectError, Inspected, Source, Wrong, prove::tiles};

/// A file below the log's prefix.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AnchorFile {
    /// `anchor/73` or `anchor/73.notary.tsr`.
    pub path: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

impl AnchorFile {
    /// No text and no proof is larger: one that is needs not be read further to be told as wrong.
    pub const MOST_BYTES: usize = larger(
        rfc3161::MOST_BYTES,
        larger(opentimestamps::MOST_BYTES, evm::MOST_BYTES),
    );

    /// Whether the file at a path is one of an anchor, by its name.
    pub fn is_at(path: &str) -> bool {
        named(path).is_some()
    }
}

const fn larger(one: usize, other: usize) -> usize {
    if one > other { one } else { other }
}

/// What was found of the anchors' files.
#[derive(Debug, Default)]
pub struct AnchorsInspected {
    /// Files that were read.
    pub files: u64,
    /// What is wrong, file by file.
    pub faults: Vec<FileFault>,
    /// What is whole as far as it says by itself, and nobody who is trusted vouches for; with what is missing.
    pub unvouched: Vec<(String, Fault)>,
}

/// Holds these files against a log that was inspected. Of what is no file of an anchor by its name nothing is said. What was handed in may be kept
/// several times, with each anchor that it was handed to: then each has to be what the log said.
pub async fn fsck_anchors(
    source: Source<'_>,
    log: &Inspected,
    files: &[AnchorFile],
    trust: &Anchors,
    crypto: &Crypto,
) -> Result<AnchorsInspected, InspectError> {
    let mut found = AnchorsInspected::default();
    let mut sizes: BTreeMap<u64, OfSize<'_>> = BTreeMap::new();
    let mut paths = BTreeSet::new();
    for file in files {
        let Some((size, proof)) = named(&file.path) else {
            continue;
        };
        if paths.insert(file.path.as_str()) {
            found.files += 1;
        }
        let of_size = sizes.entry(size).or_default();
        match proof {
            None => of_size.texts.push(&file.bytes),
            Some(kind) => of_size.proofs.push((file, kind)),
        }
    }
    for (size, of_size) in sizes {
        let text = text(source, log, size, crypto).await?;
        of_size.judge(size, text, trust, &mut found);
    }
    found.faults.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The checkpoint and, of a proof, the kind that a path names.
fn named(path: &str) -> Option<(u64, Option<Kind>)> {
    let mut parts = path.strip_prefix(FOLDER)?.split('.');
    let number = parts.next()?;
    let size: u64 = number.parse().ok()?;
    // In one form only.
    if size.to_string() != number {
        return None;
    }
    let parts: Vec<&str> = parts.collect();
    match parts[..] {
        [] => Some((size, None)),
        [name, extension] if is_name(name) => {
            let mut kinds = Kind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.extension() == extension)?;
            Some((size, Some(kind)))
        }
        _ => None,
    }
}

/// What this log's checkpoint of a size says.
enum Text {
    /// This.
    Known(String),
    /// It cannot be told: the log's own files are wrong.
    Unknown,
    /// The log has no so many entries.
    Ahead,
}

/// The text of the checkpoint that the log had with so many entries, as its tiles hash to it now.
async fn text(
    source: Source<'_>,
    log: &Inspected,
    size: u64,
    crypto: &Crypto,
) -> Result<Text, InspectError> {
    let tree = &log.checkpoint.checkpoint;
    if size > tree.size {
        return Ok(Text::Ahead);
    }
    if !log.faults.is_empty() {
        return Ok(Text::Unknown);
    }
    // Of a tile that was begun then, what stood in it stands at the beginning of what it is now.
    let now = |place: Tile| Tile::at(place.level, place.index, tree.size);
    let wanted = tile::for_edge(size).into_iter().filter_map(now).collect();
    let had = match tiles(source, wanted).await {
        Err(InspectError::File { .. } | InspectError::Damaged { .. }) => return Ok(Text::Unknown),
        had => had?,
    };
    let edge = Edge::read(crypto, size, |place| {
        let bytes = now(place).and_then(|tile| had.get(&tile));
        let bytes = bytes.and_then(|bytes| bytes.get(..place.bytes()));
        bytes.map(<[u8]>::to_vec).ok_or(())
    });
    let checkpoint = edge.ok().and_then(|edge| {
        let root = edge.root(crypto);
        Checkpoint::new(tree.origin(), size, root).ok()
    });
    Ok(checkpoint.map_or(Text::Unknown, |checkpoint| Text::Known(checkpoint.text())))
}

/// The files about one checkpoint.
#[derive(Default)]
struct OfSize<'a> {
    texts: Vec<&'a [u8]>,
    proofs: Vec<(&'a AnchorFile, Kind)>,
}

impl OfSize<'_> {
    fn judge(&self, size: u64, text: Text, trust: &Anchors, found: &mut AnchorsInspected) {
        let text_path = format!("{FOLDER}{size}");
        let mut note = |path: &str, wrong| {
            let path = path.to_owned();
            found.faults.push(FileFault { path, wrong });
        };
        // What proofs are held against: what the log says, and where that is not known what stands beside them.
        let over = match (&text, self.texts.split_first()) {
            (Text::Ahead, _) => {
                note(&text_path, Wrong::AnchorAhead { size });
                return;
            }
            (Text::Known(known), there) => {
                if there.is_none() {
                    note(&text_path, Wrong::File(FileError::Missing));
                }
                if self.texts.iter().any(|there| *there != known.as_bytes()) {
                    note(&text_path, Wrong::AnchoredText { size });
                }
                known.as_bytes()
            }
            (Text::Unknown, None) => {
                note(&text_path, Wrong::File(FileError::Missing));
                return;
            }
            (Text::Unknown, Some((&there, others))) => {
                let read = str::from_utf8(there).ok().and_then(|text| {
                    let read = Checkpoint::parse(text).ok()?;
                    (read.text() == text && read.size == size).then_some(())
                });
                if read.is_none() || others.iter().any(|other| *other != there) {
                    note(&text_path, Wrong::AnchoredText { size });
                    return;
                }
                there
            }
        };
        for (file, kind) in &self.proofs {
            let judged = trust.whole(*kind, &file.bytes, over).and_then(|()| {
                let judged = trust.judge(*kind, &file.bytes, over);
                judged.map(drop)
            });
            match judged {
                Ok(()) => {}
                Err(fault) if fault.is_want_of_trust() => {
                    found.unvouched.push((file.path.clone(), fault));
                }
                Err(fault) => {
                    let (path, wrong) = (file.path.clone(), Wrong::Anchor(fault));
                    found.faults.push(FileFault { path, wrong });
                }
            }
        }
    }
}

const FOLDER: &str = "anchor/";
