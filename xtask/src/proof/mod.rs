//! `cargo xtask proof AREA`: proofs that take too long for every commit.
//!
//! A proof is a number of rounds, each decided by its seed alone. A finished round is noted in `proof/state/` at once,
//! so a stopped proof goes on where it was. When all rounds are done, `proof/AREA.json` says with which commit and
//! command, how many rounds, and what was counted. CI runs the first rounds of each area as a sample.

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

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::process;
use crate::test::Count;

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

impl Round {
    /// The number of the round, and the seed of everything random in it.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }
}

/// What decides a round.
pub(crate) struct Round {
    /// The number of the round, and the seed of everything random in it.
    seed: u64,
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
    },
    Area {
        name: "fuzz",
        command: "cargo xtask proof fuzz",
        rounds: fuzz::ROUNDS,
        round: fuzz::round,
        enough: fuzz::enough,
    },
    Area {
        name: "kill",
        command: "cargo xtask proof kill",
        rounds: 3,
        round: kill::round,
        enough: kill::enough,
    },
    Area {
        name: "diskfull",
        command: "cargo xtask proof diskfull",
        rounds: 1,
        round: diskfull::round,
        enough: |_| Ok(()),
    },
    Area {
        name: "load",
        command: "cargo xtask proof load",
        rounds: 1,
        round: load::round,
        enough: load::enough,
    },
    Area {
        name: "powerloss",
        command: "cargo xtask proof powerloss",
        rounds: 2,
        round: powerloss::round,
        enough: powerloss::enough,
    },
    Area {
        name: "sequencer",
        command: "cargo xtask proof sequencer",
        rounds: 3,
        round: sequencer::round,
        enough: sequencer::enough,
    },
    Area {
        name: "workers",
        command: "cargo xtask proof workers",
        rounds: 3,
        round: workers::round,
        enough: |_| Ok(()),
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

/// CI's sample: the first round of every proof, in small.
pub(crate) fn samples() -> Result<Count> {
    let mut broken = 0;
    for area in &AREAS {
        match area.run(&SAMPLE) {
            Ok(figures) => eprintln!("proof {}: {figures:?}", area.name),
            Err(error) => {
                eprintln!("FAILED proof {}: {error:#}", area.name);
                broken += 1;
            }
        }
    }
    Ok(Count {
        what: format!("{} sampled proofs", AREAS.len()),
        failed: broken,
    })
}

fn names() -> String {
    let names: Vec<&str> = AREAS.iter().map(|area| area.name).collect();
    names.join(", ")
}

/// How far a proof has come, for the commit it runs at.
struct State {
    file: PathBuf,
    commit: String,
    done: u64,
    figures: Figures,
}

impl State {
    /// Goes on only on the same commit: rounds of different code do not add up.
    fn load(area: &Area) -> Result<Self> {
        let folder = process::root()?.join("proof/state");
        fs::create_dir_all(&folder)?;
        let mut fresh = Self {
            file: folder.join(format!("{}.json", area.name)),
            commit: commit()?,
            done: 0,
            figures: Figures::new(),
        };
        let Ok(text) = fs::read_to_string(&fresh.file) else {
            return Ok(fresh);
        };
        let noted: Value = serde_json::from_str(&text).context("reading the proof's state")?;
        if noted["commit"] == fresh.commit.as_str() {
            fresh.done = noted["done"].as_u64().unwrap_or(0);
            fresh.figures = read_figures(&noted["figures"]);
        }
        Ok(fresh)
    }

    fn note(&mut self, figures: &Figures) -> Result<()> {
        self.done += 1;
        add(&mut self.figures, figures);
        let state = json!({"commit": self.commit, "done": self.done, "figures": self.figures});
        // Written beside and moved into place: a kill leaves the old state or the new one.
        let beside = self.file.with_extension("new");
        fs::write(&beside, state.to_string())?;
        Ok(fs::rename(beside, &self.file)?)
    }

    fn publish(&self, area: &Area) -> Result<()> {
        (area.enough)(&self.figures)?;
        let proof = json!({
            "area": area.name,
            "command": area.command,
            "commit": self.commit,
            "rounds": self.done,
            "figures": self.figures,
        });
        let file = process::root()?.join(format!("proof/{}.json", area.name));
        fs::write(&file, format!("{proof:#}\n"))?;
        println!(
            "proof {}: {} rounds held; {}",
            area.name,
            self.done,
            file.display()
        );
        Ok(())
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
pub(crate) const CHANGES: [&str; 5] =
    ["status", "--porcelain", "--", ".", ":(exclude)proof/*.json"];

/// The commit, and whether the tree differs from it.
fn commit() -> Result<String> {
    let head = process::output(&mut process::program("git", &["rev-parse", "HEAD"])?)?;
    let changes = process::output(&mut process::program("git", &CHANGES)?)?;
    let dirty = if changes.is_empty() {
        ""
    } else {
        " with changes"
    };
    Ok(format!("{}{dirty}", head.trim()))
}
