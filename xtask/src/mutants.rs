//! `cargo xtask mutants`: do the tests notice when the code is wrong?
//!
//! Plants small faults in `service`, `vc` and `store`, one at a time, and counts those that a test catches: first of the same
//! package, then, for what these missed, of the pages and the commands that stand on it.
//! The faults are planted in a copy of the commit below `target/`, never where somebody works. The sample is taken in parts
//! spread over all mutants that there are; a part that is done is noted at once, so a stopped run goes on where it was.
//! `proof/mutants.json` then says what was counted. Before the first fault every test must hold: one that fails anyway would
//! count as catching them all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::postgres::Postgres;
use crate::proof::{self, Area, Figures, Round};
use crate::{process, setup};

/// Runs the sample to its end, or goes on with it.
pub(crate) fn run() -> Result<()> {
    let changes = process::output(&mut process::program("git", &proof::CHANGES)?)?;
    ensure!(
        changes.is_empty(),
        "what is not committed is not in the copy: commit first"
    );
    proof::to_the_end(&MUTANTS)
}

const MUTANTS: Area = Area {
    name: "mutants",
    command: "cargo xtask mutants",
    rounds: PARTS,
    round: part,
    enough,
};

const PACKAGES: [&str; 3] = ["touchstone-service", "touchstone-vc", "touchstone-store"];
/// Their tests look at the same code from outside.
const OUTER: [&str; 2] = ["touchstone-web", "touchstone"];
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
    let shard = format!("{}/{shards}", round.seed() * (shards / PARTS));
    let sharding = ["--sharding=round-robin", "--shard", &shard];
    let part = copy.with_file_name(format!("part-{}", round.seed()));
    let mut outcomes = plant(&copy, &postgres, &part, &sharding)?;
    let missed = missed(&outcomes);
    let mut figures = count(&outcomes)?;
    if missed.is_empty() {
        return Ok(figures);
    }
    let again = copy.with_file_name(format!("part-{}-outside", round.seed()));
    let mut words: Vec<String> = OUTER.map(|name| format!("--test-package={name}")).into();
    for name in &missed {
        let (file, _) = name.split_once(':').unwrap_or((name, ""));
        words.push(format!("--file={file}"));
        words.push(format!("--re={}", exactly(name)));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // Some kinds of mutants are planted whatever was asked for; they are not of this sample.
    outcomes = only(plant(&copy, &postgres, &again, &words)?, &missed);
    let tried = outcomes["outcomes"].as_array().map_or(0, Vec::len);
    ensure!(
        tried == missed.len(),
        "{tried} of {} missed mutants were tried again",
        missed.len()
    );
    let outside = outcomes["outcomes"].as_array().into_iter().flatten();
    let still = outside.filter(|outcome| outcome["summary"] == "MissedMutant");
    let still = still.count() as u64;
    figures.insert("missed".to_owned(), still);
    *figures.entry("caught".to_owned()).or_default() += tried as u64 - still;
    Ok(figures)
}

/// Plants some faults and has the tests run for each.
fn plant(copy: &Path, postgres: &Postgres, output: &Path, words: &[&str]) -> Result<Value> {
    let mut planting = mutants(
        copy,
        &[
            "--in-place",
            "--baseline=skip",
            "--no-shuffle",
            "--colors=never",
            // No limit for building: a build that is slow is nothing that a test has noticed.
            "--test-tool=nextest",
            "--timeout=300",
        ],
    );
    planting.args(words).arg("--output").arg(output);
    planting
        .env("TOUCHSTONE_TEST_POSTGRES", &postgres.url)
        // The first test that notices is enough.
        .env("NEXTEST_PROFILE", "mutants");
    // Ends with failure when a mutant was missed; the share of all decides, not the first miss.
    process::watch(&mut planting)?;
    let written = output.join("mutants.out/outcomes.json");
    let text = fs::read_to_string(&written).with_context(|| written.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

/// The names of the mutants that no test noticed.
fn missed(outcomes: &Value) -> Vec<String> {
    let all = outcomes["outcomes"].as_array().into_iter().flatten();
    all.filter(|outcome| outcome["summary"] == "MissedMutant")
        .filter_map(|outcome| outcome["scenario"]["Mutant"]["name"].as_str())
        .map(str::to_owned)
        .collect()
}

/// The outcomes of these mutants alone.
fn only(mut outcomes: Value, names: &[String]) -> Value {
    if let Some(all) = outcomes["outcomes"].as_array_mut() {
        all.retain(|outcome| {
            let name = outcome["scenario"]["Mutant"]["name"].as_str();
            name.is_some_and(|name| names.iter().any(|one| one == name))
        });
    }
    outcomes
}

/// A regular expression for exactly this text.
fn exactly(text: &str) -> String {
    let mut out = String::from("^");
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('$');
    out
}

/// Every test of the packages holds while nothing is planted; asked once, not for each part.
fn sound(copy: &Path, postgres: &Postgres) -> Result<()> {
    static SOUND: OnceLock<()> = OnceLock::new();
    if SOUND.get().is_some() {
        return Ok(());
    }
    for package in PACKAGES.iter().chain(&OUTER) {
        let mut tests = cargo(copy);
        tests.args(["nextest", "run", "--package", package]);
        process::run(tests.env("TOUCHSTONE_TEST_POSTGRES", &postgres.url))
            .with_context(|| format!("{package} fails before anything is planted"))?;
    }
    SOUND.get_or_init(|| ());
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

/// The commit as it stands, in a folder of its own, with the vectors beside it and the verifiers of others that tests ask.
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
    let verifiers = copy.join("interop/node_modules");
    if !verifiers.exists() {
        std::os::unix::fs::symlink(root.join("interop/node_modules").canonicalize()?, verifiers)?;
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
    fn what_was_missed_is_named_to_the_letter() {
        let outcome = |summary: &str, name: &str| serde_json::json!({"summary": summary, "scenario": {"Mutant": {"name": name}}});
        let outcomes = serde_json::json!({"outcomes": [
            {"summary": "Success", "scenario": "Baseline"},
            outcome("CaughtMutant", "a.rs:1:2: replace a"),
            outcome("MissedMutant", "b.rs:3:4: replace * with + in <f>"),
        ]});
        let names = missed(&outcomes);
        assert_eq!(names, ["b.rs:3:4: replace * with + in <f>"]);
        let same = only(outcomes, &names);
        assert_eq!(same["outcomes"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            exactly(&names[0]),
            r"^b\.rs:3:4: replace \* with \+ in <f>$"
        );
    }

    #[test]
    fn an_empty_part_fails() {
        assert!(count(&serde_json::json!({"caught": 0, "missed": 0, "unviable": 0})).is_err());
    }
}
