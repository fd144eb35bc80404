//! What anchors in a bundle show: that a tree with the entry was there by a time that somebody states whom the reader believes about it.
//!
//! **Invariant:** a tree is not told, it is made: from the entry, its place and the hashes beside it follow the root, from root, size and the
//! log's name the bytes that were anchored. So a stamp over anything else shows nothing, and nobody's word about a tree is taken.
//!
//! **Invariant (threat 66):** the tree of the bundle's checkpoint continues the tree that was anchored. An authority stamps any digest: one that
//! is made of an entry and hashes of somebody's choice shows that the entry was there, not that it was in the log.

use alloc::borrow::ToOwned;
use alloc::string::String;

use touchstone_anchor::{Fault, Kind};
use touchstone_tlog::{Checkpoint, Crypto as TreeCrypto, Hash, merkle};
use touchstone_vc::{Timestamp, log::Entry};

use crate::{Anchored, Asked, Why, log::Log};

/// Who states a time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum By {
    /// A witness of the log.
    Witness,
    /// An anchor, by its name in the trust file.
    Anchor(String),
}

/// By when an entry was there and who states it, or why nothing is stated.
pub(crate) type Stated = Result<(Timestamp, By), Why>;

/// The earliest of the times that anchors state, or why none does. `None` where there is no anchor to ask about.
pub(crate) fn earliest(
    anchors: &[Anchored],
    log: &Log<'_>,
    entry: &Entry,
    index: u64,
    asked: &Asked<'_>,
    tree: &TreeCrypto,
) -> Option<Stated> {
    let trusted = asked.anchors?;
    let leaf = merkle::leaf_hash(tree, &entry.encode().ok()?);
    let mut earliest: Option<Stated> = None;
    for one in anchors {
        // A later version of this program knows more kinds.
        let Some(kind) = Kind::parse(&one.kind) else {
            continue;
        };
        let shown = match text(one, log, leaf, index, tree) {
            None => Err(Why::AnchoredTree),
            Some(text) => {
                let judged = trusted.judge(kind, &one.proof, text.as_bytes());
                judged.map_err(Why::Anchor).map(|seen| {
                    let by = Timestamp::from_unix_millis(seen.by);
                    (by, By::Anchor(seen.name.to_owned()))
                })
            }
        };
        let better = match (&earliest, &shown) {
            (None, _) | (Some(Err(_)), Ok(_)) => true,
            (Some(Ok((before, _))), Ok((by, _))) => by < before,
            // Which block to look up is worth more than that another anchor is not trusted.
            (Some(Err(_)), Err(Why::Anchor(Fault::Block { .. } | Fault::ChainBlock { .. }))) => {
                true
            }
            (Some(_), Err(_)) => false,
        };
        if better {
            earliest = Some(shown);
        }
    }
    earliest
}

/// The earlier of what anchors state and the time at which the first witness had seen it.
pub(crate) fn or_seen(anchored: Option<Stated>, first: Option<Timestamp>) -> Option<Stated> {
    match (first, &anchored) {
        (Some(first), Some(Ok((by, _)))) if *by <= first => anchored,
        (Some(first), _) => Some(Ok((first, By::Witness))),
        (None, _) => anchored,
    }
}

/// The bytes that were anchored: of a tree that has the entry and that the log of the bundle's checkpoint continues.
fn text(
    one: &Anchored,
    log: &Log<'_>,
    leaf: Hash,
    index: u64,
    tree: &TreeCrypto,
) -> Option<String> {
    let root = merkle::root_with(tree, leaf, index, one.size, &one.path).ok()?;
    if !log.continues(one.size, root, &one.consistency) {
        return None;
    }
    let checkpoint = Checkpoint::new(log.origin(), one.size, root).ok()?;
    Some(checkpoint.text())
}
