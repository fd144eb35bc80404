//! `kill -9` while a list is being issued, in every state of the batch and at random moments; started again each time.
//!
//! A kill counts for the state in which it left the batch, read from the database afterwards by somebody else.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::cohort::{Running, Site};
use super::look::{Database, Phase, Progress, Watch};
use super::seeded::Seeded;
use super::{Figures, Round, add};
use crate::program::{self, Scratch};

/// Several lists, side by side in installations of their own: most of the time passes waiting for the leases of the killed.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let binary = program::build()?;
    let (lanes, size) = if round.sample {
        (1, SAMPLE)
    } else {
        (LANES, WHOLE)
    };
    std::thread::scope(|scope| {
        let seeds = (0..lanes).map(|lane| round.seed * lanes + lane);
        let running: Vec<_> = seeds
            .map(|seed| {
                (
                    seed,
                    scope.spawn({
                        let (binary, size) = (&binary, &size);
                        move || batch(binary, seed, size)
                    }),
                )
            })
            .collect();
        let mut figures = Figures::new();
        for (seed, lane) in running {
            let lane = lane.join().map_err(|_| anyhow::anyhow!("a lane died"))?;
            add(&mut figures, &lane.with_context(|| format!("list {seed}"))?);
        }
        Ok(figures)
    })
}

/// Whether the whole proof killed often enough.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    let counted = |name: &str| figures.get(name).copied().unwrap_or(0);
    for phase in Phase::ALL {
        let kills = counted(&phase.figure());
        ensure!(
            kills >= 5,
            "only {kills} kills fell into {phase:?}; 5 are wanted"
        );
    }
    let kills = counted(AT_RANDOM);
    ensure!(
        kills >= 100,
        "only {kills} kills at random moments; 100 are wanted"
    );
    Ok(())
}

/// How much is done with one list.
struct Size {
    people: u64,
    phases: &'static [Phase],
    at_random: u64,
    verified: u64,
}

/// When to kill.
enum Aim {
    /// As soon as the batch is seen in this phase.
    Phase(Phase),
    /// When so many steps are taken, at a random moment of the next.
    Random(u64),
}

/// Issues one list, killed again and again.
fn batch(binary: &Path, seed: u64, size: &Size) -> Result<Figures> {
    let scratch = Scratch::new(&format!("kill-{seed}"))?;
    let site = Site::make(binary, scratch.path(), None)?;
    let list = site.list(0..size.people)?;
    let mut seeded = Seeded::new(seed);
    let mut figures = Figures::new();
    for aim in plan(size, &mut seeded) {
        let (killed, left) = run_and_kill(&site, &list, &aim, &mut seeded)?;
        if killed {
            let mut count = |name: String| *figures.entry(name).or_default() += 1;
            count("kills".to_owned());
            count(left.phase().figure());
            if matches!(aim, Aim::Random(_)) && left.phase() < Phase::Over {
                count(AT_RANDOM.to_owned());
            }
        }
        if left.phase() == Phase::Over {
            break;
        }
    }
    site.run(&Site::issue(&list))?;
    site.settle()?;
    add(&mut figures, &site.reckon(size.people, size.verified)?);
    *figures.entry("lists".to_owned()).or_default() += 1;
    Ok(figures)
}

/// The kills in the order in which they will fall.
fn plan(size: &Size, seeded: &mut Seeded) -> Vec<Aim> {
    let people = size.people;
    let mut aims: Vec<(u64, Aim)> = size
        .phases
        .iter()
        .map(|phase| {
            let begins = match phase {
                Phase::Unread | Phase::Draft => 0,
                Phase::Validated => people,
                Phase::Reserving => people + 1,
                Phase::Approved => 2 * people,
                Phase::Sealing => 2 * people + 1,
                Phase::Delivering | Phase::Over => 3 * people,
            };
            (begins, Aim::Phase(*phase))
        })
        .collect();
    for _ in 0..size.at_random {
        let steps = seeded.below(3 * people + people / 200);
        aims.push((steps, Aim::Random(steps)));
    }
    aims.sort_by_key(|(steps, _)| *steps);
    aims.into_iter().map(|(_, aim)| aim).collect()
}

/// Starts the binary where the batch stands and kills it as aimed; `false` if it came to its end before.
fn run_and_kill(
    site: &Site,
    list: &str,
    aim: &Aim,
    seeded: &mut Seeded,
) -> Result<(bool, Progress)> {
    let Database::Sqlite(file) = &site.database else {
        bail!("kills are watched on SQLite");
    };
    let before = site.database.progress()?.phase();
    let mut running = match before {
        // Issuing is over; what is left is a worker's.
        Phase::Delivering | Phase::Over => site.start(&["work", "--once"])?,
        _ => site.start(&Site::issue(list))?,
    };
    let mut watch = Watch::start(file)?;
    let ended =
        wait_for(site, aim, &mut running, &mut watch, seeded).with_context(|| site.said())?;
    if !ended {
        running.kill()?;
    }
    Ok((!ended, watch.end()?))
}

/// Waits until it is time to kill; `true` if the binary ended by itself before.
fn wait_for(
    site: &Site,
    aim: &Aim,
    running: &mut Running,
    watch: &mut Watch,
    seeded: &mut Seeded,
) -> Result<bool> {
    let began = Instant::now();
    let (mut changes, mut changed_at) = (0_u32, began);
    while began.elapsed() < PATIENCE {
        if let Some(status) = running.0.try_wait()? {
            ensure!(status.success(), "the binary ended by itself with {status}");
            return Ok(true);
        }
        if !watch.changed()? {
            continue;
        }
        changes += 1;
        let step_takes = changed_at.elapsed().clamp(SHORTEST_STEP, LONGEST_STEP);
        changed_at = Instant::now();
        match aim {
            Aim::Phase(phase) if watch.last.phase() >= *phase => return Ok(false),
            // Too short to be met by watching alone.
            Aim::Phase(Phase::Approved) if watch.last.all_reserved() => {
                return step_until_approved(site, running);
            }
            // The first that is seen is what was there before.
            Aim::Random(steps) if changes > 1 && watch.last.steps() >= *steps => {
                let wait = seeded.below(u64::try_from(step_takes.as_millis())?);
                std::thread::sleep(Duration::from_millis(wait));
                return Ok(false);
            }
            _ => {}
        }
    }
    bail!("nothing came of it within {} s", PATIENCE.as_secs())
}

/// Lets the binary run for a moment at a time, and looks while it stands still. `true` if it came to its end meanwhile.
fn step_until_approved(site: &Site, running: &mut Running) -> Result<bool> {
    for _ in 0..MOMENTS {
        if running.0.try_wait()?.is_some() {
            return Ok(true);
        }
        running.signal("STOP")?;
        if site.database.progress()?.phase() >= Phase::Approved {
            return Ok(false);
        }
        running.signal("CONT")?;
        std::thread::sleep(MOMENT);
    }
    bail!("the batch was not approved within {MOMENTS} moments")
}

const AT_RANDOM: &str = "kills_at_random_moments";
const LANES: u64 = 5;
const WHOLE: Size = Size {
    people: 10_000,
    phases: &Phase::ALL,
    at_random: 12,
    verified: 200,
};
const SAMPLE: Size = Size {
    people: 1_200,
    phases: &[Phase::Reserving, Phase::Approved, Phase::Sealing],
    at_random: 1,
    verified: 8,
};
const MOMENT: Duration = Duration::from_millis(3);
const MOMENTS: u32 = 3_000;
const SHORTEST_STEP: Duration = Duration::from_millis(50);
const LONGEST_STEP: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(900);
