//! `cargo xtask proof AREA`: proofs that take too long for every commit.
//!
//! A proof is a number of rounds, each decided by its seed alone. A finished round is noted in `proof/state/` at once,
//! so a stopped proof goes on where it was. When all rounds are done, `proof/AREA.json` says with which commit and
//! command, how many rounds, and what was counted. CI runs the first rounds of each area as a sample.
//!
//! Where each round looks at something else, rounds of several commits add up: what takes longer than a machine can be had
//! is noted in `proof/AREA.json` itself, and goes on elsewhere from there.

mod cohort;
mod differential;
mod diskfull;
mod fuzz;
mod kill;
mod load;
mod look;
mod powerloss;
mod seeded;
mod sequencer;
mod workers;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::test::Count;
use crate::{process, program};

/// One proof.
pub(crate) struct Area {
    pub(crate) name: &'static str,
    /// What to type.
    pub(crate) command: &'static str,
    /// Rounds of the whole proof.
    pub(crate) rounds: u64,
    /// Runs one round and gives what it counted; an error is a broken promise.
    pub(crate) round: fn(&Round) -> Result<Figures>,
    /// Whether all rounds together are the proof that was wanted.
    pub(crate) enough: fn(&Figures) -> Result<()>,
    /// Whether rounds of different commits add up, because each looks at something else.
    pub(crate) adds_up: bool,
    /// Whether it waits most of its time, for leases, clocks and disks: CI runs such beside those that reckon.
    pub(crate) waits: bool,
}

impl Area {
    /// Runs one round. A round that counted nothing looked at nothing.
    fn run(&self, round: &Round) -> Result<Figures> {
        let figures = (self.round)(round)?;
        if figures.values().all(|figure| *figure == 0) {
            bail!("{} counted nothing", self.name);
        }
        Ok(figures)
    }
}

/// What decides a round.
pub(crate) struct Round {
    /// The number of the round, and the seed of everything random in it.
    pub(crate) seed: u64,
    /// Whether it is CI's sample: the same in small.
    sample: bool,
}

/// What CI runs: the first round, in small.
const SAMPLE: Round = Round {
    seed: 0,
    sample: true,
};

/// What rounds counted, by name; summed over rounds.
pub(crate) type Figures = BTreeMap<String, u64>;

const AREAS: [Area; 8] = [
    Area {
        name: "differential",
        command: "cargo xtask proof differential",
        rounds: differential::ROUNDS,
        round: differential::round,
        enough: differential::enough,
        adds_up: true,
        waits: false,
    },
    Area {
        name: "fuzz",
        command: "cargo xtask proof fuzz",
        rounds: fuzz::ROUNDS,
        round: fuzz::round,
        enough: fuzz::enough,
        adds_up: true,
        waits: false,
    },
    Area {
        name: "kill",
        command: "cargo xtask proof kill",
        rounds: 3,
        round: kill::round,
        enough: kill::enough,
        adds_up: false,
        waits: true,
    },
    Area {
        name: "diskfull",
        command: "cargo xtask proof diskfull",
        rounds: 1,
        round: diskfull::round,
        enough: |_| Ok(()),
        adds_up: false,
        waits: true,
    },
    Area {
        name: "load",
        command: "cargo xtask proof load",
        rounds: 1,
        round: load::round,
        enough: load::enough,
        adds_up: false,
        waits: false,
    },
    Area {
        name: "powerloss",
        command: "cargo xtask proof powerloss",
        rounds: 2,
        round: powerloss::round,
        enough: powerloss::enough,
        adds_up: false,
        waits: true,
    },
    Area {
        name: "sequencer",
        command: "cargo xtask proof sequencer",
        rounds: 3,
        round: sequencer::round,
        enough: sequencer::enough,
        adds_up: false,
        waits: true,
    },
    Area {
        name: "workers",
        command: "cargo xtask proof workers",
        rounds: 3,
        round: workers::round,
        enough: |_| Ok(()),
        adds_up: false,
        waits: true,
    },
];

