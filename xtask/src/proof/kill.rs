//! `kill -9` while a cohort is issued: whatever the moment, the next run finishes it with nothing lost and nothing doubled.
//!
//! Each lane is an installation of its own that is killed once. Lanes run side by side, because the run that goes on has to
//! wait until the dead one's lease has run out.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::seeded::Seeded;
use super::{Figures, Round};
use crate::process;
use crate::program::{self, Scratch};

/// Kills in every lane, then looks at what stands there.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let (rows, lanes) = if round.sample { (300, 3) } else { (10_000, 4) };
    let scratch = Scratch::new("kill")?;
    let csv = scratch.path().join("cohort.csv");
    fs::write(&csv, cohort(rows)?)?;
    let binary = program::build()?;
    let prepared = Lane::new(&binary, scratch.path(), "prepared");
    prepared.found()?;

    let whole = prepared.copy("whole")?;
    let start = Instant::now();
    whole.finish(&csv, rows)?;
    let took = start.elapsed();

    let mut seeded = Seeded::new(round.seed);
    let moments: Vec<Duration> = (0..lanes)
        .map(|_| took.mul_f64(seeded.below(1000) as f64 / 1000.0))
        .collect();
    let (prepared, csv) = (&prepared, &csv);
    let mut figures = Figures::from([("credentials".to_owned(), 0), ("kills".to_owned(), 0)]);
    std::thread::scope(|scope| -> Result<()> {
        let killed: Vec<_> = moments
            .iter()
            .enumerate()
            .map(|(number, moment)| scope.spawn(move || one(prepared, number, csv, rows, *moment)))
            .collect();
        for lane in killed {
            let Ok(state) = lane.join() else {
                bail!("a lane died");
            };
            *figures
                .entry(format!("killed while {}", state?))
                .or_default() += 1;
            *figures.entry("kills".to_owned()).or_default() += 1;
            *figures.entry("credentials".to_owned()).or_default() += rows as u64;
        }
        Ok(())
    })?;
    Ok(figures)
}

/// One installation: issued, killed, finished, looked at. Gives the state in which the kill found the batch.
fn one(
    prepared: &Lane,
    number: usize,
    csv: &Path,
    rows: usize,
    moment: Duration,
) -> Result<String> {
    let lane = prepared.copy(&format!("lane-{number}"))?;
    let mut issue = lane.command(&["issue", "--achievement", ACHIEVEMENT, "--json", "--csv"]);
    let mut issue = issue
        .arg(csv)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    std::thread::sleep(moment);
    issue.kill()?; // SIGKILL: nothing in the process can notice.
    issue.wait()?;
    let state = lane.issue(csv, &["--preview"])?["state"]
        .as_str()
        .context("a state")?
        .to_owned();
    lane.finish(csv, rows)
        .with_context(|| format!("killed after {moment:?}, while {state}"))?;
    Ok(state)
}

/// A data folder and the binary on it.
struct Lane {
    binary: PathBuf,
    scratch: PathBuf,
    data: PathBuf,
}

impl Lane {
    fn new(binary: &Path, scratch: &Path, name: &str) -> Self {
        Self {
            binary: binary.to_owned(),
            scratch: scratch.to_owned(),
            data: scratch.join(name),
        }
    }

    /// An institution with one achievement.
    fn found(&self) -> Result<()> {
        let definition = process::root()?.join(format!(
            "crates/touchstone/sample/achievements/{ACHIEVEMENT}.json"
        ));
        process::output(&mut self.command(&[
            "init",
            "--name",
            "Riverside Polytechnic",
            "--slug",
            "riverside",
            "--email",
            "registrar@riverside.example",
        ]))?;
        process::output(self.command(&["achievement", "import"]).arg(definition))?;
        Ok(())
    }

    fn copy(&self, name: &str) -> Result<Self> {
        let copy = Self::new(&self.binary, &self.scratch, name);
        process::output(Command::new("cp").arg("-a").arg(&self.data).arg(&copy.data))?;
        Ok(copy)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .arg("--local")
            .arg("--data")
            .arg(&self.data);
        command
    }

    fn issue(&self, csv: &Path, more: &[&str]) -> Result<Value> {
        let mut issue = self.command(&["issue", "--achievement", ACHIEVEMENT, "--json", "--csv"]);
        let printed = process::output(issue.arg(csv).args(more))?;
        serde_json::from_str(&printed).context("`issue --json`")
    }

    /// Issues to the end, twice, and checks that each row has one credential and each credential a place of its own.
    fn finish(&self, csv: &Path, rows: usize) -> Result<()> {
        let out = self.data.join("out");
        let issued = self.issue(csv, &["--out", &out.display().to_string()])?;
        let again = self.issue(csv, &[])?;
        for (run, said) in [("first", &issued), ("second", &again)] {
            let credentials = said["credentials"].as_array().map_or(0, Vec::len);
            ensure!(
                said["state"] == "sealed",
                "the {run} run left the batch {}",
                said["state"]
            );
            ensure!(
                credentials == rows,
                "the {run} run knows {credentials} credentials for {rows} rows"
            );
        }
        let list =
            process::output(&mut self.command(&["credential", "list", "--limit", "1", "--json"]))?;
        let list: Value = serde_json::from_str(&list)?;
        ensure!(
            list["total"] == rows,
            "{} credentials stand for {rows} rows",
            list["total"]
        );

        let (mut people, mut places) = (BTreeSet::new(), BTreeSet::new());
        for file in fs::read_dir(&out)? {
            let credential: Value = serde_json::from_slice(&fs::read(file?.path())?)?;
            let status = &credential["credentialStatus"];
            places.insert(format!(
                "{} {}",
                status["statusListCredential"], status["statusListIndex"]
            ));
            let names = credential["credentialSubject"]["identifier"]
                .as_array()
                .into_iter()
                .flatten();
            people.extend(
                names
                    .filter(|name| name["hashed"] == false)
                    .map(|name| name["identityHash"].to_string()),
            );
        }
        ensure!(
            people.len() == rows,
            "{} people for {rows} rows",
            people.len()
        );
        ensure!(
            places.len() == rows,
            "{} places in status lists for {rows} credentials",
            places.len()
        );
        Ok(())
    }
}

/// Names the learner, so that people can be told apart.
const ACHIEVEMENT: &str = "precision-measurement";

fn cohort(rows: usize) -> Result<String> {
    let mut text = String::from("name,email,identifier,level,evidence,assessor,awarded_on\n");
    for number in 0..rows {
        let evidence = format!("https://riverside.example/evidence/{number}.pdf");
        writeln!(
            text,
            "Learner {number},learner{number}@example.org,K-{number},3,{evidence},Marek Dvořák,2026-11-12"
        )?;
    }
    Ok(text)
}
