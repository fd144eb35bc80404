//! The Merkle tree: hashes, roots, and proofs given and checked.
//!
//! RFC 9162 §2.1 (the same as RFC 6962 §2.1) over SHA-256. A tree is a list of entries; the hash over entries
//! `index · 2^level .. (index + 1) · 2^level` is a [`Node`], and never changes once those entries are there. All that is proven is made
//! of nodes, so whoever can read nodes can prove: the functions here take a `read` that hands them out, and fail only as it fails.
//!
//! Checking a consistency proof is checking that of a subtree that begins at entry 0 (draft-ietf-plants-merkle-tree-certs §4.4).

use alloc::vec::Vec;
use core::fmt;

use crate::Crypto;

/// A SHA-256 hash.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    /// Hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash over a whole subtree: entries `index << level .. (index + 1) << level`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Node {
    /// 0 for the hash of an entry, one more for each doubling.
    pub level: u8,
    /// Its place among the nodes of its level.
    pub index: u64,
}

/// The hash of an entry.
pub fn leaf_hash(crypto: &Crypto, entry: &[u8]) -> Hash {
    let mut short = [0; 1024];
    match short.get_mut(..=entry.len()) {
        Some(buffer) => {
            buffer[1..].copy_from_slice(entry);
            Hash((crypto.sha256)(buffer))
        }
        None => {
            let mut long = Vec::with_capacity(entry.len() + 1);
            long.push(0);
            long.extend_from_slice(entry);
            Hash((crypto.sha256)(&long))
        }
    }
}

/// The hash over two neighbours.
pub fn node_hash(crypto: &Crypto, left: Hash, right: Hash) -> Hash {
    let mut buffer = [1; 65];
    buffer[1..33].copy_from_slice(&left.0);
    buffer[33..].copy_from_slice(&right.0);
    Hash((crypto.sha256)(&buffer))
}

/// The root of a tree without entries.
pub fn empty_root(crypto: &Crypto) -> Hash {
    Hash((crypto.sha256)(b""))
}

