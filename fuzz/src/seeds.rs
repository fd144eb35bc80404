//! Inputs as they are meant: the published vectors beside the checkout, never copied here.

use std::fs;
use std::path::{Path, PathBuf};

/// The files below the folders of the vectors whose names end so, those of a size that can be tried often.
///
/// # Panics
/// Where there are none: a run over nothing would say that all is well.
pub fn files(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut paths);
    }
    paths.sort(); // The same seeds in the same order, on every machine.
    let wanted = |path: &&PathBuf| {
        let name = path.to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    let read = paths
        .iter()
        .filter(wanted)
        .filter_map(|path| fs::read(path).ok());
    let found: Vec<Vec<u8>> = read.filter(|bytes| bytes.len() <= LARGEST).collect();
    assert!(
        !found.is_empty(),
        "no vectors in {folders:?} below {}",
        root().display()
    );
    // Spread over all of them.
    let step = found.len().div_ceil(MOST);
    found.into_iter().step_by(step).collect()
}

/// Where the vectors are: beside the checkout, or where `TOUCHSTONE_VECTORS` says.
fn root() -> PathBuf {
    match std::env::var_os("TOUCHSTONE_VECTORS") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("vectors are absent: {}: {error}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

/// Bytes of the largest seed.
const LARGEST: usize = 64 << 10;
/// The most seeds of one target.
const MOST: usize = 400;

/// Folders in which credentials of every shape lie.
pub const CREDENTIALS: [&str; 10] = [
    "sample-shapes",
    "real-world",
    "1edtech-validator-ob30",
    "1edtech-validator-clr20",
    "openbadges-spec-examples",
    "openbadges-spec-json",
    "vc-di-eddsa",
    "vc-di-ecdsa",
    "vcdm2-input",
    "jose-cose-input",
];
