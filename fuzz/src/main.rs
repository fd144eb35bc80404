//! `touchstone-fuzz run TARGET|all --seed S --count N`: breaks the seeds of a target in a way that the seed decides. With
//! `--seconds T` it goes on for so many seconds of the processor's time instead, from number to number.
//!
//! `touchstone-fuzz try TARGET FILE…` tries inputs that were found; `touchstone-fuzz list` names the targets and what each of them
//! claims. An input that breaks a promise, hangs or takes more memory than it may is written to `target/fuzz/found` and ends the run
//! with an error. So that this holds for every end, each run is a process of its own ([`watch`]).

mod watch;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use touchstone_fuzz::random::Random;
use touchstone_fuzz::{TARGETS, Target, mutate, target};

use crate::watch::{Current, Patience};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", name, "--seed", seed, how, much] => {
            let names: Vec<&str> = match *name {
                "all" => TARGETS.iter().map(|target| target.name).collect(),
                name => vec![named(name)?.name],
            };
            for name in names {
                let mut work = Command::new(std::env::current_exe()?);
                work.args(["work", name, "--seed", seed, how, much]);
                // Writing one takes memory that there may not be.
                work.env("RUST_BACKTRACE", "0");
                print!(
                    "{}",
                    watch::watched(&mut work, name, Path::new(FOUND), PATIENCE)?
                );
            }
            Ok(())
        }
        // What `run` starts.
        ["work", name, "--seed", seed, how, much, current] => {
            let seed = seed.parse().context("--seed")?;
            let much = much.parse().with_context(|| (*how).to_owned())?;
            let until = match *how {
                "--count" => Until::Count(much),
                "--seconds" => Until::Spent(Duration::from_secs(much)),
                other => bail!("no option {other}; there are --count and --seconds"),
            };
            limit_memory()?;
            let mut current = Current::create(Path::new(current))?;
            run(named(name)?, seed, until, &mut current)
        }
        ["try", name, files @ ..] => files.iter().try_for_each(|file| {
            let input = fs::read(file).with_context(|| (*file).to_owned())?;
            limit_memory()?;
            attempt(named(name)?, &input).with_context(|| (*file).to_owned())
        }),
        ["list"] => {
            for target in &TARGETS {
                println!("{} {}", target.name, target.claim);
            }
            Ok(())
        }
        _ => bail!("run TARGET|all --seed S --count N|--seconds T, try TARGET FILE…, or list"),
    }
}

fn named(name: &str) -> Result<&'static Target> {
    target(name).with_context(|| {
        format!(
            "no target {name}; there are: {}",
            TARGETS.map(|target| target.name).join(", ")
        )
    })
}

/// What is asked for beyond that ends the program: no input may cost so much.
fn limit_memory() -> Result<()> {
    let most = Some(MOST_MEMORY);
    setrlimit(
        Resource::Data,
        Rlimit {
            current: most,
            maximum: most,
        },
    )
    .context("limiting memory")
}

/// When a run ends.
#[derive(Clone, Copy)]
enum Until {
    /// After so many broken inputs.
    Count(u64),
    /// After so much of the processor's time.
    Spent(Duration),
}

fn run(target: &Target, seed: u64, until: Until, current: &mut Current) -> Result<()> {
    let started = processor_time();
    let seeds = (target.seeds)();
    for input in &seeds {
        current.set(input)?;
        attempt(target, input)?;
    }
    let mut number = 0;
    loop {
        let goes_on = match until {
            Until::Count(count) => number < count,
            Until::Spent(most) => processor_time().saturating_sub(started) < most,
        };
        if !goes_on {
            break;
        }
        let mut random = Random::new(seed.wrapping_mul(1_000_000_007).wrapping_add(number));
        let at = random.below(seeds.len());
        let input = mutate::broken(&mut random, &seeds[at], &seeds);
        current.set(&input)?;
        attempt(target, &input)?;
        number += 1;
    }
    println!("{} {}", target.name, number + seeds.len() as u64);
    Ok(())
}

/// Tries one input, and keeps it if it breaks a promise.
fn attempt(target: &Target, input: &[u8]) -> Result<()> {
    let started = processor_time();
    let held = catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok();
    let spent = processor_time().saturating_sub(started);
    if held && spent < LONGEST {
        return Ok(());
    }
    let kept = keep(Path::new(FOUND), target.name, input)?;
    ensure!(
        held,
        "{}: a promise is broken by {}",
        target.name,
        kept.display()
    );
    bail!("{}: {spent:?} for {}", target.name, kept.display())
}

/// Of this thread: what else the machine does changes nothing.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

fn keep(folder: &Path, name: &str, input: &[u8]) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let digest = (touchstone_vc::crypto::rust::CRYPTO.sha256)(input);
    let file = folder.join(format!(
        "{name}-{:02x}{:02x}{:02x}{:02x}",
        digest[0], digest[1], digest[2], digest[3]
    ));
    fs::write(&file, input)?;
    Ok(file)
}

/// Of memory that a run writes to, with all seeds and contexts.
const MOST_MEMORY: u64 = 128 << 20;
/// Of the processor's time, for one input, without optimisation.
const LONGEST: Duration = Duration::from_secs(10);
/// From outside: more than a run needs to notice by itself, and for what it cannot notice.
const PATIENCE: Patience = Patience {
    working: Duration::from_secs(20),
    waiting: Duration::from_secs(300),
};
/// Where inputs that break a promise are kept.
const FOUND: &str = "target/fuzz/found";
