//! `cargo xtask test`: every test there is, the same here and in CI.
//!
//! A step that fails does not hide the next one; the last line says what was counted, and whether all of it held.

use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::postgres::Postgres;
use crate::process::{self, Said};
use crate::program::{self, Scratch};
use crate::{api, browser, contracts, interop, proof, setup, wasm};

/// What a step counted.
pub(crate) struct Count {
    /// What was looked at, in words: `412 Rust tests`.
    pub(crate) what: String,
    /// How many of them did not hold.
    pub(crate) failed: u64,
}

impl Count {
    /// An error where something did not hold: what is run by itself fails as it does among others.
    pub(crate) fn holds(self) -> Result<()> {
        ensure!(self.failed == 0, "{}: {} failed", self.what, self.failed);
        println!("{}", self.what);
        Ok(())
    }
}

/// Sets up, starts what must run, runs everything, stops what it started.
pub(crate) fn run() -> Result<()> {
    let started = Instant::now();
    setup::vectors()?;
    // The verifiers for browsers before anything else is built: the pages take them in, and a page without them fails the browser's checks.
    setup::and_meanwhile(wasm::run)?;
    eprintln!("test: set up in {} s", started.elapsed().as_secs());
    let mut counted = Vec::new();
    let mut failures = Vec::new();
    for (name, came_to) in steps().into_iter().flat_map(at_once) {
        match came_to {
            Ok(count) if count.failed == 0 => counted.push(count.what),
            Ok(count) => failures.push(format!("{name}: {} of {}", count.failed, count.what)),
            Err(error) => failures.push(format!("{name}: {error:#}")),
        }
    }
    let seconds = started.elapsed().as_secs();
    if failures.is_empty() {
        println!("test: {}: all passed in {seconds} s", counted.join(", "));
        return Ok(());
    }
    for failure in &failures {
        eprintln!("FAILED {failure}");
    }
    bail!(
        "{} of {} steps failed in {seconds} s (passed: {})",
        failures.len(),
        failures.len() + counted.len(),
        counted.join(", ")
    )
}

type Step = (&'static str, fn() -> Result<Count>);

/// In the order in which a fault is cheapest to find. Those of one list are run beside each other: each waits for a rate limit, a page, a
/// lease or others' programs a good part of its time.
fn steps() -> [&'static [Step]; 4] {
    [
        &[("rust", rust)],
        &[("documentation", documentation)],
        &[("demo", demo)],
        &[
            ("contracts", contracts::run),
            ("interop", interop::run),
            ("api", api::run),
            ("browser", browser::run),
            ("proofs", proof::samples),
        ],
    ]
}

/// Runs steps beside each other, and says how long each took: where the minutes of a run go is seen in its own output. One that does not
/// come to its end ends the run, by name: whoever waits for it would learn nothing.
fn at_once(steps: &[Step]) -> Vec<(&'static str, Result<Count>)> {
    let started = Instant::now();
    let (send, ended) = mpsc::channel();
    for &(name, step) in steps {
        let send = send.clone();
        std::thread::spawn(move || {
            // A step that dies says so where it does.
            let died = |_| Err(anyhow::anyhow!("died: see above"));
            let came_to = std::panic::catch_unwind(step).unwrap_or_else(died);
            eprintln!("test: {name} in {} s", started.elapsed().as_secs());
            send.send((name, came_to)).ok();
        });
    }
    let mut all = Vec::new();
    while all.len() < steps.len() {
        let left = LONGEST.saturating_sub(started.elapsed());
        if let Ok(one) = ended.recv_timeout(left) {
            all.push(one);
            continue;
        }
        let seconds = started.elapsed().as_secs();
        for (name, _) in steps {
            if all.iter().all(|(ended, _)| ended != name) {
                // What it started goes on without it: nothing but the step knows how to stop that.
                let error = anyhow::anyhow!("did not end within {seconds} s, and was left alone");
                all.push((name, Err(error)));
            }
        }
    }
    all
}

/// What takes ten minutes here may take twice that elsewhere.
const LONGEST: Duration = Duration::from_secs(40 * 60);

/// Every Rust test, with a PostgreSQL beside SQLite.
fn rust() -> Result<Count> {
    let postgres = Postgres::start()?;
    let mut tests = process::cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--locked",
        "--no-fail-fast",
    ])?;
    let said = process::watch(tests.env("TOUCHSTONE_TEST_POSTGRES", &postgres.url))?;
    let summary = said
        .text
        .lines()
        .rfind(|line| line.trim_start().starts_with("Summary ["))
        .with_context(|| "the tests did not run: see above")?;
    let (run, skipped) = (before(summary, " tests run"), before(summary, " skipped"));
    if skipped != 0 {
        bail!("{skipped} tests are marked as ignored; a test runs or goes");
    }
    let passed = before(summary, " passed");
    Ok(count(&said, run, run.saturating_sub(passed), "Rust tests"))
}

/// The examples in the documentation.
fn documentation() -> Result<Count> {
    let said = process::watch(&mut process::cargo(&[
        "test",
        "--doc",
        "--workspace",
        "--locked",
    ])?)?;
    let results = said
        .text
        .lines()
        .filter(|line| line.starts_with("test result:"));
    let (mut run, mut failed) = (0, 0);
    for line in results {
        run += before(line, " passed");
        failed += before(line, " failed");
    }
    Ok(count(
        &said,
        run + failed,
        failed,
        "examples in documentation",
    ))
}

/// What the README promises a newcomer: the walk through the example, every step of it.
fn demo() -> Result<Count> {
    let scratch = Scratch::new("demo")?;
    let mut demo = Command::new(program::build()?);
    demo.args([
        "demo",
        "--exit",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--data",
    ]);
    demo.arg(scratch.path().join("data"));
    let said = process::watch(&mut demo)?;
    let walk: Value = serde_json::from_str(&said.stdout).context("the demo's result")?;
    let steps = walk["steps"].as_array().context("the demo's steps")?;
    let broken = steps.iter().filter(|step| step["held"] != true).count();
    Ok(count(
        &said,
        steps.len() as u64,
        broken as u64,
        "steps of the demo",
    ))
}

/// A program that failed without a failed test still failed.
pub(crate) fn count(said: &Said, run: u64, failed: u64, what: &str) -> Count {
    Count {
        what: format!("{run} {what}"),
        failed: if said.success { failed } else { failed.max(1) },
    }
}

/// The number that stands right before `word`.
fn before(line: &str, word: &str) -> u64 {
    let front = line.split_once(word).map_or("", |(front, _)| front);
    let digits = front.rsplit(|letter: char| !letter.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_run_by_itself_fails_with_its_checks() {
        let counted = |failed| Count {
            what: "412 checks".to_owned(),
            failed,
        };
        assert!(counted(0).holds().is_ok());
        let failed = counted(1).holds().unwrap_err();
        assert_eq!(failed.to_string(), "412 checks: 1 failed");
    }

    #[test]
    fn counts_are_read_from_the_runners_own_summary() {
        let summary =
            "     Summary [   1.234s] 412 tests run: 410 passed (1 slow), 2 failed, 3 skipped";
        assert_eq!(before(summary, " tests run"), 412);
        assert_eq!(before(summary, " passed"), 410);
        assert_eq!(before(summary, " skipped"), 3);
        assert_eq!(before(summary, " timed out"), 0);
    }
}
