//! The files of a log: tiles of hashes and bundles of entries.
//!
//! C2SP tlog-tiles. A tile holds up to 256 neighbouring hashes of one level, whose hashes over eight levels more are
//! computed; a bundle holds the entries below a tile of level 0. A tile that is full never changes; a partial one is
//! a file of its own for each width. Which files a proof needs is asked first ([`for_inclusion`], [`for_consistency`], [`for_edge`]), then
//! read by whoever can, then handed to [`reader`].

use alloc::collections::btree_map::{BTreeMap, Entry};
use alloc::collections::btree_set::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt::Write as _;

use crate::merkle::{self, Frontier, node_hash};
use crate::text::decimal;
use crate::{Crypto, Hash, Node};

/// Hashes in a full tile, and entries in a full bundle.
pub const FULL: u16 = 256;

/// Bytes of a full tile.
pub const FULL_BYTES: usize = 8192;

/// Levels of the tree that one tile spans.
const LEVELS: u8 = 8;

/// The highest level of tiles that a path may name.
const HIGHEST: u8 = 63;

/// Bytes of the longest entry.
pub const LONGEST_ENTRY: usize = 65_535;

/// A tile of hashes: up to 256 nodes of level `8 · level`, from `256 · index` on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Tile {
    /// 0 for hashes of entries.
    pub level: u8,
    /// Its place among the tiles of its level.
    pub index: u64,
    /// Hashes in it: 1 to 256, below 256 where it is partial.
    pub width: u16,
}

impl Tile {
    /// The tile that holds this node's hash in a tree of `size` entries. `None` where that tree does not have the node.
    pub fn of(node: Node, size: u64) -> Option<Self> {
        let level = node.level / LEVELS;
        let below = node.level % LEVELS;
        let last = node.index.checked_add(1)?.checked_mul(1 << below)? - 1;
        let tile = Self::at(level, last / u64::from(FULL), size)?;
        (last % u64::from(FULL) < tile.width.into()).then_some(tile)
    }

    /// The tile at this place in a tree of `size` entries. `None` where it would be empty.
    pub fn at(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(u32::from(level) * u32::from(LEVELS))?;
        let width = hashes.checked_sub(index.checked_mul(FULL.into())?)?;
        let width = u16::try_from(width.min(FULL.into())).expect("256 at most");
        (width > 0).then_some(Self {
            level,
            index,
            width,
        })
    }

    /// Whether it holds fewer hashes than it will.
    pub fn is_partial(self) -> bool {
        self.width < FULL
    }

    /// The full tile at its place, which may be there in a partial one's stead.
    pub fn full(self) -> Self {
        Self {
            width: FULL,
            ..self
        }
    }

    /// Its bytes in the log.
    pub fn bytes(self) -> usize {
        usize::from(self.width) * 32
    }

    /// Its path below the log's prefix: `tile/1/x001/234.p/5`.
    pub fn path(self) -> String {
        format!("tile/{}/{}", self.level, place(self.index, self.width))
    }

    /// Reads [`Self::path`].
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let path = path.strip_prefix("tile/").ok_or(PathError::NoTile)?;
        let (level, place) = path.split_once('/').ok_or(PathError::NoTile)?;
        let level = decimal(level).and_then(|level| u8::try_from(level).ok());
        let level = level.filter(|level| *level <= HIGHEST);
        let (index, width) = parse_place(place)?;
        Ok(Self {
            level: level.ok_or(PathError::Level)?,
            index,
            width,
        })
    }

    /// The hashes that its bytes are. A full tile's may be given for a partial one: they begin with the same hashes.
    pub fn hashes(self, bytes: &[u8]) -> Result<&[[u8; 32]], TileError> {
        let full = self.is_partial() && bytes.len() == FULL_BYTES;
        if bytes.len() != self.bytes() && !full {
            return Err(TileError::Length {
                expected: self.bytes(),
                found: bytes.len(),
            });
        }
        let (hashes, _) = bytes.as_chunks();
        Ok(&hashes[..self.width.into()])
    }

    /// The hash of a node that lies within this tile, from the tile's bytes.
    pub fn hash(self, bytes: &[u8], node: Node, crypto: &Crypto) -> Result<Hash, TileError> {
        let hashes = self.hashes(bytes)?;
        let inside = node.level.checked_sub(self.level.saturating_mul(LEVELS));
        let inside = inside.filter(|inside| *inside < LEVELS);
        let inside = inside.ok_or(TileError::OtherTile { node })?;
        let first = node.index.checked_mul(1 << inside);
        let first = first.and_then(|first| first.checked_sub(self.index.checked_mul(FULL.into())?));
        let first = first.and_then(|first| usize::try_from(first).ok());
        let range = first.and_then(|first| hashes.get(first..first.checked_add(1 << inside)?));
        let range = range.ok_or(TileError::OtherTile { node })?;
        Ok(whole(crypto, range))
    }

    /// The hash over a full tile, as the tile above it has it, from the tile's bytes.
    pub fn root(self, bytes: &[u8], crypto: &Crypto) -> Result<Hash, TileError> {
        let hashes = self.full().hashes(bytes)?;
        Ok(whole(crypto, hashes))
    }
}

