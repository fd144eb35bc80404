//! All proofs of all trees up to some size, and what is wrong with each that was touched.

use touchstone_tlog::merkle::{
    prove_consistency, prove_inclusion, root, verify_consistency, verify_inclusion,
};
use touchstone_tlog::{Frontier, Hash, ProofError};

use crate::support::{CRYPTO, Tree, leaf};

const LARGEST: u64 = 300;

#[test]
fn a_grown_tree_has_the_root_that_the_definition_gives() {
    let tree = Tree::new(LARGEST);
    let mut grown = Frontier::default();
    for size in 0..=LARGEST {
        let defined = tree.root(0, size as usize);
        assert_eq!(grown.root(&CRYPTO), defined, "{size}");
        let read = root(&CRYPTO, size, |node| tree.read(node));
        assert_eq!(read, Ok(defined), "{size}");
        let again = Frontier::read(size, |node| tree.read(node)).unwrap();
        assert_eq!(again, grown, "{size}");
        grown.push(&CRYPTO, leaf(size), |node, hash| {
            // The last one completes nodes beyond the tree that it is compared with.
            if size < LARGEST {
                assert_eq!(tree.read(node), Ok(hash));
            }
        });
    }
}

#[test]
fn every_entry_of_every_tree_is_proven_and_no_other() {
    let tree = Tree::new(LARGEST);
    for size in 1..=LARGEST {
        let root = tree.root(0, size as usize);
        // All of the small trees, and what is near an edge or a power of two in the large ones.
        let near = |index: &u64| size < 40 || index % 16 < 2 || size - index < 3;
        for index in (0..size).filter(near) {
            let proof = prove_inclusion(&CRYPTO, index, size, |node| tree.read(node));
            let proof = proof.unwrap().unwrap();
            let check = |index, size, proof: &[Hash]| {
                verify_inclusion(&CRYPTO, leaf(index), index, size, proof, root)
            };
            assert_eq!(check(index, size, &proof), Ok(()), "{index} of {size}");
            let other = verify_inclusion(&CRYPTO, leaf(index + 1), index, size, &proof, root);
            assert_eq!(other, Err(ProofError::OtherRoot));
            let moved = (index + 1) % size;
            if moved != index {
                let moved = verify_inclusion(&CRYPTO, leaf(index), moved, size, &proof, root);
                assert!(moved.is_err(), "{index} of {size}");
            }
            if size > 70 && size % 8 > 1 {
                continue;
            }
            spoiled(&proof, |proof| check(index, size, proof).is_err());
        }
        let outside = prove_inclusion(&CRYPTO, size, size, |node| tree.read(node));
        assert_eq!(outside, Ok(None));
    }
}

#[test]
fn every_tree_is_proven_to_continue_each_smaller_one_and_no_other() {
    let tree = Tree::new(LARGEST);
    let roots: Vec<Hash> = (0..=LARGEST)
        .map(|size| tree.root(0, size as usize))
        .collect();
    for size in 1..=LARGEST {
        let near = |old: &u64| size < 40 || old % 16 < 2 || size - old < 3;
        for old in (1..=size).filter(near) {
            let proof = prove_consistency(&CRYPTO, old, size, |node| tree.read(node));
            let proof = proof.unwrap().unwrap();
            let (before, after) = ((old, roots[old as usize]), (size, roots[size as usize]));
            let check = |proof: &[Hash]| verify_consistency(&CRYPTO, before, after, proof);
            assert_eq!(check(&proof), Ok(()), "{old} to {size}");
            let other = Hash([7; 32]);
            for (before, after) in [((old, other), after), (before, (size, other))] {
                assert!(verify_consistency(&CRYPTO, before, after, &proof).is_err());
            }
            if size > 70 && size % 8 > 1 {
                continue;
            }
            spoiled(&proof, |proof| check(proof).is_err());
        }
        for none in [0, size + 1] {
            let proof = prove_consistency(&CRYPTO, none, size, |node| tree.read(node));
            assert_eq!(proof, Ok(None));
        }
    }
}

/// Hands out the proof with each hash changed in one bit, with one hash fewer, and with one more in front, behind and within.
#[track_caller]
fn spoiled(proof: &[Hash], fails: impl Fn(&[Hash]) -> bool) {
    for place in 0..proof.len() {
        for bit in [0, 103, 255] {
            let mut touched = proof.to_vec();
            touched[place].0[bit / 8] ^= 1 << (bit % 8);
            assert!(fails(&touched), "bit {bit} of hash {place}");
        }
        let mut short = proof.to_vec();
        short.remove(place);
        assert!(fails(&short), "without hash {place}");
    }
    for place in 0..=proof.len() {
        let mut long = proof.to_vec();
        long.insert(place, Hash([9; 32]));
        assert!(fails(&long), "one more at {place}");
    }
}

#[test]
fn the_largest_numbers_neither_panic_nor_pass() {
    let some = Hash([3; 32]);
    let max = u64::MAX;
    for proof in [&[][..], &[some; 63], &[some; 64], &[some; 100]] {
        for (small, large) in [(max - 1, max), (1, max), (max, max), (1 << 63, max)] {
            assert!(verify_inclusion(&CRYPTO, some, small, large, proof, some).is_err());
            let (before, after) = ((small, some), (large, Hash([4; 32])));
            assert!(verify_consistency(&CRYPTO, before, after, proof).is_err());
        }
    }
}
