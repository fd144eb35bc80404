//! Recomputing a whole log from its entries, and naming the files that are wrong.
//!
//! **Rule:** the checkpoint vouches for the tiles at the right edge, each tile for those below it, and tiles of level 0 for the entries. Where
//! a tile is not vouched for, what its entries hash to, what it says and what stands above it are compared, and the one of the three that
//! differs is wrong: two files do not agree on a hash by accident.

use std::{future::Future, pin::Pin};

use touchstone_tlog::{Bundle, Crypto, Edge, Hash, SignedCheckpoint, Tile, merkle, tile};

use super::{CHECKPOINT, FileError, InspectError, ReadError, Source, leaves};

/// What was found.
#[derive(Debug)]
pub struct Inspected {
    /// The checkpoint that the files were held against. Whether it is signed, its reader judges.
    pub checkpoint: SignedCheckpoint,
    /// The root that the entries hash to; `None` where entries are missing.
    pub root: Option<Hash>,
    /// Files that were read.
    pub files: u64,
    /// What is wrong, file by file. Empty where every hash is right.
    pub faults: Vec<FileFault>,
    /// So much was wrong that the rest was not looked at.
    pub stopped: bool,
}

/// A file that is wrong.
#[derive(Debug)]
pub struct FileFault {
    /// Its path below the log's prefix.
    pub path: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// It is missing, or malformed.
    #[error(transparent)]
    File(FileError),
    /// An entry is not the one that the tree has.
    #[error("entry {index} is not the one that the tree has at this place")]
    #[expect(missing_docs)]
    Entry { index: u64 },
    /// Its hashes are not those of the tree.
    #[error("its hashes are not those of the tree")]
    Hashes,
    /// It disagrees with others, and nothing says which of them is right.
    #[error("it does not agree with the other files, and which of them is right cannot be told")]
    Disagrees,
    /// What an anchor was handed is not what the log said.
    #[error("it is not what the checkpoint of this log with {size} entries says")]
    #[expect(missing_docs)]
    AnchoredText { size: u64 },
    /// An anchor was handed a checkpoint that is not here.
    #[error(
        "an anchor was handed {size} entries, which the log does not have: it is another log's, or this one went back"
    )]
    #[expect(missing_docs)]
    AnchorAhead { size: u64 },
    /// What an anchor answered is not what it answered.
    #[error(transparent)]
    Anchor(touchstone_anchor::Fault),
    /// Everything else agrees on another root.
    #[error("its root hash is not that of the entries and tiles, which agree")]
    Root,
}

/// Recomputes everything. Fails only where a file cannot be read, for then nothing is known.
///
/// A checkpoint may state any size: what it takes is bounded by the files that are there, because after [`MOST_MISSING`] missing ones, or
/// [`MOST_FAULTS`] wrong ones, the rest is not looked at.
pub async fn fsck(source: Source<'_>, crypto: &Crypto) -> Result<Inspected, InspectError> {
    let checkpoint = source.checkpoint().await?;
    let (size, root) = (checkpoint.checkpoint.size, checkpoint.checkpoint.root);
    let mut walk = Walk {
        source,
        crypto,
        files: 1,
        missing: 0,
        faults: Vec::new(),
    };
    let places = tile::for_edge(size);
    let mut stored = Vec::new();
    for place in &places {
        stored.push(walk.tile(*place).await?);
    }
    let trusted = edge(crypto, size, &stored) == Some(root);
    let mut computed = Vec::new();
    for (place, stored) in places.iter().zip(&stored) {
        let below = walk.below(*place, stored.as_deref(), trusted).await?;
        computed.push(below.into_iter().collect::<Option<Vec<Hash>>>());
    }
    let stopped = walk.has_stopped();
    let found = edge(crypto, size, &computed).filter(|_| !stopped);
    if !trusted && !stopped {
        walk.judge_edge(&places, &stored, &computed, found == Some(root));
    }
    let mut faults = walk.faults;
    faults.sort_by(|one, other| one.path.cmp(&other.path));
    faults.dedup_by(|one, other| one.path == other.path);
    Ok(Inspected {
        checkpoint,
        root: found,
        files: walk.files,
        faults,
        stopped,
    })
}

