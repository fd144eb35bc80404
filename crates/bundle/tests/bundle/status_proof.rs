//! One entry of a status list, proven without the rest of it.

use std::{fs, path::PathBuf};

use touchstone_bundle::{
    BLOCK_ENTRIES, MOST_STATUS_PROOF_BYTES, Stapled, StatusProof, StatusProofError,
    status_list_called, status_root,
};
use touchstone_tlog::{
    Hash, ProofError,
    crypto::rust::CRYPTO as TREE,
    merkle::{leaf_hash, node_hash},
};
use touchstone_vc::{
    Document, Fetched,
    status::bitstring::{Bits, StatusList},
};

use crate::support::{
    LENGTH, URL, at, bits, entry, is_signed, list, proof, published, random, stated,
};

#[test]
fn every_entry_of_a_block_is_read_as_the_list_has_it() {
    for share in [0, 1, 50, 62, 63, 500, 1_000] {
        let list = list(random(LENGTH, share));
        for index in [0, 8_191, 8_192, 70_000, LENGTH - 1] {
            let proof = proof(&list, index);
            let bytes = proof.encode();
            let read = StatusProof::read(&bytes, &TREE).unwrap();
            assert_eq!((&read, read.encode()), (&proof, bytes));
            assert!(is_signed(&read));
            let block = read.block();
            let first = index / BLOCK_ENTRIES * BLOCK_ENTRIES;
            for entry in first..first + BLOCK_ENTRIES {
                assert_eq!(block.get(entry), list.bits.get(entry), "{share}, {entry}");
            }
            assert_eq!(block.get(first + BLOCK_ENTRIES), None);
            assert_eq!(
                first.checked_sub(1).and_then(|before| block.get(before)),
                None
            );
        }
    }
}

/// The worst that can be: half of all at random, which nothing compresses, under names as long as those of our installations.
#[test]
fn a_proof_takes_two_kilobytes_at_most_however_many_are_withdrawn() {
    let mut largest = 0;
    for share in [0, 1, 10, 62, 63, 250, 500, 1_000] {
        largest = largest.max(proof(&list(random(LENGTH, share)), 77_777).encode().len());
    }
    assert!(largest <= MOST_STATUS_PROOF_BYTES, "{largest} bytes");
    assert_eq!(MOST_STATUS_PROOF_BYTES, 2 * 1_024);
    let few = proof(&list(bits(LENGTH, [5, 77_777])), 77_777);
    assert!(few.encode().len() < 700, "{} bytes", few.encode().len());
    // A list eight times as long has seven hashes instead of four, and the largest that there can be has fourteen.
    let long = proof(&list(random(8 * LENGTH, 500)), 8 * LENGTH - 1);
    assert_eq!(long.path().len(), 7);
    assert!(long.encode().len() + 7 * 32 <= MOST_STATUS_PROOF_BYTES);
}

#[test]
fn names_that_leave_no_room_are_told() {
    let mut list = list(random(LENGTH, 500));
    list.id = format!("{URL}?{}", "x".repeat(600));
    let entry = entry(&stated(&list));
    let made = StatusProof::make(&published(&list), &entry, 0, &TREE);
    assert_eq!(made, Err(StatusProofError::TooLarge));
}

#[test]
fn the_root_is_that_of_rfc_9162_over_the_blocks() {
    let bits = random(LENGTH, 500);
    let mut level: Vec<Hash> = bits
        .as_bytes()
        .chunks(1_024)
        .map(|block| leaf_hash(&TREE, block))
        .collect();
    assert_eq!(level.len(), 16);
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| node_hash(&TREE, pair[0], pair[1]))
            .collect();
    }
    assert_eq!(status_root(&bits, &TREE), Some(level[0]));
    assert_eq!(status_root(&Bits::new(LENGTH + 8), &TREE), None);
    // A count of blocks that is no power of two.
    let odd = random(LENGTH + 3 * BLOCK_ENTRIES, 500);
    let list = list(odd);
    for index in (0..LENGTH + 3 * BLOCK_ENTRIES).step_by(4_000) {
        let proof = proof(&list, index);
        assert_eq!(proof.block().get(index), list.bits.get(index));
    }
}

