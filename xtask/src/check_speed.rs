//! `cargo xtask check-speed`: has an operation come to need more instructions?
//!
//! Counted by callgrind, because instructions do not depend on what else the machine does. `bench/instructions.json` has the
//! figures of the last accepted state; more than a tenth above one of them fails. `--record` writes what was counted.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::{process, setup};

/// Counts every operation and compares, or records.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let record = match arguments {
        [] => false,
        ["--record"] => true,
        _ => bail!("usage: cargo xtask check-speed [--record]"),
    };
    setup::valgrind()?;
    setup::vectors()?;
    process::run(&mut process::cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "touchstone-bench",
    ])?)?;
    let counted = OPERATIONS
        .iter()
        .map(|name| Ok(((*name).to_owned(), each(name)?)))
        .collect::<Result<BTreeMap<_, _>>>()?;
    let file = process::root()?.join("bench/instructions.json");
    if record {
        fs::write(&file, serde_json::to_string_pretty(&counted)? + "\n")?;
        println!("recorded in {}", file.display());
        return Ok(());
    }
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let accepted: BTreeMap<String, u64> = serde_json::from_str(&text)?;
    let mut slower = Vec::new();
    for (name, now) in &counted {
        let before = *accepted
            .get(name)
            .with_context(|| format!("{name} is not recorded: cargo xtask check-speed --record"))?;
        let percent = (*now as f64 / before as f64 - 1.0) * 100.0;
        println!("{name}: {now} instructions, {percent:+.1} % of {before}");
        if exceeds(before, *now) {
            slower.push(name.as_str());
        }
    }
    ensure!(
        slower.is_empty(),
        "more than a tenth slower: {}; mend it, or accept it with --record and say why",
        slower.join(", ")
    );
    Ok(())
}

/// Instructions for one operation: the difference between many and few in one process each, so that what a process does once
/// is not counted.
fn each(name: &str) -> Result<u64> {
    let (few, many) = (counted(name, FEW)?, counted(name, MANY)?);
    Ok(many.saturating_sub(few) / (MANY - FEW))
}

fn counted(name: &str, count: u64) -> Result<u64> {
    let bench = process::target()?.join("release/touchstone-bench");
    let mut valgrind = process::program("valgrind", &["--tool=callgrind"])?;
    valgrind
        .arg("--callgrind-out-file=/dev/null")
        .arg(bench)
        .arg(format!("count={name}"))
        .args(["--count", &count.to_string()]);
    let said = process::watch(&mut valgrind)?;
    ensure!(said.success, "counting {name} failed");
    let collected = said
        .text
        .lines()
        .find_map(|line| line.split_once("Collected :"));
    let (_, number) = collected.context("callgrind said no number")?;
    Ok(number.trim().parse()?)
}

/// Whether `now` is more than a tenth above `before`.
fn exceeds(before: u64, now: u64) -> bool {
    now.saturating_mul(10) > before.saturating_mul(11)
}

/// As `touchstone-bench count=NAME` knows them.
const OPERATIONS: [&str; 8] = [
    "parse",
    "canonicalize",
    "issue",
    "verify",
    "cohort",
    "jwt-issue",
    "jwt-verify",
    "bitstring",
];

const FEW: u64 = 20;
const MANY: u64 = 220;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_more_is_accepted_and_a_hundredth_beyond_is_not() {
        assert!(!exceeds(1000, 1100));
        assert!(exceeds(1000, 1101));
        assert!(!exceeds(1000, 10));
    }
}
