//! Three libraries of others beside ours: the same trees, tiles, proofs and checkpoints, or an end with an error.
//!
//! Every root, every inclusion and every consistency proof of every tree up to some size is made by each and checked by each; what was touched
//! is refused by each. The tiles that we write are read by a reader that trusts nothing but the root.

mod signed;

use anyhow::{Context, Result, ensure};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use sha2::Sha256;
use std::collections::BTreeMap;
use tlog_tiles::{TileHashReader, TileReader};
use touchstone_bundle::{StatusProof, status_root};
use touchstone_tlog::crypto::rust::CRYPTO;
use touchstone_tlog::{Checkpoint, Edge, Hash, Node, Tile, merkle, tile};
use touchstone_vc::{
    Timestamp,
    log::{NO_KEYS, StatusRoot},
    model::StatusPurpose,
    status::bitstring::{Bits, StatusList},
};

fn main() -> Result<()> {
    let largest = 130;
    let mut figures = Figures::default();
    for size in 1..=largest {
        proofs(size, &mut figures).with_context(|| format!("a tree of {size}"))?;
    }
    for sizes in [
        &[1][..],
        &[255, 256, 257],
        &[300, 512, 70_000],
        &[66_000, 66_001],
    ] {
        tiles(sizes, &mut figures).with_context(|| format!("tiles of {sizes:?}"))?;
    }
    checkpoints(&mut figures)?;
    for size in [1, 2, 7, 64, 100] {
        signed::signed(size, &mut figures).with_context(|| format!("a log of {size}"))?;
    }
    for blocks in [16, 17, 31, 128] {
        statuses(blocks, &mut figures).with_context(|| format!("a list of {blocks} blocks"))?;
    }
    println!(
        "{{\"trees\":{largest},\"proofs\":{},\"refused\":{},\"tiles\":{},\"checkpoints\":{},\"statuses\":{}}}",
        figures.proofs, figures.refused, figures.tiles, figures.checkpoints, figures.statuses
    );
    Ok(())
}

#[derive(Default)]
struct Figures {
    proofs: u64,
    refused: u64,
    tiles: u64,
    checkpoints: u64,
    statuses: u64,
}

fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

/// ct-merkle and tlog_tiles on all proofs of a tree.
fn proofs(size: u64, figures: &mut Figures) -> Result<()> {
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut nodes = BTreeMap::new();
    let mut ours = touchstone_tlog::Frontier::default();
    let mut roots = vec![merkle::empty_root(&CRYPTO)];
    for number in 0..size {
        theirs.push(entry(number));
        let leaf = merkle::leaf_hash(&CRYPTO, &entry(number));
        ours.push(&CRYPTO, leaf, |node, hash| {
            nodes.insert(node, hash);
        });
        roots.push(ours.root(&CRYPTO));
    }
    let root = ours.root(&CRYPTO);
    ensure!(theirs.root().as_bytes()[..] == root.0, "another root");
    let read = |node: Node| nodes.get(&node).copied().context("a node");
    let cf = |hash: Hash| tlog_tiles::Hash(hash.0);
    for index in 0..size {
        let proof = merkle::prove_inclusion(&CRYPTO, index, size, read)?.context("a proof")?;
        let bytes: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
        let by_them = theirs.prove_inclusion(usize::try_from(index)?);
        ensure!(by_them.as_bytes() == bytes, "another proof of {index}");
        let leaf = merkle::leaf_hash(&CRYPTO, &entry(index));
        let check = |proof: &[Hash]| {
            let bytes: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
            let one = merkle::verify_inclusion(&CRYPTO, leaf, index, size, proof, root).is_ok();
            let root_hash = theirs.root();
            let two = InclusionProof::<Sha256>::try_from_bytes(bytes).is_ok_and(|proof| {
                root_hash
                    .verify_inclusion(&entry(index), index, &proof)
                    .is_ok()
            });
            let list = proof.iter().copied().map(cf).collect();
            let three = tlog_tiles::check_record(&list, size, cf(root), index, cf(leaf)).is_ok();
            [one, two, three]
        };
        judged(&proof, check, figures)?;
    }
    for old in 1..=size {
        let proof = merkle::prove_consistency(&CRYPTO, old, size, read)?.context("a proof")?;
        let bytes: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
        let by_them = theirs.prove_consistency(usize::try_from(size - old)?);
        ensure!(by_them.as_bytes() == bytes, "another proof from {old}");
        let before = roots[usize::try_from(old)?];
        let check = |proof: &[Hash]| {
            let bytes: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
            let one =
                merkle::verify_consistency(&CRYPTO, (old, before), (size, root), proof).is_ok();
            let old_root = RootHash::<Sha256>::new(before.0.into(), old);
            let two = ConsistencyProof::<Sha256>::try_from_bytes(bytes)
                .is_ok_and(|proof| theirs.root().verify_consistency(&old_root, &proof).is_ok());
            let list = proof.iter().copied().map(cf).collect();
            let three = tlog_tiles::check_tree(&list, size, cf(root), old, cf(before)).is_ok();
            [one, two, three]
        };
        judged(&proof, check, figures)?;
    }
    Ok(())
}

