//! Proofs and trees of others: transparency-dev/merkle. A new file in the folder is a new case here.

use serde_json::Value;
use touchstone_tlog::merkle::{
    empty_root, leaf_hash, prove_inclusion, root, verify_consistency, verify_inclusion,
    verify_subtree_consistency, verify_subtree_inclusion,
};
use touchstone_tlog::{Frontier, Hash, Node};

use crate::support::{CRYPTO, files, unbase64, vector, vectors};

#[test]
fn every_proof_of_the_folder_is_judged_as_it_says() {
    let mut judged = 0;
    let mut wrong = Vec::new();
    for path in files(&vectors("merkle-rfc6962-proofs")) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let refused = case["wantErr"].as_bool().unwrap();
        if holds(&case, path.to_str().unwrap()) == refused {
            wrong.push(path);
        }
        judged += 1;
    }
    assert_eq!(wrong, [] as [std::path::PathBuf; 0]);
    assert!(judged >= 363, "only {judged} cases found");
}

fn holds(case: &Value, path: &str) -> bool {
    let number = |name: &str| case[name].as_u64().unwrap();
    let hash = |value: &Value| hash(value, case["wantErr"] == false);
    let proof = case["proof"].as_array().map_or(&[][..], Vec::as_slice);
    let proof: Option<Vec<Hash>> = proof.iter().map(hash).collect();
    let Some(proof) = proof else { return false };
    let read = |name: &str| hash(&case[name]);
    let outcome = if path.contains("/subtreeinclusion/") {
        let (Some(leaf), Some(root)) = (read("leafHash"), read("root")) else {
            return false;
        };
        let tree = (number("start"), number("end"), root);
        verify_subtree_inclusion(&CRYPTO, leaf, number("leafIdx"), tree, &proof)
    } else if path.contains("/inclusion/") {
        let (Some(leaf), Some(root)) = (read("leafHash"), read("root")) else {
            return false;
        };
        let (index, size) = (number("leafIdx"), number("treeSize"));
        verify_inclusion(&CRYPTO, leaf, index, size, &proof, root)
    } else {
        let (Some(old), Some(new)) = (read("root1"), read("root2")) else {
            return false;
        };
        if path.contains("/subtreeconsistency/") {
            let old = (number("start"), number("end"), old);
            verify_subtree_consistency(&CRYPTO, old, (number("size"), new), &proof)
        } else {
            let (old, new) = ((number("size1"), old), (number("size2"), new));
            verify_consistency(&CRYPTO, old, new, &proof)
        }
    };
    outcome.is_ok()
}

/// What is no hash is refused where it is read. Good cases have stand-ins of another length, which stay what they are but longer.
fn hash(value: &Value, good: bool) -> Option<Hash> {
    let mut bytes = unbase64(value.as_str()?);
    if good {
        bytes.resize(32, 0);
    }
    bytes.try_into().ok().map(Hash)
}

#[test]
fn the_reference_tree_has_its_leaves_nodes_and_roots() {
    let tree: Value = serde_json::from_slice(&vector("rfc6962-reference-tree/tree.json")).unwrap();
    let list = |name: &str| -> Vec<Vec<u8>> {
        let values = tree[name].as_array().unwrap().iter();
        values.map(|value| unhex(value.as_str().unwrap())).collect()
    };
    let (leaves, nodes, roots) = (list("LeafInputs"), list("NodeHashes"), list("RootHashes"));
    assert_eq!((leaves.len(), nodes.len(), roots.len()), (8, 15, 8));
    let empty = empty_root(&CRYPTO);
    assert_eq!(empty.0.to_vec(), list("EmptyRootHash")[0]);
    let at = |node: Node| {
        let before = [0, 8, 12, 14][usize::from(node.level)];
        Hash(
            nodes[before + node.index as usize]
                .clone()
                .try_into()
                .unwrap(),
        )
    };
    let mut grown = Frontier::default();
    for (number, entry) in leaves.iter().enumerate() {
        let leaf = leaf_hash(&CRYPTO, entry);
        grown.push(&CRYPTO, leaf, |node, hash| assert_eq!(hash, at(node)));
        let size = number as u64 + 1;
        assert_eq!(grown.root(&CRYPTO).0.to_vec(), roots[number]);
        let read = root(&CRYPTO, size, |node| Ok::<_, ()>(at(node))).unwrap();
        assert_eq!(read.0.to_vec(), roots[number]);
        let proof = prove_inclusion(&CRYPTO, 0, size, |node| Ok::<_, ()>(at(node)));
        let proof = proof.unwrap().unwrap();
        let first = leaf_hash(&CRYPTO, &leaves[0]);
        assert_eq!(
            verify_inclusion(&CRYPTO, first, 0, size, &proof, read),
            Ok(())
        );
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().as_chunks::<2>().0.iter();
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