/// Runs one proof to its end, or goes on with it.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (name, sample) = match arguments {
        [name] => (name, false),
        [name, "--sample"] => (name, true),
        _ => bail!(
            "usage: cargo xtask proof AREA [--sample], where AREA is one of: {}",
            names()
        ),
    };
    let area = AREAS
        .iter()
        .find(|area| area.name == *name)
        .with_context(|| format!("no proof called {name}; there are: {}", names()))?;
    if sample {
        println!("proof {name}: {:?}", area.run(&SAMPLE)?);
        return Ok(());
    }
    to_the_end(area)
}

/// Runs what is left of a proof, and publishes what was counted.
pub(crate) fn to_the_end(area: &Area) -> Result<()> {
    let name = area.name;
    let mut state = State::load(area)?;
    while state.done < area.rounds {
        let seed = state.done;
        let round = Round {
            seed,
            sample: false,
        };
        let figures = area.run(&round).with_context(|| format!("round {seed}"))?;
        state.note(&figures)?;
        eprintln!("proof {name}: {} of {} rounds", state.done, area.rounds);
    }
    state.publish(area)
}

/// Whether what is noted of a proof is enough, so far.
pub(crate) fn is_enough(area: &Area) -> Result<()> {
    (area.enough)(&read_figures(&noted(area)?.1["figures"]))
}

/// Counts anew what a round counted otherwise: each of `figures` more, and one fewer of what it was counted as.
pub(crate) fn correct(area: &Area, figures: &Figures, instead_of: &str) -> Result<()> {
    let (file, mut noted) = noted(area)?;
    let mut counted = read_figures(&noted["figures"]);
    add(&mut counted, figures);
    let other = counted.entry(instead_of.to_owned()).or_default();
    *other = other
        .checked_sub(1)
        .context("nothing is left that could be counted otherwise")?;
    noted["figures"] = json!(counted);
    let beside = file.with_extension("new");
    fs::write(&beside, format!("{noted:#}\n"))?;
    Ok(fs::rename(beside, &file)?)
}

/// What is noted of a proof that adds up, and where.
fn noted(area: &Area) -> Result<(PathBuf, Value)> {
    let file = process::root()?.join(format!("proof/{}.json", area.name));
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let noted = serde_json::from_str(&text).context("reading the proof's state")?;
    Ok((file, noted))
}

/// CI's sample: the first round of every proof, in small; those that wait beside those that reckon.
pub(crate) fn samples() -> Result<Count> {
    // Built once, and not by one while another waits for it.
    program::every_one()?;
    let broken = std::thread::scope(|scope| {
        let lanes = [true, false].map(|waits| {
            let lane = AREAS.iter().filter(move |area| area.waits == waits);
            scope.spawn(move || lane.filter(|area| !sampled(area)).count())
        });
        let broken = lanes.map(|lane| lane.join().unwrap_or(AREAS.len()));
        broken.into_iter().sum::<usize>()
    });
    Ok(Count {
        what: format!("{} sampled proofs", AREAS.len()),
        failed: broken as u64,
    })
}

/// Runs CI's sample of a proof, and says what it came to.
fn sampled(area: &Area) -> bool {
    let started = Instant::now();
    let came_to = area.run(&SAMPLE);
    let seconds = started.elapsed().as_secs();
    match &came_to {
        Ok(figures) => eprintln!("proof {} in {seconds} s: {figures:?}", area.name),
        Err(error) => eprintln!("FAILED proof {} in {seconds} s: {error:#}", area.name),
    }
    came_to.is_ok()
}

fn names() -> String {
    let names: Vec<&str> = AREAS.iter().map(|area| area.name).collect();
    names.join(", ")
}

/// How far a proof has come.
struct State {
    file: PathBuf,
    of: u64,
    command: &'static str,
    commit: String,
    done: u64,
    /// How many rounds each commit has run.
    commits: Figures,
    figures: Figures,
}

impl State {
    /// Goes on only on the same commit, unless rounds add up: others of different code do not.
    fn load(area: &Area) -> Result<Self> {
        let proofs = process::root()?.join("proof");
        let folder = if area.adds_up {
            proofs
        } else {
            proofs.join("state")
        };
        fs::create_dir_all(&folder)?;
        let commit = commit()?;
        ensure!(
            !(area.adds_up && commit.ends_with(CHANGED)),
            "what is counted is counted for a commit: commit first"
        );
        let fresh = Self {
            file: folder.join(format!("{}.json", area.name)),
            of: area.rounds,
            command: area.command,
            commit,
            done: 0,
            commits: Figures::new(),
            figures: Figures::new(),
        };
        let Ok(text) = fs::read_to_string(&fresh.file) else {
            return Ok(fresh);
        };
        let noted: Value = serde_json::from_str(&text).context("reading the proof's state")?;
        Ok(fresh.go_on(&noted, area.adds_up))
    }