/// Both on the root over a status list's blocks, and on the path of each status proof.
fn statuses(blocks: u64, figures: &mut Figures) -> Result<()> {
    let length = blocks * touchstone_bundle::BLOCK_ENTRIES;
    let mut bits = Bits::new(length);
    for index in (0..length).filter(|index| index.wrapping_mul(0x9e37_79b9) >> 9 & 15 == 3) {
        bits.set(index, true).context("a place in the list")?;
    }
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for block in bits.as_bytes().chunks(1_024) {
        theirs.push(block.to_vec());
    }
    let root = status_root(&bits, &CRYPTO).context("a root")?;
    ensure!(theirs.root().as_bytes()[..] == root.0, "another root");
    let at = |text| Timestamp::parse(text).context("a time");
    let list = StatusList {
        id: "https://verify.example.edu/i/riverside/status/1".into(),
        issuer: "did:web:verify.example.edu:i:riverside".into(),
        purpose: StatusPurpose::Revocation,
        valid_from: at("2026-11-21T14:02:00Z")?,
        valid_until: at("2026-11-28T14:02:00Z")?,
        ttl_millis: 30_000,
        bits,
    };
    let stated = StatusRoot {
        issuer: list.issuer.clone(),
        url: list.id.clone(),
        purpose: "revocation".into(),
        length,
        valid_from: list.valid_from,
        valid_until: list.valid_until,
        root: root.0,
        method: "did:web:verify.example.edu:i:riverside#key-1".into(),
    };
    let entry = StatusRoot::entry(&stated.signed(&[0; 64])?, &NO_KEYS)?.encode()?;
    let published = list.unsigned().to_string();
    for number in 0..blocks {
        let index = number * touchstone_bundle::BLOCK_ENTRIES + number;
        let proof = StatusProof::make(published.as_bytes(), &entry, index, &CRYPTO)?;
        let read = StatusProof::read(&proof.encode(), &CRYPTO)?;
        let bytes: Vec<u8> = read.path().iter().flat_map(|hash| hash.0).collect();
        let by_them = theirs.prove_inclusion(usize::try_from(number)?);
        ensure!(by_them.as_bytes() == bytes, "another path of {number}");
        let block = read.block().bits;
        let path = InclusionProof::<Sha256>::try_from_bytes(bytes.clone())?;
        let held = |block: &Vec<u8>, at| theirs.root().verify_inclusion(block, at, &path).is_ok();
        ensure!(held(&block, number), "their check refuses block {number}");
        let mut touched = block.clone();
        touched[7] ^= 1;
        ensure!(!held(&touched, number), "a touched block was taken");
        let list = read.path().iter().map(|hash| tlog_tiles::Hash(hash.0));
        let leaf = tlog_tiles::Hash(merkle::leaf_hash(&CRYPTO, &block).0);
        let root = tlog_tiles::Hash(root.0);
        let theirs = tlog_tiles::check_record(&list.collect(), blocks, root, number, leaf);
        ensure!(theirs.is_ok(), "tlog_tiles refuses block {number}");
        figures.statuses += 1;
    }
    Ok(())
}

/// All take the proof, and none takes it touched.
fn judged(
    proof: &[Hash],
    check: impl Fn(&[Hash]) -> [bool; 3],
    figures: &mut Figures,
) -> Result<()> {
    ensure!(check(proof) == [true; 3], "refused by {:?}", check(proof));
    figures.proofs += 1;
    for place in 0..proof.len() {
        let mut touched = proof.to_vec();
        touched[place].0[place % 32] ^= 1;
        ensure!(
            check(&touched) == [false; 3],
            "a touched proof was taken: {:?}",
            check(&touched)
        );
        figures.refused += 1;
    }
    Ok(())
}