/// A flipped bit is seen: in the form, by the root, by the signature. The history of keys at the end of the entry is signed by the log alone.
#[test]
fn t37_no_bit_of_a_proof_can_be_flipped() {
    for share in [3, 500] {
        let list = list(random(LENGTH, share));
        let proof = proof(&list, 70_000);
        let bytes = proof.encode();
        let keys = 26 + 2 + proof.entry().len() - 45;
        assert_eq!(&bytes[keys..keys + 3], b"AAA");
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[place] ^= 1 << bit;
                // Nothing but the log says how the history of keys was then.
                let taken = StatusProof::read(&other, &TREE).is_ok_and(|read| is_signed(&read));
                let history = (keys..keys + 44).contains(&place);
                assert!(!taken || history, "share {share}, byte {place}, bit {bit}");
            }
        }
        for end in 0..bytes.len() {
            assert!(StatusProof::read(&bytes[..end], &TREE).is_err());
        }
        let longer = [&bytes[..], b"\n"].concat();
        assert_eq!(
            StatusProof::read(&longer, &TREE),
            Err(StatusProofError::Length)
        );
    }
}

/// A part that is newer says nothing of another part: what was withdrawn in the list since an older part was proven is not covered by it.
#[test]
fn t37_an_old_part_does_not_count_against_a_newer_list_whatever_other_part_is_newer() {
    let of = |from: &str| StatusList {
        valid_from: at(from),
        ..list(bits(131_072, []))
    };
    let (old, new) = (of("2026-11-21T14:00:00Z"), of("2026-11-21T16:00:00Z"));
    let mut stapled = Stapled::default();
    stapled.add(&proof(&old, 1)).unwrap();
    stapled.add(&proof(&new, 9_000)).unwrap();
    let known = |from: &str| {
        let list = Fetched {
            bytes: published(&of(from)),
            fetched_at: at(from),
        };
        stapled.of(&old.id, Some(&list)).unwrap()
    };
    let firsts = |document| match document {
        Document::Proven(blocks) => blocks.iter().map(|block| block.first).collect(),
        _ => Vec::new(),
    };
    assert_eq!(firsts(stapled.of(&old.id, None).unwrap()), [0, 8_192]);
    assert_eq!(firsts(known("2026-11-21T13:00:00Z")), [0, 8_192]);
    assert_eq!(
        firsts(known("2026-11-21T15:00:00Z")),
        [8_192],
        "the old part is gone"
    );
    let list = known("2026-11-21T17:00:00Z");
    assert!(matches!(list, Document::Fetched(_)), "newer than both");
    assert_eq!(stapled.of("https://other.example", None), None);
}

#[test]
fn a_block_is_of_its_place_in_its_list_and_no_other() {
    let one = list(random(LENGTH, 20));
    let first = proof(&one, 0).encode();
    let at_block = first.len() - proof(&one, 0).path().len() * 32 - 1;
    // The same block, said to be the next one.
    let number = 26 + 2 + proof(&one, 0).entry().len();
    let mut moved = first.clone();
    assert_eq!(moved[number..number + 2], [0, 0]);
    moved[number + 1] = 1;
    let refused = StatusProof::read(&moved, &TREE);
    assert_eq!(
        refused,
        Err(StatusProofError::OtherBlock(ProofError::OtherRoot))
    );
    moved[number + 1] = 16;
    let outside = ProofError::IndexOutsideTree {
        index: 16,
        size: 16,
    };
    let refused = StatusProof::read(&moved, &TREE);
    assert_eq!(refused, Err(StatusProofError::OtherBlock(outside)));
    // The block of another, under this entry.
    let second = proof(&one, BLOCK_ENTRIES).encode();
    let swapped = [&first[..number], &second[number..]].concat();
    assert!(
        StatusProof::read(&swapped, &TREE).is_ok(),
        "whole, with its place and path"
    );
    let swapped = [&first[..number + 2], &second[number + 2..]].concat();
    assert!(StatusProof::read(&swapped, &TREE).is_err());
    // The entry of another publication, at which more were withdrawn.
    let mut later = one.clone();
    later.bits.set(3, true).unwrap();
    later.valid_from = at("2026-11-22T00:00:00Z");
    let entry_of_later = entry(&stated(&later));
    let mut other = first[..26].to_vec();
    other.extend(u16::try_from(entry_of_later.len()).unwrap().to_be_bytes());
    other.extend(&entry_of_later);
    other.extend(&first[number..]);
    let refused = StatusProof::read(&other, &TREE);
    assert_eq!(
        refused,
        Err(StatusProofError::OtherBlock(ProofError::OtherRoot))
    );
    assert!(at_block > number);
}