/// The root over the tiles at the right edge.
fn edge(crypto: &Crypto, size: u64, tiles: &[Option<Vec<Hash>>]) -> Option<Hash> {
    let tiles = tiles.iter().map(Option::as_deref);
    let tiles: Option<Vec<&[Hash]>> = tiles.collect();
    let places = tile::for_edge(size);
    let read = |place: Tile| {
        let at = places.iter().position(|one| *one == place).ok_or(())?;
        let hashes = tiles.as_ref().and_then(|tiles| tiles.get(at)).ok_or(())?;
        Ok::<_, ()>(hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>())
    };
    let edge = Edge::read(crypto, size, read).ok()?;
    Some(edge.root(crypto))
}

struct Walk<'a> {
    source: Source<'a>,
    crypto: &'a Crypto,
    files: u64,
    missing: usize,
    faults: Vec<FileFault>,
}

type Below<'w> = Pin<Box<dyn Future<Output = Result<Vec<Option<Hash>>, InspectError>> + Send + 'w>>;

impl<'a> Walk<'a> {
    /// The hashes that belong into `tile`, from what lies below it; what is wrong there is noted. `trusted` tiles are right.
    fn below<'w>(&'w mut self, tile: Tile, stored: Option<&'w [Hash]>, trusted: bool) -> Below<'w>
    where
        'a: 'w,
    {
        Box::pin(async move {
            if self.has_stopped() {
                return Ok(vec![None; tile.width.into()]);
            }
            if tile.level == 0 {
                return self.entries(tile, stored.filter(|_| trusted)).await;
            }
            let mut hashes = Vec::new();
            for place in 0..tile.width {
                let child = Tile {
                    level: tile.level - 1,
                    index: tile.index * u64::from(tile::FULL) + u64::from(place),
                    width: tile::FULL,
                };
                let above = stored.and_then(|stored| stored.get(usize::from(place)).copied());
                hashes.push(self.child(tile, child, above, trusted).await?);
            }
            Ok(hashes)
        })
    }

    /// The hash over a full tile, as far as it is known: from above where that is trusted, else what two agree on.
    async fn child(
        &mut self,
        parent: Tile,
        child: Tile,
        above: Option<Hash>,
        trusted: bool,
    ) -> Result<Option<Hash>, InspectError> {
        if self.has_stopped() {
            return Ok(None);
        }
        let stored = self.tile(child).await?;
        let said = stored.as_deref().map(|stored| whole(self.crypto, stored));
        let child_trusted = trusted && said == above;
        let below = self
            .below(child, stored.as_deref(), child_trusted)
            .await?
            .into_iter()
            .collect::<Option<Vec<Hash>>>();
        if self.has_stopped() {
            return Ok(None); // What was not looked at is wrong of nothing.
        }
        if child_trusted {
            return Ok(above);
        }
        let computed = below.as_deref().map(|below| whole(self.crypto, below));
        if trusted {
            // The parent is right, so this tile is not, unless it is missing and noted.
            self.note_some(said, child.path(), Wrong::Hashes);
            if computed.is_some() && computed != above {
                self.note_below(child);
            }
            return Ok(above);
        }
        let agreed = match (computed, said, above) {
            (Some(one), Some(two), Some(three)) if one == two && two == three => Some(one),
            (Some(one), Some(two), Some(_)) if one == two => {
                self.note(parent.path(), Wrong::Hashes);
                Some(one)
            }
            (Some(one), Some(_), Some(three)) if one == three => {
                self.note(child.path(), Wrong::Hashes);
                Some(one)
            }
            (_, Some(two), Some(three)) if two == three => {
                if computed.is_some() {
                    self.note_below(child);
                }
                Some(two)
            }
            // One of them is missing, and noted.
            (Some(one), None, Some(three)) if one == three => Some(one),
            (Some(one), Some(two), None) if one == two => Some(one),
            (Some(one), None, None) => Some(one),
            _ => {
                self.note_some(said, child.path(), Wrong::Disagrees);
                self.note_some(above, parent.path(), Wrong::Disagrees);
                if computed.is_some() {
                    self.note_below(child);
                }
                None
            }
        };
        Ok(agreed)
    }

