//! Tiles and bundles: their names, what an append writes, and reading a tree from them.

use std::collections::BTreeMap;

use touchstone_tlog::merkle::{
    prove_consistency, prove_inclusion, verify_consistency, verify_inclusion,
};
use touchstone_tlog::tile::{
    BundleError, EntryTooLong, PathError, TileError, append_entry, bundles_written,
    for_consistency, for_edge, for_inclusion, reader, written,
};
use touchstone_tlog::{Bundle, Edge, Hash, Node, Tile, merkle};

use crate::support::{CRYPTO, Tree, entry, leaf};

/// A log as a folder: path to bytes.
type Folder = BTreeMap<String, Vec<u8>>;

/// Grows a log as far as each of `sizes`, and writes what is new each time.
fn grow(sizes: &[u64]) -> (Folder, Edge) {
    let mut folder = Folder::new();
    let mut edge = Edge::default();
    for size in sizes {
        let old = edge.size();
        let mut now = Vec::new();
        for number in old..*size {
            edge.push(&CRYPTO, leaf(number), |tile, bytes| {
                now.push((tile, bytes.to_vec()));
            });
        }
        now.extend(edge.partial().map(|(tile, bytes)| (tile, bytes.to_vec())));
        let mut names: Vec<Tile> = now.iter().map(|(tile, _)| *tile).collect();
        let mut said: Vec<Tile> = written(old, *size).collect();
        names.sort();
        said.sort();
        // A partial tile that did not grow is at the edge, and written already.
        names.retain(|tile| !folder.contains_key(&tile.path()));
        assert_eq!(said, names, "{old} to {size}");
        for (tile, bytes) in now {
            let before = folder.insert(tile.path(), bytes.clone());
            assert!(before.is_none_or(|before| before == bytes));
        }
    }
    (folder, edge)
}

fn read(folder: &Folder) -> impl FnMut(Tile) -> Result<Vec<u8>, String> {
    |tile| folder.get(&tile.path()).cloned().ok_or(tile.path())
}

