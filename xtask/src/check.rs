//! `cargo xtask check`: everything that can be judged without running the project.

use anyhow::Result;

use crate::{contexts, process, setup, tidy};

/// Format, tidy, contexts, dependency rules, lints; in this order, because the first ones answer fastest. Lints are asked twice: a
/// program with everything in it is nobody's default, and what is not compiled rots.
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
    process::run(&mut process::cargo(&CLIPPY)?)?;
    let with = [&CLIPPY[..4], &["--features", OPTIONAL], &CLIPPY[4..]].concat();
    process::run(&mut process::cargo(&with)?)
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

/// What a program is built with only where somebody asks for it. The crates behind it are members of the workspace, linted and tested
/// with all others; this is what calls them.
const OPTIONAL: &str = "touchstone/sentences,touchstone-bench/sentences";

const CLIPPY: [&str; 7] = [
    "clippy",
    "--workspace",
    "--all-targets",
    "--locked",
    "--",
    "-D",
    "warnings",
];