#[test]
fn a_proof_is_made_of_the_publication_that_is_stated_and_no_other() {
    let one = list(bits(LENGTH, [5]));
    let (stated, bytes) = (stated(&one), published(&one));
    let entry_of = entry(&stated);
    type Change = fn(&mut touchstone_vc::status::bitstring::StatusList);
    let changes: [Change; 6] = [
        |list| list.id.push('0'),
        |list| list.issuer.push('x'),
        |list| list.purpose = touchstone_vc::model::StatusPurpose::Suspension,
        |list| list.valid_from = list.valid_from.plus_millis(1_000),
        |list| list.valid_until = list.valid_until.plus_millis(1_000),
        |list| list.bits = bits(LENGTH + BLOCK_ENTRIES, [5]),
    ];
    for change in changes {
        let mut other = one.clone();
        change(&mut other);
        let made = StatusProof::make(&published(&other), &entry_of, 5, &TREE);
        assert_eq!(made, Err(StatusProofError::OtherList));
    }
    let mut more = one.clone();
    more.bits.set(6, true).unwrap();
    let made = StatusProof::make(&published(&more), &entry_of, 5, &TREE);
    assert_eq!(
        made,
        Err(StatusProofError::OtherList),
        "another publication within the second"
    );
    let made = StatusProof::make(&bytes, &entry_of, LENGTH, &TREE);
    assert_eq!(made, Err(StatusProofError::Outside));
    let made = StatusProof::make(b"{}", &entry_of, 5, &TREE);
    assert_eq!(made, Err(StatusProofError::Unreadable));
    let other = b"touchstone-log/1 audit-root\ndid:web:a.example\n7\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n";
    let made = StatusProof::make(&bytes, other, 5, &TREE);
    assert_eq!(made, Err(StatusProofError::OtherEntry));
    assert_eq!(status_list_called(&bytes).as_deref(), Some(URL));
}

#[test]
fn another_key_under_the_issuers_name_did_not_sign() {
    let list = list(bits(LENGTH, []));
    let mut stated = stated(&list);
    stated.method = touchstone_vc::did::key::verification_method(&crate::support::public(2));
    let entry = entry(&stated);
    let proof = StatusProof::make(&published(&list), &entry, 0, &TREE).unwrap();
    assert!(!is_signed(&proof));
}

fn unhex(text: &[u8]) -> Vec<u8> {
    let digits: String = String::from_utf8_lossy(text).split_whitespace().collect();
    touchstone_vc::multibase::decode_hex(&digits).unwrap()
}

/// The vector that the documentation names: `docs/formats/status-proof.md`.
#[test]
fn the_vector_of_the_documentation_is_what_is_made() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/status-proof");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let (list, entry, proof) = (
        read("list.json"),
        read("entry"),
        unhex(&read("5000.proof.hex")),
    );
    let made = StatusProof::make(&list, &entry, 5_000, &TREE).unwrap();
    assert_eq!(made.encode(), proof);
    assert!(is_signed(&made));
    let block = made.block();
    let set: Vec<u64> = (0..BLOCK_ENTRIES)
        .filter(|index| block.get(*index) == Some(true))
        .collect();
    assert_eq!(set, [7, 5_000, 8_191]);
    assert_eq!(
        Hash(made.stated().root).to_string(),
        ROOT,
        "docs/formats/status-proof.md names it"
    );
    let documented = include_str!("../../../../docs/formats/status-proof.md");
    assert!(documented.contains(ROOT));
}

const ROOT: &str = "e633ceda33e410e5f42e27de6ce5294da663412ebc1e27ab01b311ac65932778";
