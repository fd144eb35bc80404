//! `cargo xtask check`: everything that can be judged without running the project.

use anyhow::Result;

use crate::{contexts, process, setup, tidy};

/// Format, tidy, contexts, dependency rules, lints; in this order, because the first ones answer fastest.
pub(crate) fn run() -> Result<()> {
    setup::cargo_tool("deny")?;
    process::run(&mut process::cargo(&["fmt", "--all", "--check"])?)?;
    for alone in ALONE {
        process::run(&mut process::cargo(&[
            "fmt",
            "--check",
            "--manifest-path",
            alone,
        ])?)?;
    }
    tidy::run()?;
    contexts::check()?;
    process::run(&mut process::cargo(&DENY)?)?;
    process::run(&mut process::cargo(&CLIPPY)?)
}

/// Workspaces of their own, which `--all` does not see.
const ALONE: [&str; 2] = ["interop/differential/Cargo.toml", "interop/tlog/Cargo.toml"];

/// No advisories: they need a database from the network, and a check must give tomorrow what it gave today.
const DENY: [&str; 7] = [
    "deny",
    "--all-features",
    "check",
    "--hide-inclusion-graph",
    "bans",
    "licenses",
    "sources",
];

const CLIPPY: [&str; 7] = [
    "clippy",
    "--workspace",
    "--all-targets",
    "--locked",
    "--",
    "-D",
    "warnings",
];
