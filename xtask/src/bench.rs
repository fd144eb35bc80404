//! `cargo xtask bench`: the figures, each beside its floor.

use anyhow::Result;

use crate::process;

/// Runs the benchmark in release; without arguments, what was promised, ten seconds for each that takes a time.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    // Together, because the cohort is issued by the binary itself.
    let both = ["--package", "touchstone-bench", "--package", "touchstone"];
    process::run(process::cargo(&["build", "--release", "--locked"])?.args(both))?;
    let bench = process::target()?.join("release/touchstone-bench");
    process::run(&mut process::program(
        &bench.display().to_string(),
        arguments,
    )?)
}