    /// From what is noted, unless that is of other code, or a proof that has ended: then from the beginning.
    fn go_on(mut self, noted: &Value, adds_up: bool) -> Self {
        let done = noted["rounds"].as_u64().unwrap_or(0);
        let commits = read_figures(&noted["commits"]);
        if done < self.of && (adds_up || commits.keys().eq([&self.commit])) {
            self.done = done;
            self.commits = commits;
            self.figures = read_figures(&noted["figures"]);
        }
        self
    }

    fn note(&mut self, figures: &Figures) -> Result<()> {
        self.done += 1;
        *self.commits.entry(self.commit.clone()).or_default() += 1;
        add(&mut self.figures, figures);
        // Written beside and moved into place: a kill leaves the old state or the new one.
        let beside = self.file.with_extension("new");
        fs::write(&beside, self.written())?;
        Ok(fs::rename(beside, &self.file)?)
    }

    fn publish(&self, area: &Area) -> Result<()> {
        (area.enough)(&self.figures)?;
        let file = process::root()?.join(format!("proof/{}.json", area.name));
        fs::write(&file, self.written())?;
        println!(
            "proof {}: {} rounds held; {}",
            area.name,
            self.done,
            file.display()
        );
        Ok(())
    }

    fn written(&self) -> String {
        let state = json!({
            "command": self.command,
            "commits": self.commits,
            "rounds": self.done,
            "of": self.of,
            "figures": self.figures,
        });
        format!("{state:#}\n")
    }
}

/// Adds what another round counted.
fn add(sum: &mut Figures, figures: &Figures) {
    for (name, figure) in figures {
        *sum.entry(name.clone()).or_default() += figure;
    }
}

fn read_figures(value: &Value) -> Figures {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .filter_map(|(name, figure)| Some((name.clone(), figure.as_u64()?)))
        .collect()
}

/// What differs from the commit. What an earlier proof has counted is not code.
pub(crate) const CHANGES: [&str; 5] = ["status", "--porcelain", "--", ".", ":(exclude)proof"];

/// What the name of a commit ends with that the tree differs from.
const CHANGED: &str = " with changes";

/// The commit, and whether the tree differs from it.
fn commit() -> Result<String> {
    let head = process::output(&mut process::program("git", &["rev-parse", "HEAD"])?)?;
    let changes = process::output(&mut process::program("git", &CHANGES)?)?;
    let dirty = if changes.is_empty() { "" } else { CHANGED };
    Ok(format!("{}{dirty}", head.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(commit: &str) -> State {
        State {
            file: PathBuf::new(),
            of: 20,
            command: "cargo xtask proof sample",
            commit: commit.to_owned(),
            done: 0,
            commits: Figures::new(),
            figures: Figures::new(),
        }
    }

    fn noted(rounds: u64) -> Value {
        json!({"commits": {"old": rounds}, "rounds": rounds, "figures": {"caught": 7}})
    }

    #[test]
    fn rounds_of_other_code_add_up_only_where_each_looks_at_something_else() {
        assert_eq!(state("new").go_on(&noted(9), true).done, 9);
        assert_eq!(state("new").go_on(&noted(9), false).done, 0);
        assert_eq!(state("old").go_on(&noted(9), false).done, 9);
    }

    #[test]
    fn what_was_counted_names_each_commit_with_its_rounds() {
        let mut state = state("new").go_on(&noted(9), true);
        state.done += 1;
        *state.commits.entry("new".to_owned()).or_default() += 1;
        let written: Value = serde_json::from_str(&state.written()).unwrap();
        assert_eq!(written["commits"], json!({"new": 1, "old": 9}));
        assert_eq!(
            (&written["rounds"], &written["of"]),
            (&json!(10), &json!(20))
        );
    }

    #[test]
    fn a_proof_that_has_ended_begins_anew() {
        let again = state("old").go_on(&noted(20), true);
        assert_eq!((again.done, again.figures.len()), (0, 0));
    }
}
