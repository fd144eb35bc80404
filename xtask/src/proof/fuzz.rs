//! Broken input: no parser panics, hangs or takes all memory, and what nobody signed does not verify.
//!
//! `fuzz/` breaks the seeds of every target. A round of the whole proof is one minute of the processor's time for each of two targets, at
//! the same time, in turn: stopping it loses two minutes at most. An input that breaks a promise, hangs or takes too much memory lies in
//! `target/fuzz/found`.

use std::{process::Command, thread};

use anyhow::{Context, Result, ensure};

use super::{Figures, Round};
use crate::{process, program};

/// Rounds of the whole proof.
pub(super) const ROUNDS: u64 = (TARGETS * MINUTES).div_ceil(AT_ONCE);

/// Breaks a few inputs of every target, or those of two targets for a minute each.
pub(super) fn round(round: &Round) -> Result<Figures> {
    if round.sample {
        let mut all = Command::new(program::every_one()?.join("touchstone-fuzz"));
        all.args(["run", "all", "--seed", "0", "--count", SAMPLE]);
        return read(&process::output(&mut all)?);
    }
    let listed = fuzz(&["list"])?;
    let names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    ensure!(
        names.len() as u64 == TARGETS,
        "{} targets, and this counts on {TARGETS}: change `TARGETS` in xtask/src/proof/fuzz.rs",
        names.len()
    );
    // What `list` has built is not built again by both.
    let minutes = round.seed * AT_ONCE..(TARGETS * MINUTES).min((round.seed + 1) * AT_ONCE);
    let counted = thread::scope(|scope| {
        let names = &names;
        let running: Vec<_> = minutes
            .map(|number| scope.spawn(move || minute(names[(number % TARGETS) as usize], number)))
            .collect();
        let ended = running.into_iter().map(|one| {
            one.join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("a run died")))
        });
        ended.collect::<Vec<_>>()
    });
    let mut figures = Figures::new();
    for one in counted {
        figures.extend(one?);
    }
    Ok(figures)
}

/// Breaks the seeds of one target for a minute.
fn minute(name: &str, number: u64) -> Result<Figures> {
    let seed = number.to_string();
    let mut figures = read(&fuzz(&["run", name, "--seed", &seed, "--seconds", "60"])?)?;
    figures.insert(format!("seconds_{name}"), 60);
    Ok(figures)
}

/// Every target had its ten minutes.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    let times: Vec<_> = figures
        .iter()
        .filter(|(name, _)| name.starts_with("seconds_"))
        .collect();
    ensure!(
        times.len() as u64 == TARGETS,
        "{} of {TARGETS} targets were run",
        times.len()
    );
    for (name, seconds) in times {
        ensure!(*seconds >= MINUTES * 60, "{name}: only {seconds}");
    }
    Ok(())
}

fn fuzz(arguments: &[&str]) -> Result<String> {
    let mut command = process::cargo(&["run", "--quiet", "--locked", "--release"])?;
    command.args(["--package", "touchstone-fuzz", "--"]);
    process::output_within(process::HOURS, command.args(arguments))
}

fn read(printed: &str) -> Result<Figures> {
    let figures = printed.lines().filter_map(|line| line.split_once(' '));
    figures
        .map(|(name, figure)| {
            let figure = figure.parse().with_context(|| name.to_owned())?;
            Ok((format!("executed_{name}"), figure))
        })
        .collect()
}

/// Targets of `fuzz/`.
const TARGETS: u64 = 44;
/// For each target.
const MINUTES: u64 = 10;
/// Targets that are run at the same time.
const AT_ONCE: u64 = 2;
/// Broken inputs for each target, beside its seeds as they are.
const SAMPLE: &str = "300";
