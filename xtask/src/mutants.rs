//! `cargo xtask mutants`: do the tests notice when the code is wrong?
//!
//! Plants small faults in `service`, `vc` and `store`, one at a time, and counts those that a test catches: first of the same
//! package, then, for what these missed, of all that stands on it: use cases, pages, commands.
//! The faults are planted in a copy of the commit below `target/`, never where somebody works. The sample is taken in parts
//! spread over all mutants that there are; a part that is done is noted at once in `proof/mutants.json`, so a stopped run goes on
//! where it was, also at a later commit. Before the first fault every test must hold: one that fails anyway would
//! count as catching them all.
//!
//! What was missed is kept in `proof/missed/`, a file each, until a test notices it: `cargo xtask mutants again` plants it anew at the commit
//! of now, and what is noticed by then counts as caught, and as `again`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::postgres::Postgres;
use crate::proof::{self, Area, Figures, Round};
use crate::{process, setup};

/// Runs the sample to its end, or goes on with it.
pub(crate) fn run() -> Result<()> {
    all_is_committed()?;
    proof::to_the_end(&MUTANTS)
}

/// Plants what was missed once more, and counts what a test notices now.
pub(crate) fn again() -> Result<()> {
    all_is_committed()?;
    setup::cargo_tool("mutants")?;
    let postgres = Postgres::start()?;
    let copy = copy()?;
    sound(&copy, &postgres)?;
    let missed = process::root()?.join(MISSED);
    for entry in fs::read_dir(&missed).with_context(|| missed.display().to_string())? {
        let diff = entry?.path();
        let name = diff.display();
        match noticed(&copy, &postgres, &diff, true) {
            Ok(true) => {
                let counted = Figures::from([("again".to_owned(), 1), ("caught".to_owned(), 1)]);
                proof::correct(&MUTANTS, &counted, "missed")?;
                fs::remove_file(&diff)?;
                eprintln!("caught now: {name}");
            }
            Ok(false) => eprintln!("MISSED still: {name}"),
            // What it was planted in may be written otherwise by now.
            Err(error) => eprintln!("not planted: {name}: {error:#}"),
        }
    }
    proof::is_enough(&MUTANTS)
}

fn all_is_committed() -> Result<()> {
    let changes = process::output(&mut process::program("git", &proof::CHANGES)?)?;
    ensure!(
        changes.is_empty(),
        "what is not committed is not in the copy: commit first"
    );
    Ok(())
}

const MUTANTS: Area = Area {
    name: "mutants",
    command: "cargo xtask mutants",
    rounds: PARTS,
    round: part,
    enough,
    adds_up: true,
    waits: false,
};

const PACKAGES: [&str; 3] = ["touchstone-service", "touchstone-vc", "touchstone-store"];
/// Of `.config/nextest.toml`: the first test that notices is enough. And of `Cargo.toml`: what is not mutated is optimized.
const PROFILE: &str = "mutants";
/// Their tests look at the same code from outside: at that of `vc` and `store`, and but for the first at that of `service`.
const OUTER: [&str; 3] = ["touchstone-service", "touchstone-web", "touchstone"];
/// Where what was missed is kept.
const MISSED: &str = "proof/missed";
const PARTS: u64 = 20;
/// Together about 200.
const MUTANTS_IN_A_PART: u64 = 10;
/// Of a hundred mutants, so many must be caught.
const CAUGHT_AT_LEAST: u64 = 85;

