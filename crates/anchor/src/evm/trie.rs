//! The tree over the receipts of a block (Ethereum yellow paper, appendix D): the modified Merkle Patricia trie, as far as receipts need it.
//!
//! The key of a receipt is the RLP of its place, and no key begins another; a receipt is longer than a hash. So no branch has a value of its
//! own, and every node is named by its hash: what would be otherwise is no tree over receipts.

use alloc::vec::Vec;

use super::rlp::{self, Item, List};
use crate::{Crypto, Digest, Fault};

/// The receipt at a place, by the nodes that lead there from the root.
pub(super) fn value<'n>(
    crypto: &Crypto,
    root: &Digest,
    place: u64,
    nodes: &'n [Vec<u8>],
) -> Result<&'n [u8], Fault> {
    let key = nibbles(&rlp::number(place));
    let (mut path, mut wanted) = (&key[..], *root);
    for (at, node) in nodes.iter().enumerate() {
        if (crypto.keccak256)(node) != wanted {
            return Err(Fault::NotInBlock);
        }
        let items = rlp::only(node)?.list(BRANCH)?;
        if let [compact, value] = items[..] {
            let (is_leaf, part) = expand(compact.bytes()?)?;
            path = path.strip_prefix(&part[..]).ok_or(Fault::NotInBlock)?;
            if is_leaf {
                let is_end = path.is_empty() && at + 1 == nodes.len();
                return is_end.then_some(value.bytes()?).ok_or(Fault::NotInBlock);
            }
            wanted = value.array()?;
        } else if items.len() == BRANCH {
            let (first, rest) = path.split_first().ok_or(Fault::NotInBlock)?;
            path = rest;
            let below = items[usize::from(*first)];
            if below == Item::Bytes(&[]) {
                return Err(Fault::NotInBlock);
            }
            wanted = below.array()?;
        } else {
            return Err(Fault::Malformed);
        }
    }
    Err(Fault::NotInBlock)
}

/// The root over all receipts of a block, and the nodes that lead to one of them.
pub fn prove(crypto: &Crypto, receipts: &[Vec<u8>], place: u64) -> (Digest, Vec<Vec<u8>>) {
    if receipts.is_empty() {
        // The empty string.
        return ((crypto.keccak256)(&[0x80]), Vec::new());
    }
    let mut all: Vec<(Vec<u8>, &[u8])> = (0..)
        .zip(receipts)
        .map(|(place, receipt)| (nibbles(&rlp::number(place)), &receipt[..]))
        .collect();
    all.sort();
    let mut nodes = Vec::new();
    let root = built(
        crypto,
        &all,
        0,
        Some(&nibbles(&rlp::number(place))),
        &mut nodes,
    );
    nodes.reverse();
    (root, nodes)
}

/// The hash of the node over these, all of which begin with the same `depth` nibbles; the nodes on the way to a key are kept, the deepest first.
fn built(
    crypto: &Crypto,
    all: &[(Vec<u8>, &[u8])],
    depth: usize,
    to: Option<&[u8]>,
    nodes: &mut Vec<Vec<u8>>,
) -> Digest {
    let (first, last) = (&all[0].0, &all[all.len() - 1].0);
    // They are in order: what the first and the last share, all do.
    let shared = first.iter().zip(last).skip(depth);
    let shared = depth + shared.take_while(|(one, other)| one == other).count();
    let to = to.filter(|key| key.starts_with(&first[..shared]));
    let node = match all {
        [(key, value)] => List::new()
            .bytes(&compact(&key[depth..], true))
            .bytes(value),
        _ if shared > depth => {
            let below = built(crypto, all, shared, to, nodes);
            List::new()
                .bytes(&compact(&first[depth..shared], false))
                .bytes(&below)
        }
        _ => {
            let mut branch = List::new();
            for nibble in 0..16 {
                let from = all.partition_point(|(key, _)| key[depth] < nibble);
                let until = all.partition_point(|(key, _)| key[depth] <= nibble);
                branch = match from == until {
                    true => branch.bytes(&[]),
                    false => {
                        let to = to.filter(|key| key.get(depth) == Some(&nibble));
                        branch.bytes(&built(crypto, &all[from..until], depth + 1, to, nodes))
                    }
                };
            }
            branch.bytes(&[])
        }
    };
    let node = node.encode();
    let hash = (crypto.keccak256)(&node);
    if to.is_some() {
        nodes.push(node);
    }
    hash
}

