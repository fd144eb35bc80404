//! Broken documents: nothing panics, and what still verifies still says the same. `bench/src/fuzz.rs` breaks them.

use anyhow::{Context, Result};

use super::{Figures, Round};
use crate::process;

/// Breaks documents and reads back how many were read and verified nevertheless.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let count = if round.sample { SAMPLE } else { WHOLE };
    let mut fuzz = process::cargo(&[
        "run",
        "--quiet",
        "--locked",
        "--package",
        "touchstone-bench",
    ])?;
    if !round.sample {
        fuzz.arg("--release");
    }
    fuzz.args([
        "--",
        "fuzz",
        "--seed",
        &round.seed.to_string(),
        "--count",
        &count.to_string(),
    ]);
    let printed = process::output(&mut fuzz)?;
    let figures = printed.lines().filter_map(|line| line.split_once(' '));
    figures
        .map(|(name, figure)| {
            Ok((
                name.to_owned(),
                figure.parse().with_context(|| name.to_owned())?,
            ))
        })
        .collect()
}

const SAMPLE: u64 = 2_000;
const WHOLE: u64 = 100_000;
