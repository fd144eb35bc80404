//! A tree of 300 entries written by Sunlight, and its checkpoint, cosigned by a witness.

use std::path::PathBuf;

use serde_json::Value;
use touchstone_tlog::merkle::{prove_inclusion, verify_inclusion};
use touchstone_tlog::tile::{self, for_edge, reader};
use touchstone_tlog::{Edge, Node, SignedCheckpoint, Tile, VerifierKey, merkle};

use crate::support::{CRYPTO, files, vector, vectors};

const LOG: &str = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706";

fn mirror(path: &str) -> Vec<u8> {
    vector(&format!("sunlight-tiles/witness/mirror/{LOG}/{path}"))
}

fn key(path: &str) -> VerifierKey {
    let about: Value = serde_json::from_slice(&vector(path)).unwrap();
    VerifierKey::parse(about["verifier_keys"][0].as_str().unwrap(), &CRYPTO).unwrap()
}

#[test]
fn the_root_of_its_tiles_is_that_of_its_checkpoint() {
    let signed = SignedCheckpoint::parse(&mirror("checkpoint")).unwrap();
    let key = key("sunlight-tiles/witness/mirror/mirror.v0.json");
    assert!(signed.note.verify([&key], &CRYPTO).is_ok());
    let signed = signed.checkpoint;
    assert_eq!(
        (signed.origin(), signed.size),
        ("rome2026h1.example.org", 300)
    );
    let read = |tile: Tile| Ok::<_, ()>(mirror(&tile.path()));
    let nodes = reader(&CRYPTO, 300, read);
    assert_eq!(merkle::root(&CRYPTO, 300, nodes).unwrap(), signed.root);
    let edge = Edge::read(&CRYPTO, 300, read).unwrap();
    assert_eq!(edge.root(&CRYPTO), signed.root);
    for index in 0..300 {
        let mut nodes = reader(&CRYPTO, 300, read);
        let leaf = nodes(Node { level: 0, index }).unwrap();
        let proof = prove_inclusion(&CRYPTO, index, 300, nodes)
            .unwrap()
            .unwrap();
        let proven = verify_inclusion(&CRYPTO, leaf, index, 300, &proof, signed.root);
        assert_eq!(proven, Ok(()), "{index}");
    }
}

#[test]
fn its_tiles_are_those_that_we_would_write() {
    let written: Vec<String> = tile::written(0, 300).map(Tile::path).collect();
    let below = vectors(&format!("sunlight-tiles/witness/mirror/{LOG}"));
    let there = files(&below.join("tile"));
    let there = there.iter().map(|path| path.strip_prefix(&below).unwrap());
    let there: Vec<PathBuf> = there
        .filter(|path| !path.starts_with("tile/entries"))
        .map(PathBuf::from)
        .collect();
    let mut ours: Vec<PathBuf> = written.iter().map(PathBuf::from).collect();
    ours.sort();
    assert_eq!(there, ours);
    assert_eq!(for_edge(300).len(), 2);
}

#[test]
fn every_cosignature_of_the_folder_holds_under_its_witness_key() {
    let mut held = 0;
    for witness in ["witness", "witness2"] {
        let key = key(&format!("sunlight-tiles/{witness}/witness.v0.json"));
        let folder = vectors(&format!("sunlight-tiles/{witness}"));
        for path in files(&folder) {
            // The file beside the witness's own description is a decoy, and says so; the mirror has a key of its own.
            let cosigned = path.ends_with("checkpoint")
                && path.parent() != Some(&folder)
                && !path.starts_with(folder.join("mirror"));
            if !cosigned {
                continue;
            }
            let read = SignedCheckpoint::parse(&std::fs::read(&path).unwrap()).unwrap();
            let verified = read.note.verify([&key], &CRYPTO).unwrap();
            assert_eq!(verified.len(), 1, "{}", path.display());
            assert!(
                verified[0]
                    .timestamp
                    .is_some_and(|time| time > 1_700_000_000)
            );
            held += 1;
        }
    }
    assert!(held >= 2, "only {held} found");
}

#[test]
fn the_decoys_of_the_folder_are_no_checkpoints() {
    let decoy = vector("sunlight-tiles/witness/checkpoint");
    assert!(SignedCheckpoint::parse(&decoy).is_err());
}

#[test]
fn a_tile_that_is_none_is_refused() {
    let fake = vector("sunlight-tiles/tree/tile/0/000");
    let tile = Tile::parse("tile/0/000").unwrap();
    assert!(tile.hashes(&fake).is_err());
}