/// The hash over a power of two of neighbours.
fn whole(crypto: &Crypto, hashes: &[[u8; 32]]) -> Hash {
    match hashes {
        [one] => Hash(*one),
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(crypto, whole(crypto, left), whole(crypto, right))
        }
    }
}

/// A bundle of entries: up to 256 of them, from `256 · index` on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Bundle {
    /// Its place among the bundles.
    pub index: u64,
    /// Entries in it: 1 to 256, below 256 where it is partial.
    pub width: u16,
}

impl Bundle {
    /// The bundle that holds this entry in a tree of `size` entries. `None` where that tree does not have the entry.
    pub fn of(entry: u64, size: u64) -> Option<Self> {
        let tile = Tile::of(
            Node {
                level: 0,
                index: entry,
            },
            size,
        )?;
        Some(Self::below(tile))
    }

    /// All bundles of a tree of `size` entries, from the one that holds entry `from` on.
    pub fn all(from: u64, size: u64) -> impl Iterator<Item = Self> {
        let first = from / u64::from(FULL);
        (first..).map_while(move |index| Tile::at(0, index, size).map(Self::below))
    }

    fn below(tile: Tile) -> Self {
        Self {
            index: tile.index,
            width: tile.width,
        }
    }

    /// The tile with the hashes of its entries.
    pub fn tile(self) -> Tile {
        Tile {
            level: 0,
            index: self.index,
            width: self.width,
        }
    }

    /// The number of its first entry.
    pub fn first(self) -> u64 {
        self.index * u64::from(FULL)
    }

    /// The full bundle at its place, which may be there in a partial one's stead.
    pub fn full(self) -> Self {
        Self {
            width: FULL,
            ..self
        }
    }

    /// Its path below the log's prefix: `tile/entries/x001/234.p/5`.
    pub fn path(self) -> String {
        format!("tile/entries/{}", place(self.index, self.width))
    }

    /// Reads [`Self::path`].
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let place = path.strip_prefix("tile/entries/");
        let (index, width) = parse_place(place.ok_or(PathError::NoBundle)?)?;
        Ok(Self { index, width })
    }

    /// The entries that its bytes are. A full bundle's may be given for a partial one: they begin with the same entries.
    pub fn entries(self, bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
        let mut entries = Vec::with_capacity(self.width.into());
        let mut rest = bytes;
        while !rest.is_empty() {
            let at = bytes.len() - rest.len();
            let entry = entries.len();
            if entry == usize::from(FULL) {
                return Err(BundleError::LeftOver { at });
            }
            let cut = rest.split_first_chunk().and_then(|(length, rest)| {
                rest.split_at_checked(u16::from_be_bytes(*length).into())
            });
            let (one, after) = cut.ok_or(BundleError::Truncated { entry, at })?;
            entries.push(one);
            rest = after;
        }
        match entries.len() {
            found if found == self.width.into() => {}
            256 if self.width < FULL => entries.truncate(self.width.into()),
            found => {
                return Err(BundleError::Count {
                    expected: self.width,
                    found,
                });
            }
        }
        Ok(entries)
    }
}