/// Plants the faults of one part, one after the other.
fn part(round: &Round) -> Result<Figures> {
    setup::cargo_tool("mutants")?;
    let postgres = Postgres::start()?;
    let copy = copy()?;
    sound(&copy, &postgres)?;
    let all = process::output(&mut mutants(&copy, &["--list"]))?;
    // Every so many-th mutant of all, so that a part is not one file.
    let shards = (all.lines().count() as u64 / MUTANTS_IN_A_PART).max(PARTS);
    let shard = format!("{}/{shards}", round.seed * (shards / PARTS));
    let part = copy.with_file_name(format!("part-{}", round.seed));
    let mut planting = mutants(
        &copy,
        &[
            "--in-place",
            "--baseline=skip",
            "--no-shuffle",
            "--colors=never",
            // No limit for building: a build that is slow is nothing that a test has noticed.
            "--test-tool=nextest",
            "--profile",
            PROFILE,
            // A test that ends no more has noticed; one that has to wait for a busy machine has not.
            "--timeout=1200",
        ],
    );
    planting.args(["--sharding=round-robin", "--shard", &shard]);
    planting.arg("--output").arg(&part);
    planting
        .env("TOUCHSTONE_TEST_POSTGRES", &postgres.url)
        .env("NEXTEST_PROFILE", PROFILE);
    // Ends with failure when a mutant was missed; the share of all decides, not the first miss.
    process::watch_within(process::HOURS, &mut planting)?;
    let part = part.join("mutants.out");
    let outcomes = fs::read_to_string(part.join("outcomes.json"));
    let outcomes = serde_json::from_str(&outcomes.with_context(|| part.display().to_string())?)?;
    let mut figures = count(&outcomes)?;
    for diff in missed(&outcomes) {
        if noticed(&copy, &postgres, &part.join(&diff), false)? {
            *figures.entry("missed".to_owned()).or_default() -= 1;
            *figures.entry("caught".to_owned()).or_default() += 1;
        } else {
            eprintln!("MISSED outside, too: {diff}");
            keep(&part.join(&diff))?;
        }
    }
    Ok(figures)
}

/// Puts a mutant that was missed where it is planted from again.
fn keep(diff: &Path) -> Result<()> {
    let folder = process::root()?.join(MISSED);
    fs::create_dir_all(&folder)?;
    let name = diff.file_name().context("a diff has a name")?;
    fs::copy(diff, folder.join(name))?;
    Ok(())
}

/// Whether the tests of what stands on the faulty package fail; `own`: or its own.
fn noticed(copy: &Path, postgres: &Postgres, diff: &Path, own: bool) -> Result<bool> {
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(copy).args(words);
        git
    };
    // Its second line says what the fault is, not which file it is in.
    let text = fs::read_to_string(diff).with_context(|| diff.display().to_string())?;
    let (from, rest) = text.split_once('\n').unwrap_or_default();
    let (_, hunks) = rest.split_once('\n').unwrap_or_default();
    let applied = copy.with_file_name("planted.diff");
    let to = from.replacen("---", "+++", 1);
    fs::write(&applied, format!("{from}\n{to}\n{hunks}"))?;
    process::run(git(&["apply", "-p0"]).arg(&applied))?;
    let is_faulty = |package: &&str| {
        // "--- crates/service/src/…"
        let name = package.strip_prefix("touchstone-").unwrap_or(package);
        from.contains(&format!("crates/{name}/"))
    };
    let faulty = PACKAGES.into_iter().find(is_faulty);
    let outer = OUTER.into_iter().filter(|package| !is_faulty(package));
    let mut noticed = Ok(false);
    // The nearest first: it notices most, and then what stands further off need not be built.
    for package in faulty.filter(|_| own).into_iter().chain(outer) {
        noticed = notices(copy, postgres, package);
        if !matches!(noticed, Ok(false)) {
            break;
        }
    }
    process::run(&mut git(&["checkout", "--quiet", "--", "."]))?;
    noticed.with_context(|| diff.display().to_string())
}

/// Whether a test of this package fails.
fn notices(copy: &Path, postgres: &Postgres, package: &str) -> Result<bool> {
    let mut tests = cargo(copy);
    tests.args([
        "nextest",
        "run",
        "--cargo-profile",
        PROFILE,
        "--package",
        package,
    ]);
    tests
        .env("TOUCHSTONE_TEST_POSTGRES", &postgres.url)
        .env("NEXTEST_PROFILE", PROFILE);
    let said = process::watch_within(process::HOURS, &mut tests)?;
    ensure!(
        said.text.contains("Summary ["),
        "the tests of {package} did not run"
    );
    Ok(!said.success)
}

/// The mutants that no test noticed, each as the file that plants it.
fn missed(outcomes: &Value) -> Vec<String> {
    let all = outcomes["outcomes"].as_array().into_iter().flatten();
    all.filter(|outcome| outcome["summary"] == "MissedMutant")
        .filter_map(|outcome| outcome["diff_path"].as_str())
        .map(str::to_owned)
        .collect()
}

