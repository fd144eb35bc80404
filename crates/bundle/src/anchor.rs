//! What anchors in a bundle show: that a tree with the entry was there by a time that somebody states whom the reader believes about it.
//!
//! **Invariant:** a tree is not told, it is made: from the entry, its place and the hashes beside it follow the root, from root, size and the
//! log's name the bytes that were anchored. So a stamp over anything else shows nothing, and nobody's word about a tree is taken.

use alloc::borrow::ToOwned;
use alloc::string::String;

use touchstone_anchor::{Fault, Kind};
use touchstone_tlog::{Checkpoint, Crypto as TreeCrypto, merkle};
use touchstone_vc::{Timestamp, log::Entry};

use crate::{Anchored, Asked};

/// Who states a time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum By {
    /// A witness of the log.
    Witness,
    /// An anchor, by its name in the trust file.
    Anchor(String),
}

/// The earliest of the times that anchors state, or why none does. `None` where there is no anchor to ask about.
pub(crate) fn earliest(
    anchors: &[Anchored],
    origin: &str,
    entry: &Entry,
    index: u64,
    asked: &Asked<'_>,
    tree: &TreeCrypto,
) -> Option<Result<(Timestamp, By), Fault>> {
    let trusted = asked.anchors?;
    let leaf = merkle::leaf_hash(tree, &entry.encode().ok()?);
    let mut earliest: Option<Result<(Timestamp, By), Fault>> = None;
    for one in anchors {
        // A later version of this program knows more kinds.
        let Some(kind) = Kind::parse(&one.kind) else {
            continue;
        };
        let root = merkle::root_with(tree, leaf, index, one.size, &one.path);
        let text = root.ok().and_then(|root| {
            let checkpoint = Checkpoint::new(origin, one.size, root).ok()?;
            Some(checkpoint.text())
        });
        let shown = match text {
            None => Err(Fault::OtherImprint),
            Some(text) => {
                let digest = trusted.digest(text.as_bytes());
                trusted.judge(kind, &one.proof, &digest).map(|seen| {
                    let by = Timestamp::from_unix_millis(seen.by);
                    (by, By::Anchor(seen.name.to_owned()))
                })
            }
        };
        let better = match (&earliest, &shown) {
            (None, _) | (Some(Err(_)), Ok(_)) => true,
            (Some(Ok((before, _))), Ok((by, _))) => by < before,
            // Which block to look up is worth more than that another anchor is not trusted.
            (Some(Err(_)), Err(Fault::Block { .. })) => true,
            (Some(_), Err(_)) => false,
        };
        if better {
            earliest = Some(shown);
        }
    }
    earliest
}