/// Appends an entry to the bytes of a bundle.
pub fn append_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), EntryTooLong> {
    let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong { bytes: entry.len() })?;
    bundle.extend(length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// An entry that no bundle can hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the entry has {bytes} bytes; a bundle holds entries of at most 65535")]
pub struct EntryTooLong {
    /// Its length.
    pub bytes: usize,
}

/// Tiles that are written when a log grows: full ones and, at the right edge, partial ones; lower levels first.
pub fn written(old_size: u64, size: u64) -> impl Iterator<Item = Tile> {
    (0..LEVELS).flat_map(move |level| {
        let shift = u32::from(level) * u32::from(LEVELS);
        let old = old_size >> shift;
        let grown = size >> shift > old;
        let from = old / u64::from(FULL);
        let tiles = (from..).map_while(move |index| Tile::at(level, index, size));
        tiles.take_while(move |_| grown)
    })
}

/// Bundles that are written when a log grows.
pub fn bundles_written(old_size: u64, size: u64) -> impl Iterator<Item = Bundle> {
    Bundle::all(old_size, size)
}

/// Tiles from which the proof of an entry is made, in a tree of `size` entries.
pub fn for_inclusion(index: u64, size: u64) -> Vec<Tile> {
    required(size, |crypto, read| {
        let _ = merkle::prove_inclusion(crypto, index, size, read);
    })
}

/// Tiles from which the proof is made that the tree of `size` entries continues the one of `old_size`.
pub fn for_consistency(old_size: u64, size: u64) -> Vec<Tile> {
    required(size, |crypto, read| {
        let _ = merkle::prove_consistency(crypto, old_size, size, read);
    })
}

/// Tiles from which the right edge of a tree of `size` entries is read: its root, and where it goes on.
pub fn for_edge(size: u64) -> Vec<Tile> {
    let tiles = (0..LEVELS).filter_map(|level| {
        let hashes = size >> (u32::from(level) * u32::from(LEVELS));
        // A full tile at the edge stands in the level above.
        Tile::at(level, hashes / u64::from(FULL), size)
    });
    tiles.collect()
}

/// Runs what reads nodes, and notes in which tiles they are.
fn required(
    size: u64,
    reads: impl FnOnce(&Crypto, &mut dyn FnMut(Node) -> Result<Hash, Infallible>),
) -> Vec<Tile> {
    // Hashes do not matter here, places do.
    const NOTHING: Crypto = Crypto {
        sha256: |_| [0; 32],
        verify_ed25519: |_, _, _| false,
        verify_ml_dsa_44: |_, _, _| false,
    };
    let mut tiles = BTreeSet::new();
    reads(&NOTHING, &mut |node| {
        tiles.extend(Tile::of(node, size));
        Ok(Hash([0; 32]))
    });
    tiles.into_iter().collect()
}

/// Reads any hash of a tree of `size` entries from its tiles, which `tile` hands out by their names.
pub fn reader<E, B: AsRef<[u8]>>(
    crypto: &Crypto,
    size: u64,
    mut tile: impl FnMut(Tile) -> Result<B, E>,
) -> impl FnMut(Node) -> Result<Hash, ReadError<E>> {
    let mut had: BTreeMap<Tile, B> = BTreeMap::new();
    move |node| {
        let place = Tile::of(node, size).ok_or(ReadError::Outside { node, size })?;
        let bytes = match had.entry(place) {
            Entry::Occupied(had) => had.into_mut(),
            Entry::Vacant(free) => {
                free.insert(tile(place).map_err(|error| ReadError::Tile { tile: place, error })?)
            }
        };
        place
            .hash(bytes.as_ref(), node, crypto)
            .map_err(|error| ReadError::Bytes { tile: place, error })
    }
}

/// Why a hash could not be read from tiles.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReadError<E> {
    /// The tree does not have it.
    #[error("a tree of {size} entries has no hash {} of level {}", node.index, node.level)]
    #[expect(missing_docs)]
    Outside { node: Node, size: u64 },
    /// The tile was not handed out.
    #[error("{}: {error}", tile.path())]
    #[expect(missing_docs)]
    Tile { tile: Tile, error: E },
    /// The tile's bytes are none.
    #[error("{}: {error}", tile.path())]
    #[expect(missing_docs)]
    Bytes { tile: Tile, error: TileError },
}

/// A log that grows: the tiles at its right edge, in memory that does not grow with it (8 tiles at most).
#[derive(Clone, Debug, Default)]
pub struct Edge {
    frontier: Frontier,
    /// Per level of tiles, the hashes of the tile that is being filled.
    partial: [Vec<u8>; LEVELS as usize],
}

