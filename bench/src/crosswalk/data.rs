//! The public data, through the readers of the product.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow};
use touchstone_crosswalk::framework::{Framework, Origin, csv, onet};

/// Reads a file below the data folder.
pub(super) fn file(data: &Path, path: &str) -> Result<Vec<u8>> {
    fs::read(data.join(path)).with_context(|| format!("../shared/data/{path}"))
}

/// O*NET from some of its tables.
pub(super) fn onet(data: &Path, paths: &[&str]) -> Result<Framework> {
    let files = paths
        .iter()
        .map(|path| file(data, path))
        .collect::<Result<Vec<_>>>()?;
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    onet::read(&files, origin("urn:onet")).map_err(first)
}

/// A plain table.
pub(super) fn table(data: &Path, path: &str) -> Result<Framework> {
    csv::read(&file(data, path)?, origin("urn:table")).map_err(first)
}

fn origin(uri: &str) -> Origin {
    Origin {
        uri: uri.to_owned(),
        ..Origin::default()
    }
}

fn first<F: std::fmt::Display>(faults: Vec<F>) -> anyhow::Error {
    anyhow!(
        "{}",
        faults.first().map_or_else(String::new, ToString::to_string)
    )
}

/// A number for a name: which fold it falls into.
pub(super) fn group(name: &str) -> usize {
    let fnv = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(fnv >> 8).unwrap_or(0)
}