/// Tiles that we wrote, for tlog_tiles to read.
struct Tiles(BTreeMap<String, Vec<u8>>);

impl TileReader for Tiles {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &tlog_tiles::Tile| self.0.get(&path(tile)).cloned();
        let all: Option<Vec<_>> = tiles.iter().map(read).collect();
        all.ok_or(tlog_tiles::Error::InvalidTile)
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

/// Theirs has the height in it, as the checksum database of Go does.
fn path(tile: &tlog_tiles::Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

fn tiles(sizes: &[u64], figures: &mut Figures) -> Result<()> {
    let mut edge = Edge::default();
    let mut files = BTreeMap::new();
    for size in sizes {
        let old = edge.size();
        for number in old..*size {
            let leaf = merkle::leaf_hash(&CRYPTO, &entry(number));
            edge.push(&CRYPTO, leaf, |tile: Tile, bytes| {
                files.insert(tile.path(), bytes.to_vec());
            });
        }
        files.extend(
            edge.partial()
                .map(|(tile, bytes)| (tile.path(), bytes.to_vec())),
        );
        let theirs: Vec<String> = tlog_tiles::Tile::new_tiles(8, old, *size)
            .iter()
            .map(path)
            .collect();
        let ours: Vec<String> = tile::written(old, *size).map(Tile::path).collect();
        ensure!(
            ours == theirs,
            "other tiles are written: {ours:?} {theirs:?}"
        );
        figures.tiles += ours.len() as u64;
    }
    let (size, root) = (edge.size(), tlog_tiles::Hash(edge.root(&CRYPTO).0));
    let mut stored = Tiles(files);
    for index in [0, 1, size / 2, size.saturating_sub(2), size - 1] {
        let index = index.min(size - 1);
        let reader = TileHashReader::new(size, root, &stored);
        let proof = tlog_tiles::prove_record(size, index, &reader)?;
        let nodes = tile::reader(&CRYPTO, size, |tile| {
            stored.0.get(&tile.path()).context("a tile")
        });
        let ours = merkle::prove_inclusion(&CRYPTO, index, size, nodes);
        let ours = ours
            .map_err(|error| anyhow::anyhow!("{error}"))?
            .context("a proof")?;
        ensure!(
            proof
                .iter()
                .map(|hash| hash.0)
                .eq(ours.iter().map(|hash| hash.0)),
            "another proof"
        );
        figures.proofs += 1;
    }
    // What is not of the tree, their reader does not believe; of a single entry it reads nothing.
    if size == 1 {
        return Ok(());
    }
    let at_edge = tile::for_edge(size)[0].path();
    stored.0.get_mut(&at_edge).context("the edge")?[0] ^= 1;
    let reader = TileHashReader::new(size, root, &stored);
    ensure!(
        tlog_tiles::prove_record(size, size - 1, &reader).is_err(),
        "a touched tile was taken"
    );
    figures.refused += 1;
    Ok(())
}

fn checkpoints(figures: &mut Figures) -> Result<()> {
    for (origin, size) in [
        ("log.example.org", 0),
        ("example.com/behind-the-sofa", 20_852_163),
        ("ö", u64::MAX),
    ] {
        let ours = Checkpoint::new(origin, size, Hash([7; 32]))?;
        let theirs = tlog_tiles::Checkpoint::from_bytes(ours.text().as_bytes());
        let theirs = theirs.map_err(|error| anyhow::anyhow!("{error}"))?;
        ensure!(theirs.origin() == origin && theirs.size() == size && theirs.hash().0 == [7; 32]);
        ensure!(theirs.to_bytes() == ours.text().as_bytes(), "another text");
        for (from, to) in [
            ("\n", "\n\n"),
            (&*size.to_string(), &*format!("0{size}")),
            ("Bw", "B"),
            ("\n", ""),
        ] {
            let touched = ours.text().replacen(from, to, 1);
            ensure!(
                Checkpoint::parse(&touched).is_err()
                    && tlog_tiles::Checkpoint::from_bytes(touched.as_bytes()).is_err(),
                "taken: {touched:?}"
            );
            figures.refused += 1;
        }
        figures.checkpoints += 1;
    }
    Ok(())
}