/// The root of a tree of `size` entries.
pub fn root<E>(
    crypto: &Crypto,
    size: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Hash, E> {
    match size {
        0 => Ok(empty_root(crypto)),
        _ => subtree(crypto, 0, size, &mut read),
    }
}

/// The proof that entry `index` is in the tree of `size` entries: hashes from the leaf's sibling up (RFC 9162 §2.1.3.1).
/// `None` where the tree has no such entry.
pub fn prove_inclusion<E>(
    crypto: &Crypto,
    index: u64,
    size: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(subtree(crypto, middle, end, &mut read)?);
            end = middle;
        } else {
            proof.push(subtree(crypto, start, middle, &mut read)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(Some(proof))
}

/// The proof that the tree of `size` entries continues the one of `old_size` (RFC 9162 §2.1.4.1): empty where both
/// are the same. `None` where the old tree is empty, of which every tree is a continuation, or larger.
pub fn prove_consistency<E>(
    crypto: &Crypto,
    old_size: u64,
    size: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if old_size == 0 || old_size > size {
        return Ok(None);
    }
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end > old_size {
        let middle = start + split(end - start);
        if old_size <= middle {
            proof.push(subtree(crypto, middle, end, &mut read)?);
            end = middle;
        } else {
            proof.push(subtree(crypto, start, middle, &mut read)?);
            start = middle;
        }
    }
    // What is left ends where the old tree ends. Whoever checks knows it if it is all of the old tree.
    if start > 0 {
        proof.push(subtree(crypto, start, end, &mut read)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Whether entry `index`, of which `leaf` is the hash, is in the tree of `size` entries with this root.
pub fn verify_inclusion(
    crypto: &Crypto,
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    match root_with(crypto, leaf, index, size, proof)? == root {
        true => Ok(()),
        false => Err(ProofError::OtherRoot),
    }
}

/// The root of the tree of `size` entries in which `leaf` is the hash of entry `index`, by its proof of inclusion. Whose tree that is, if
/// anybody's, the root alone does not tell.
pub fn root_with(
    crypto: &Crypto,
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
) -> Result<Hash, ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutsideTree { index, size });
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for beside in proof {
        if last == 0 {
            return Err(ProofError::TooLong);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(crypto, *beside, hash);
            // Levels at which this node has no sibling.
            let alone = node.trailing_zeros();
            (node, last) = (node >> alone, last >> alone);
        } else {
            hash = node_hash(crypto, hash, *beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    match last {
        0 => Ok(hash),
        _ => Err(ProofError::TooShort),
    }
}

/// Whether the tree of `size` entries with `root` continues the one of `old_size` with `old_root`.
pub fn verify_consistency(
    crypto: &Crypto,
    (old_size, old_root): (u64, Hash),
    (size, root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    match old_size {
        0 => Err(ProofError::EmptyOldTree),
        _ => verify_subtree_consistency(crypto, (0, old_size, old_root), (size, root), proof),
    }
}

/// Whether `start..end`, a subtree with this hash, is in the tree of `size` entries with this root.
pub fn verify_subtree_consistency(
    crypto: &Crypto,
    (start, end, hash): (u64, u64, Hash),
    (size, root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if end > size {
        return Err(ProofError::OldSizeLarger { old: end, size });
    }
    // No entries are in every tree, and there is nothing to prove.
    if start == end {
        return match (proof, hash == empty_root(crypto)) {
            ([], true) => Ok(()),
            ([], false) => Err(ProofError::OtherOldRoot),
            _ => Err(ProofError::TooLong),
        };
    }
    if !is_subtree(start, end) {
        return Err(ProofError::NoSubtree { start, end });
    }
    let (mut first, mut last, mut top) = (start, end - 1, size - 1);
    // Up to the largest whole node at the subtree's right edge; up to its root where the tree ends with it.
    while first != last && (last & 1 == 1 || last == top) {
        (first, last, top) = (first >> 1, last >> 1, top >> 1);
    }
    let (mut old, rest) = match (first == last, proof) {
        (true, rest) => (hash, rest),
        (false, [given, rest @ ..]) => (*given, rest),
        (false, []) => return Err(ProofError::TooShort),
    };
    let mut new = old;
    for beside in rest {
        if top == 0 {
            return Err(ProofError::TooLong);
        }
        if last & 1 == 1 || last == top {
            if first < last {
                old = node_hash(crypto, *beside, old);
            }
            new = node_hash(crypto, *beside, new);
            let alone = last.trailing_zeros();
            (first, last, top) = (first >> alone, last >> alone, top >> alone);
        } else {
            new = node_hash(crypto, new, *beside);
        }
        (first, last, top) = (first >> 1, last >> 1, top >> 1);
    }
    match (top, old == hash, new == root) {
        (0, true, true) => Ok(()),
        (0, _, false) => Err(ProofError::OtherRoot),
        // The proof is of this tree, and the older one is not in it.
        (0, false, true) => Err(ProofError::OtherOldRoot),
        _ => Err(ProofError::TooShort),
    }
}

/// Whether entry `index`, of which `leaf` is the hash, is in `start..end`, a subtree with this hash.
pub fn verify_subtree_inclusion(
    crypto: &Crypto,
    leaf: Hash,
    index: u64,
    (start, end, hash): (u64, u64, Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if !is_subtree(start, end) {
        return Err(ProofError::NoSubtree { start, end });
    }
    let Some(inside) = index.checked_sub(start) else {
        return Err(ProofError::IndexOutsideTree { index, size: end });
    };
    verify_inclusion(crypto, leaf, inside, end - start, proof, hash)
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such entry.
    #[error("entry {index} lies outside a tree of {size} entries")]
    #[expect(missing_docs)]
    IndexOutsideTree { index: u64, size: u64 },
    /// A smaller tree continues no larger one.
    #[error("a tree of {size} entries does not continue one of {old}")]
    #[expect(missing_docs)]
    OldSizeLarger { old: u64, size: u64 },
    /// Every tree continues the empty one: there is nothing to prove.
    #[error("a tree without entries has no consistency proof")]
    EmptyOldTree,
    /// These entries have no hash of their own in any tree.
    #[error("entries {start}..{end} are no subtree")]
    #[expect(missing_docs)]
    NoSubtree { start: u64, end: u64 },
    /// Hashes are left over.
    #[error("the proof has more hashes than the tree has levels")]
    TooLong,
    /// Hashes are missing.
    #[error("the proof has too few hashes")]
    TooShort,
    /// The proof leads to another root than the tree's.
    #[error("the proof leads to another root hash")]
    OtherRoot,
    /// The proof leads to another root than the older tree's.
    #[error("the proof leads to another root hash of the older tree")]
    OtherOldRoot,
}

/// A tree of which only the right edge is kept: it takes entries, and knows its root, in 64 hashes at most.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Frontier {
    size: u64,
    /// Whole subtrees from left to right, each smaller than the one before: one per bit of the size.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of `size` entries, its [`peaks`] read from elsewhere.
    pub fn read<E>(size: u64, read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Self, E> {
        let peaks = peaks(size).map(read).collect::<Result<_, E>>()?;
        Ok(Self { size, peaks })
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its hashes from left to right, which [`Frontier::read`] takes in this order.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends an entry by its hash. `completed` is told of each node that is whole now, the entry's own first.
    pub fn push(&mut self, crypto: &Crypto, leaf: Hash, mut completed: impl FnMut(Node, Hash)) {
        let mut node = Node {
            level: 0,
            index: self.size,
        };
        let mut hash = leaf;
        completed(node, hash);
        while node.index & 1 == 1 {
            let left = self.peaks.pop();
            let left = left.expect("a bit of the size has its peak");
            hash = node_hash(crypto, left, hash);
            node = Node {
                level: node.level + 1,
                index: node.index >> 1,
            };
            completed(node, hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree as it is now.
    pub fn root(&self, crypto: &Crypto) -> Hash {
        let mut from_right = self.peaks.iter().rev().copied();
        match from_right.next() {
            None => empty_root(crypto),
            Some(last) => from_right.fold(last, |right, left| node_hash(crypto, left, right)),
        }
    }
}

/// The whole subtrees that make up a tree of `size` entries, from left to right.
pub fn peaks(size: u64) -> impl Iterator<Item = Node> {
    let levels = (0..64u8).rev().filter(move |level| size >> level & 1 == 1);
    levels.map(move |level| Node {
        level,
        // What is larger comes before it.
        index: (size >> level) - 1,
    })
}

/// The hash over entries `start..end`, which are a subtree.
fn subtree<E>(
    crypto: &Crypto,
    start: u64,
    end: u64,
    read: &mut impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let width = end - start;
    if width.is_power_of_two() {
        let level = width.trailing_zeros();
        return read(Node {
            level: u8::try_from(level).expect("a width has 64 bits at most"),
            index: start >> level,
        });
    }
    let middle = start + split(width);
    let left = subtree(crypto, start, middle, read)?;
    let right = subtree(crypto, middle, end, read)?;
    Ok(node_hash(crypto, left, right))
}

/// The largest power of two below `width`, which is above one.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// Whether entries `start..end` have a hash of their own in every tree that holds them.
fn is_subtree(start: u64, end: u64) -> bool {
    end.checked_sub(start)
        .filter(|width| *width > 0)
        .and_then(u64::checked_next_power_of_two)
        .is_some_and(|whole| start.is_multiple_of(whole))
        // Half of all numbers and more: only the whole tree can be so wide.
        || (start == 0 && end > 0)
}