#[test]
fn paths_are_those_of_the_specification() {
    let tile = |level, index, width| {
        Tile {
            level,
            index,
            width,
        }
        .path()
    };
    assert_eq!(tile(0, 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(tile(63, 0, 255), "tile/63/000.p/255");
    assert_eq!(tile(1, 999, 1), "tile/1/999.p/1");
    assert_eq!(tile(1, 1000, 256), "tile/1/x001/000");
    let bundle = Bundle {
        index: 1000,
        width: 5,
    };
    assert_eq!(bundle.path(), "tile/entries/x001/000.p/5");
    for index in [
        0,
        1,
        999,
        1000,
        999_999,
        1_000_000,
        u64::MAX / 256,
        u64::MAX,
    ] {
        for width in [1, 255, 256] {
            let tile = Tile {
                level: 7,
                index,
                width,
            };
            assert_eq!(Tile::parse(&tile.path()), Ok(tile));
            let bundle = Bundle { index, width };
            assert_eq!(Bundle::parse(&bundle.path()), Ok(bundle));
        }
    }
}

#[test]
fn a_path_has_one_form() {
    for (path, error) in [
        ("tile/0", PathError::NoTile),
        ("/tile/0/000", PathError::NoTile),
        ("tile/entries/000", PathError::Level),
        ("tile/64/000", PathError::Level),
        ("tile/00/000", PathError::Level),
        ("tile/-1/000", PathError::Level),
        ("tile/0/", PathError::Index),
        ("tile/0/00", PathError::Index),
        ("tile/0/0000", PathError::Index),
        ("tile/0/x001", PathError::Index),
        ("tile/0/001/000", PathError::Index),
        ("tile/0/x000/001", PathError::Index),
        ("tile/0/x001//000", PathError::Index),
        ("tile/0/x999/x999/x999/x999/x999/x999/999", PathError::Index),
        ("tile/0/../000", PathError::Index),
        ("tile/0/000.p/0", PathError::Width),
        ("tile/0/000.p/256", PathError::Width),
        ("tile/0/000.p/01", PathError::Width),
        ("tile/0/000.p/", PathError::Width),
        ("tile/0/000.p", PathError::Index),
        ("tile/0/000.p/1/", PathError::Width),
    ] {
        assert_eq!(Tile::parse(path), Err(error), "{path}");
    }
    assert_eq!(Bundle::parse("tile/0/000"), Err(PathError::NoBundle));
}

#[test]
fn a_tree_of_70000_is_in_the_tiles_that_the_specification_counts() {
    let tiles: Vec<Tile> = written(0, 70_000).collect();
    let count = |level, width| {
        let of = |tile: &&Tile| tile.level == level && tile.width == width;
        tiles.iter().filter(of).count()
    };
    assert_eq!(tiles.len(), 273 + 1 + 1 + 1 + 1);
    assert_eq!(count(0, 256), 273);
    assert_eq!((count(0, 112), count(1, 256)), (1, 1));
    assert_eq!((count(1, 17), count(2, 1)), (1, 1));
    let full = [
        Tile {
            level: 0,
            index: 0,
            width: 256,
        },
        Tile {
            level: 1,
            index: 0,
            width: 1,
        },
    ];
    assert_eq!(written(0, 256).collect::<Vec<_>>(), full);
    assert_eq!(written(256, 256).count(), 0);
    assert_eq!(bundles_written(0, 70_000).count(), 274);
    let last = Bundle {
        index: 273,
        width: 112,
    };
    assert_eq!(bundles_written(69_999, 70_000).collect::<Vec<_>>(), [last]);
    assert_eq!(bundles_written(256, 256).count(), 0);
    // The largest log there can be has names for its last tiles.
    assert_eq!(written(u64::MAX - 1, u64::MAX).count(), 1);
}

#[test]
fn a_log_that_grows_step_by_step_writes_each_tile_once_and_the_same() {
    let (folder, edge) = grow(&[0, 1, 2, 255, 256, 257, 257, 511, 512, 700, 66_000]);
    let (at_once, same) = grow(&[66_000]);
    assert_eq!(edge.root(&CRYPTO), same.root(&CRYPTO));
    for (path, bytes) in &at_once {
        assert_eq!(folder.get(path), Some(bytes), "{path}");
    }
    assert!(
        edge.partial()
            .all(|(tile, bytes)| tile.bytes() == bytes.len())
    );
}

#[test]
fn a_log_goes_on_from_the_tiles_at_its_edge() {
    for size in [0, 1, 255, 256, 257, 600, 65_536, 65_537, 66_000] {
        let (folder, grown) = grow(&[size]);
        let again = Edge::read(&CRYPTO, size, read(&folder)).unwrap();
        assert_eq!(again.root(&CRYPTO), grown.root(&CRYPTO), "{size}");
        let (mut grown, mut again) = (grown, again);
        for number in size..size + 300 {
            grown.push(&CRYPTO, leaf(number), |_, _| {});
            again.push(&CRYPTO, leaf(number), |_, _| {});
        }
        assert_eq!(again.root(&CRYPTO), grown.root(&CRYPTO), "{size}");
        assert!(again.partial().eq(grown.partial()), "{size}");
    }
}

#[test]
fn proofs_are_read_from_exactly_the_tiles_that_were_asked_for() {
    let sizes = [1, 2, 255, 256, 257, 300, 512, 1000, 66_000];
    let (folder, _) = grow(&sizes);
    let tree = Tree::new(66_000);
    for size in sizes {
        let root = tree.root(0, size as usize);
        let indexes = [0, 1, 254, 255, 256, 299, 999, 65_535, 65_536, size - 1];
        for index in indexes.into_iter().filter(|index| *index < size) {
            let mut asked: Vec<Tile> = for_inclusion(index, size);
            let had = |tile: Tile| {
                asked.retain(|asked| *asked != tile);
                folder.get(&tile.path()).ok_or(tile)
            };
            let nodes = reader(&CRYPTO, size, had);
            let proof = prove_inclusion(&CRYPTO, index, size, nodes)
                .unwrap()
                .unwrap();
            assert_eq!(asked, [], "{index} of {size}");
            let proven = verify_inclusion(&CRYPTO, leaf(index), index, size, &proof, root);
            assert_eq!(proven, Ok(()));
        }
        for old in sizes.into_iter().filter(|old| *old <= size) {
            let mut asked: Vec<Tile> = for_consistency(old, size);
            let had = |tile: Tile| {
                asked.retain(|asked| *asked != tile);
                folder.get(&tile.path()).ok_or(tile)
            };
            let nodes = reader(&CRYPTO, size, had);
            let proof = prove_consistency(&CRYPTO, old, size, nodes)
                .unwrap()
                .unwrap();
            assert_eq!(asked, [], "{old} to {size}");
            let before = (old, tree.root(0, old as usize));
            let proven = verify_consistency(&CRYPTO, before, (size, root), &proof);
            assert_eq!(proven, Ok(()));
        }
        let at_edge = for_edge(size);
        let nodes = reader(&CRYPTO, size, |tile: Tile| {
            let is_edge = at_edge.contains(&tile);
            folder.get(&tile.path()).filter(|_| is_edge).ok_or(tile)
        });
        assert_eq!(merkle::root(&CRYPTO, size, nodes), Ok(root), "{size}");
    }
}

#[test]
fn a_missing_tile_and_a_tile_of_another_length_are_named() {
    let (mut folder, _) = grow(&[300]);
    let path = "tile/0/001.p/44";
    folder.get_mut(path).unwrap().pop();
    let nodes = reader(&CRYPTO, 300, read(&folder));
    let error = prove_inclusion(&CRYPTO, 299, 300, nodes).unwrap_err();
    let said = "tile/0/001.p/44: the tile has 1407 bytes instead of 1408";
    assert_eq!(error.to_string(), said);
    folder.remove(path);
    let nodes = reader(&CRYPTO, 300, read(&folder));
    let error = prove_inclusion(&CRYPTO, 299, 300, nodes).unwrap_err();
    assert!(error.to_string().starts_with("tile/0/001.p/44: "));
}

#[test]
fn a_full_tile_answers_for_a_partial_one() {
    let (folder, _) = grow(&[256]);
    let full = &folder["tile/0/000"];
    let partial = Tile {
        level: 0,
        index: 0,
        width: 5,
    };
    assert_eq!(partial.hashes(full).unwrap().len(), 5);
    let node = |level, index| Node { level, index };
    assert!(partial.hash(full, node(2, 0), &CRYPTO).is_ok());
    for outside in [
        node(0, 5),
        node(3, 0),
        node(8, 0),
        node(0, u64::MAX),
        node(7, u64::MAX),
    ] {
        let error = Err(TileError::OtherTile { node: outside });
        assert_eq!(partial.hash(full, outside, &CRYPTO), error);
    }
}

#[test]
fn a_bundle_holds_the_entries_that_were_put_into_it() {
    let mut bytes = Vec::new();
    let longest = vec![7; 65_535];
    for entry in [&b""[..], b"one", &longest] {
        append_entry(&mut bytes, entry).unwrap();
    }
    let bundle = Bundle { index: 0, width: 3 };
    assert_eq!(bundle.entries(&bytes), Ok(vec![&b""[..], b"one", &longest]));
    let too_long = append_entry(&mut bytes, &vec![7; 65_536]);
    assert_eq!(too_long, Err(EntryTooLong { bytes: 65_536 }));
    assert_eq!(bytes.len(), 2 + 5 + 65_537);
}

#[test]
fn bytes_that_are_no_bundle_are_refused_with_the_place() {
    let bundle = |width| Bundle { index: 0, width };
    let two = [0, 1, b'a', 0, 2, b'b', b'c'];
    assert_eq!(bundle(2).entries(&two).unwrap().len(), 2);
    for (width, bytes, error) in [
        (2, &two[..6], BundleError::Truncated { entry: 1, at: 3 }),
        (2, &two[..4], BundleError::Truncated { entry: 1, at: 3 }),
        (
            1,
            &two[..],
            BundleError::Count {
                expected: 1,
                found: 2,
            },
        ),
        (
            3,
            &two[..],
            BundleError::Count {
                expected: 3,
                found: 2,
            },
        ),
        (
            256,
            &[],
            BundleError::Count {
                expected: 256,
                found: 0,
            },
        ),
    ] {
        assert_eq!(bundle(width).entries(bytes), Err(error));
    }
    let mut full = Vec::new();
    for number in 0..256 {
        append_entry(&mut full, &entry(number)).unwrap();
    }
    assert_eq!(
        bundle(5).entries(&full).unwrap(),
        [0, 1, 2, 3, 4].map(entry)
    );
    let at = full.len();
    full.push(0);
    assert_eq!(
        bundle(256).entries(&full),
        Err(BundleError::LeftOver { at })
    );
}

#[test]
fn any_flipped_bit_of_a_tile_gives_another_root() {
    let size = 300;
    let (folder, edge) = grow(&[size]);
    for (path, bytes) in &folder {
        for byte in (0..bytes.len()).step_by(61) {
            let mut touched = folder.clone();
            touched.get_mut(path).unwrap()[byte] ^= 1 << (byte % 8);
            let nodes = reader(&CRYPTO, size, read(&touched));
            let leaves: Vec<Hash> = (0..size)
                .map(|index| Node { level: 0, index })
                .map(nodes)
                .collect::<Result<_, _>>()
                .unwrap();
            let same_leaves = leaves
                .iter()
                .enumerate()
                .all(|(at, hash)| *hash == leaf(at as u64));
            let nodes = reader(&CRYPTO, size, read(&touched));
            let root = merkle::root(&CRYPTO, size, nodes).unwrap();
            // A level above is not read for the leaves, and the leaves of a full tile not for the root.
            assert!(!same_leaves || root != edge.root(&CRYPTO), "{path} {byte}");
        }
    }
}