/// Every test of the packages holds while nothing is planted; asked once for a commit, not for each part.
fn sound(copy: &Path, postgres: &Postgres) -> Result<()> {
    let mut head = Command::new("git");
    let head = process::output(head.current_dir(copy).args(["rev-parse", "HEAD"]))?;
    let noted = copy.with_file_name("sound");
    if fs::read_to_string(&noted).is_ok_and(|known| known == head) {
        return Ok(());
    }
    let outer = OUTER.iter().filter(|package| !PACKAGES.contains(package));
    for package in PACKAGES.iter().chain(outer) {
        let mut tests = cargo(copy);
        tests.args([
            "nextest",
            "run",
            "--cargo-profile",
            PROFILE,
            "--package",
            package,
        ]);
        tests
            .env("TOUCHSTONE_TEST_POSTGRES", &postgres.url)
            .env("NEXTEST_PROFILE", PROFILE);
        process::run(&mut tests)
            .with_context(|| format!("{package} fails before anything is planted"))?;
    }
    fs::write(noted, head)?;
    Ok(())
}

fn mutants(copy: &Path, words: &[&str]) -> Command {
    let mut command = cargo(copy);
    command.arg("mutants").args(words);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    command
}

fn cargo(copy: &Path) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(copy);
    command
}

/// The commit as it stands, in a folder of its own, with the vectors beside it and the programs of others that tests ask.
fn copy() -> Result<PathBuf> {
    let folder = process::target()?.join("mutants");
    let copy = folder.join("touchstone");
    fs::create_dir_all(&folder)?;
    let root = process::root()?;
    if !copy.exists() {
        let mut clone = Command::new("git");
        process::run(clone.args(["clone", "--quiet"]).arg(&root).arg(&copy))?;
        std::os::unix::fs::symlink(
            root.join("../shared").canonicalize()?,
            folder.join("shared"),
        )?;
    }
    let head = process::output(&mut process::program("git", &["rev-parse", "HEAD"])?)?;
    for words in [
        // `HEAD` by name: it may be on no branch.
        vec!["fetch", "--quiet", "origin", "HEAD"],
        vec!["reset", "--quiet", "--hard"],
        vec!["checkout", "--quiet", "--detach", head.trim()],
    ] {
        process::run(Command::new("git").current_dir(&copy).args(words))?;
    }
    for programs in ["interop/node_modules", "interop/.venv"] {
        let beside = copy.join(programs);
        if !beside.exists() {
            std::os::unix::fs::symlink(root.join(programs).canonicalize()?, beside)?;
        }
    }
    Ok(copy)
}

/// What came of the mutants of a part.
fn count(outcomes: &Value) -> Result<Figures> {
    let number = |key: &str| outcomes[key].as_u64().unwrap_or(0);
    let names = ["caught", "missed", "timeout", "unviable"];
    let figures: Figures = names.map(|name| (name.to_owned(), number(name))).into();
    if figures.values().sum::<u64>() == 0 {
        bail!("no mutant in this part");
    }
    Ok(figures)
}

fn enough(figures: &Figures) -> Result<()> {
    let number = |name: &str| figures.get(name).copied().unwrap_or(0);
    // A test that ends no more has noticed, too. What does not compile was noticed by the compiler and is no mutant.
    let caught = number("caught") + number("timeout");
    let viable = caught + number("missed");
    ensure!(viable > 0, "no viable mutant in this sample");
    println!(
        "mutants: {caught} of {viable} caught ({} %)",
        caught * 100 / viable
    );
    ensure!(
        caught * 100 >= viable * CAUGHT_AT_LEAST,
        "fewer than {CAUGHT_AT_LEAST} % of the mutants were caught: target/mutants/part-*/mutants.out/missed.txt names the others"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_85_of_100_caught_fails() {
        let outcome = |caught: u64| {
            let outcomes = serde_json::json!({"caught": caught, "missed": 100 - caught, "timeout": 0, "unviable": 7});
            enough(&count(&outcomes).unwrap())
        };
        assert!(outcome(85).is_ok());
        assert!(outcome(84).is_err());
    }

    #[test]
    fn only_what_was_missed_is_planted_again() {
        let outcome =
            |summary: &str, diff: &str| serde_json::json!({"summary": summary, "diff_path": diff});
        let outcomes = serde_json::json!({"outcomes": [
            {"summary": "Success", "scenario": "Baseline"},
            outcome("CaughtMutant", "diff/a.diff"),
            outcome("MissedMutant", "diff/b.diff"),
        ]});
        assert_eq!(missed(&outcomes), ["diff/b.diff"]);
    }

    #[test]
    fn an_empty_part_fails() {
        assert!(count(&serde_json::json!({"caught": 0, "missed": 0, "unviable": 0})).is_err());
    }
}