impl Edge {
    /// Where a log of `size` entries goes on; the tiles are those of [`for_edge`].
    pub fn read<E, B: AsRef<[u8]>>(
        crypto: &Crypto,
        size: u64,
        mut tile: impl FnMut(Tile) -> Result<B, E>,
    ) -> Result<Self, ReadError<E>> {
        let mut partial: [Vec<u8>; LEVELS as usize] = Default::default();
        for place in for_edge(size) {
            let bytes = tile(place).map_err(|error| ReadError::Tile { tile: place, error })?;
            let hashes = place.hashes(bytes.as_ref());
            let hashes = hashes.map_err(|error| ReadError::Bytes { tile: place, error })?;
            partial[usize::from(place.level)] = hashes.as_flattened().to_vec();
        }
        let frontier = Frontier::read(size, |node| {
            let place = Tile::of(node, size).ok_or(ReadError::Outside { node, size })?;
            let bytes = &partial[usize::from(place.level)];
            place
                .hash(bytes, node, crypto)
                .map_err(|error| ReadError::Bytes { tile: place, error })
        })?;
        Ok(Self { frontier, partial })
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of its tree.
    pub fn root(&self, crypto: &Crypto) -> Hash {
        self.frontier.root(crypto)
    }

    /// Appends an entry by its hash. `filled` is handed each tile that is full now, lower levels first.
    pub fn push(&mut self, crypto: &Crypto, leaf: Hash, mut filled: impl FnMut(Tile, &[u8])) {
        let partial = &mut self.partial;
        self.frontier.push(crypto, leaf, |node, hash| {
            if node.level % LEVELS != 0 {
                return;
            }
            let level = node.level / LEVELS;
            let tile = &mut partial[usize::from(level)];
            tile.extend(hash.0);
            if tile.len() == FULL_BYTES {
                let index = node.index / u64::from(FULL);
                let width = FULL;
                filled(
                    Tile {
                        level,
                        index,
                        width,
                    },
                    tile,
                );
                tile.clear();
            }
        });
    }

    /// The partial tiles at the edge, lower levels first.
    pub fn partial(&self) -> impl Iterator<Item = (Tile, &[u8])> {
        for_edge(self.size())
            .into_iter()
            .map(|tile| (tile, self.partial[usize::from(tile.level)].as_slice()))
    }
}

/// Why a path names no file of a log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PathError {
    /// It is not of the form `tile/<L>/<N>[.p/<W>]`.
    #[error("no path of a tile: expected tile/<L>/<N>[.p/<W>]")]
    NoTile,
    /// It is not of the form `tile/entries/<N>[.p/<W>]`.
    #[error("no path of an entry bundle: expected tile/entries/<N>[.p/<W>]")]
    NoBundle,
    /// The level is no number from 0 to 63.
    #[error("the level is a number from 0 to 63 without leading zeros")]
    Level,
    /// The index is not written in groups of three digits, all but the last after an `x`.
    #[error("the index is written in groups of three digits, all but the last after an x")]
    Index,
    /// The width is no number from 1 to 255.
    #[error("the width of a partial tile is a number from 1 to 255 without leading zeros")]
    Width,
}

/// Why bytes are no tile.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TileError {
    /// A tile of this width has another length.
    #[error("the tile has {found} bytes instead of {expected}")]
    #[expect(missing_docs)]
    Length { expected: usize, found: usize },
    /// The hash is not in this tile.
    #[error("the hash {} of level {} is not in this tile", node.index, node.level)]
    #[expect(missing_docs)]
    OtherTile { node: Node },
}

/// Why bytes are no bundle of entries.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BundleError {
    /// The bytes end within an entry.
    #[error("the bundle ends within its entry {entry}, which begins at byte {at}")]
    #[expect(missing_docs)]
    Truncated { entry: usize, at: usize },
    /// There are bytes after the last entry that a bundle holds.
    #[error("bytes are left over from byte {at} on")]
    #[expect(missing_docs)]
    LeftOver { at: usize },
    /// There are more or fewer entries than the path says.
    #[error("the bundle has {found} entries instead of {expected}")]
    #[expect(missing_docs)]
    Count { expected: u16, found: usize },
}

/// `x001/234.p/5`.
fn place(index: u64, width: u16) -> String {
    let mut groups = Vec::from([index % 1000]);
    let mut rest = index / 1000;
    while rest > 0 {
        groups.push(rest % 1000);
        rest /= 1000;
    }
    let mut path = String::new();
    for (number, group) in groups.iter().enumerate().rev() {
        let end = if number > 0 { "/" } else { "" };
        let x = if number > 0 { "x" } else { "" };
        write!(path, "{x}{group:03}{end}").expect("a string takes all");
    }
    if width < FULL {
        write!(path, ".p/{width}").expect("a string takes all");
    }
    path
}

fn parse_place(path: &str) -> Result<(u64, u16), PathError> {
    let (path, width) = match path.split_once(".p/") {
        None => (path, FULL),
        Some((path, width)) => {
            let width = decimal(width).and_then(|width| u16::try_from(width).ok());
            let width = width.filter(|width| (1..FULL).contains(width));
            (path, width.ok_or(PathError::Width)?)
        }
    };
    let (above, last) = path.rsplit_once('/').unwrap_or(("", path));
    let mut groups: Vec<&str> = Vec::new();
    for group in above.split('/').filter(|_| !above.is_empty()) {
        groups.push(group.strip_prefix('x').ok_or(PathError::Index)?);
    }
    groups.push(last);
    // One form: no group of zeros in front.
    if groups.len() > 1 && groups[0] == "000" {
        return Err(PathError::Index);
    }
    let mut index: u64 = 0;
    for group in groups {
        let digits = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
        let group: u64 = group
            .parse()
            .ok()
            .filter(|_| digits)
            .ok_or(PathError::Index)?;
        let next = index
            .checked_mul(1000)
            .and_then(|index| index.checked_add(group));
        index = next.ok_or(PathError::Index)?;
    }
    Ok((index, width))
}