fn nibbles(key: &[u8]) -> Vec<u8> {
    key.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect()
}

/// A part of a key as it stands in a node (appendix C, hex-prefix encoding).
fn compact(part: &[u8], is_leaf: bool) -> Vec<u8> {
    let flag = if is_leaf { 2 } else { 0 };
    let (front, rest) = match part {
        [odd, rest @ ..] if part.len() % 2 == 1 => ((flag + 1) << 4 | odd, rest),
        _ => (flag << 4, part),
    };
    let pairs = rest.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
    core::iter::once(front).chain(pairs).collect()
}

/// The other way: whether it is a leaf's, and the nibbles.
fn expand(compact: &[u8]) -> Result<(bool, Vec<u8>), Fault> {
    let nibbles = nibbles(compact);
    let (is_leaf, is_odd) = match nibbles.first() {
        Some(flag @ 0..=3) => (flag & 2 != 0, flag & 1 == 1),
        _ => return Err(Fault::Malformed),
    };
    let part = match is_odd {
        true => &nibbles[1..],
        false if nibbles[1] == 0 => &nibbles[2..],
        false => return Err(Fault::Malformed),
    };
    // A step that leads nowhere could be repeated for ever.
    match part.is_empty() && !is_leaf {
        true => Err(Fault::Malformed),
        false => Ok((is_leaf, part.to_vec())),
    }
}

/// Items of a node with sixteen ways on.
const BRANCH: usize = 17;

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::evm::tests::CRYPTO;

    fn receipts(count: u64) -> Vec<Vec<u8>> {
        let receipt = |place: u64| {
            let mut receipt = vec![0x02; 300];
            receipt[..8].copy_from_slice(&place.to_be_bytes());
            receipt
        };
        (0..count).map(receipt).collect()
    }

    #[test]
    fn every_receipt_of_blocks_of_many_sizes_is_found_at_its_place_and_nowhere_else() {
        for count in [1, 2, 3, 15, 16, 17, 127, 128, 129, 130, 300] {
            let all = receipts(count);
            let (root, _) = prove(&CRYPTO, &all, 0);
            for place in [0, 1, 2, 15, 16, 126, 127, 128, 129, 255, 256, 299] {
                let (same, nodes) = prove(&CRYPTO, &all, place);
                assert_eq!(same, root);
                let found = value(&CRYPTO, &root, place, &nodes);
                match all.get(usize::try_from(place).unwrap()) {
                    Some(receipt) => assert_eq!(found, Ok(&receipt[..]), "{place} of {count}"),
                    None => assert_eq!(found, Err(Fault::NotInBlock), "{place} of {count}"),
                }
                assert!(value(&CRYPTO, &root, place + 1, &nodes).is_err());
                let cut = nodes.split_last().map_or(&[][..], |(_, cut)| cut);
                assert!(value(&CRYPTO, &root, place, cut).is_err());
                let more: Vec<_> = nodes.iter().chain(nodes.first()).cloned().collect();
                assert!(value(&CRYPTO, &root, place, &more).is_err());
            }
        }
    }

    #[test]
    fn the_root_over_nothing_is_the_one_that_everybody_knows() {
        let (root, nodes) = prove(&CRYPTO, &[], 0);
        assert_eq!(root[..4], [0x56, 0xe8, 0x1f, 0x17]);
        assert_eq!(value(&CRYPTO, &root, 0, &nodes), Err(Fault::NotInBlock));
    }

    #[test]
    fn parts_of_keys_are_packed_in_one_way() {
        for part in [&[][..], &[1], &[1, 2], &[15, 0, 15]] {
            assert_eq!(expand(&compact(part, true)), Ok((true, part.to_vec())));
        }
        assert_eq!(expand(&compact(&[7], false)), Ok((false, vec![7])));
        // An empty step, a flag that is none, padding with something in it, nothing at all.
        for bad in [&[0x00][..], &[0x40], &[0x21], &[]] {
            assert_eq!(expand(bad), Err(Fault::Malformed), "{bad:?}");
        }
    }
}
