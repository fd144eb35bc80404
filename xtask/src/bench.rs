//! `cargo xtask bench`: the figures, each beside its floor.

use anyhow::Result;

use crate::process;

/// Runs the benchmark in release; without arguments, every measurement for ten seconds.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let mut bench = process::cargo(&[
        "run",
        "--release",
        "--locked",
        "--package",
        "touchstone-bench",
        "--",
    ])?;
    bench.args(arguments);
    process::run(&mut bench)
}