    /// The hashes of a bundle's entries; those of a trusted tile are the right ones.
    async fn entries(
        &mut self,
        tile: Tile,
        trusted: Option<&[Hash]>,
    ) -> Result<Vec<Option<Hash>>, InspectError> {
        let bundle = Bundle {
            index: tile.index,
            width: tile.width,
        };
        self.files += 1;
        let found = match self.source.bundle(bundle).await {
            Ok(entries) => Some(leaves(self.crypto, &entries)),
            Err(FileError::Read(error)) => return Err(error.into()),
            Err(error) => {
                self.note(bundle.path(), Wrong::File(error));
                None
            }
        };
        if let (Some(found), Some(right)) = (&found, trusted)
            && let Some(place) = (0..found.len()).find(|at| found[*at] != right[*at])
        {
            let index = bundle.first() + place as u64;
            self.note(bundle.path(), Wrong::Entry { index });
        }
        Ok(match (trusted, found) {
            (Some(right), _) => right.iter().copied().map(Some).collect(),
            (None, Some(found)) => found.into_iter().map(Some).collect(),
            (None, None) => vec![None; tile.width.into()],
        })
    }

    /// Judges the tiles at the edge where they do not hash to the checkpoint.
    fn judge_edge(
        &mut self,
        places: &[Tile],
        stored: &[Option<Vec<Hash>>],
        computed: &[Option<Vec<Hash>>],
        entries_are_right: bool,
    ) {
        let mut agree = true;
        for ((place, stored), computed) in places.iter().zip(stored).zip(computed) {
            let (Some(stored), Some(computed)) = (stored, computed) else {
                agree = false;
                continue;
            };
            if stored == computed {
                continue;
            }
            agree = false;
            match entries_are_right {
                true => self.note(place.path(), Wrong::Hashes),
                false => {
                    self.note(place.path(), Wrong::Disagrees);
                    if place.level == 0 {
                        self.note_below(*place);
                    }
                }
            }
        }
        if !entries_are_right {
            let wrong = if agree { Wrong::Root } else { Wrong::Disagrees };
            self.note(CHECKPOINT.to_owned(), wrong);
        }
    }

    async fn tile(&mut self, tile: Tile) -> Result<Option<Vec<Hash>>, ReadError> {
        self.files += 1;
        match self.source.tile(tile).await {
            Ok(hashes) => Ok(Some(hashes)),
            Err(FileError::Read(error)) => Err(error),
            Err(error) => {
                self.note(tile.path(), Wrong::File(error));
                Ok(None)
            }
        }
    }

    /// Notes the bundle below a tile of level 0; what is wrong below higher ones was noted there.
    fn note_below(&mut self, tile: Tile) {
        if tile.level == 0 {
            let Tile { index, width, .. } = tile;
            self.note(Bundle { index, width }.path(), Wrong::Disagrees);
        }
    }

    fn note_some<T>(&mut self, there: Option<T>, path: String, wrong: Wrong) {
        if there.is_some() {
            self.note(path, wrong);
        }
    }

    /// Whether so much is missing or wrong that the log which the checkpoint states is not here.
    fn has_stopped(&self) -> bool {
        self.missing >= MOST_MISSING || self.faults.len() >= MOST_FAULTS
    }

    fn note(&mut self, path: String, wrong: Wrong) {
        self.missing += usize::from(matches!(wrong, Wrong::File(FileError::Missing)));
        self.faults.push(FileFault { path, wrong });
    }
}

/// So many files may be missing before the rest is not looked at.
pub const MOST_MISSING: usize = 100;
/// So many files may be wrong before the rest is not looked at.
pub const MOST_FAULTS: usize = 10_000;

/// The hash over a full tile.
fn whole(crypto: &Crypto, hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let pairs = level.as_chunks::<2>().0.iter();
        level = pairs
            .map(|[left, right]| merkle::node_hash(crypto, *left, *right))
            .collect();
    }
    level[0]
}
