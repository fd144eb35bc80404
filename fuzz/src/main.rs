//! `touchstone-fuzz run TARGET|all --seed S --count N`: breaks the seeds of a target in a way that the seed decides. With
//! `--seconds T` it goes on for so many seconds of the processor's time instead, from number to number.
//!
//! `touchstone-fuzz try TARGET FILE…` tries inputs that were found; `touchstone-fuzz list` names the targets and what each of them
//! claims. An input that breaks a promise is written to `target/fuzz/found` and ends the run with an error.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use touchstone_fuzz::random::Random;
use touchstone_fuzz::{TARGETS, Target, mutate, target};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", name, "--seed", seed, how, much] => {
            let seed = seed.parse().context("--seed")?;
            let much = much.parse().with_context(|| (*how).to_owned())?;
            let until = match *how {
                "--count" => Until::Count(much),
                "--seconds" => Until::Spent(Duration::from_secs(much)),
                other => bail!("no option {other}; there are --count and --seconds"),
            };
            limit_memory()?;
            match *name {
                "all" => TARGETS
                    .iter()
                    .try_for_each(|target| run(target, seed, until)),
                name => run(named(name)?, seed, until),
            }
        }
        ["try", name, files @ ..] => files.iter().try_for_each(|file| {
            let input = fs::read(file).with_context(|| (*file).to_owned())?;
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
        Resource::As,
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

fn run(target: &Target, seed: u64, until: Until) -> Result<()> {
    let started = processor_time();
    let seeds = (target.seeds)();
    for input in &seeds {
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
        attempt(target, &mutate::broken(&mut random, &seeds[at], &seeds))?;
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
    let kept = keep(target, input)?;
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

fn keep(target: &Target, input: &[u8]) -> Result<PathBuf> {
    let folder = PathBuf::from("target/fuzz/found");
    fs::create_dir_all(&folder)?;
    let digest = (touchstone_vc::crypto::rust::CRYPTO.sha256)(input);
    let file = folder.join(format!(
        "{}-{:02x}{:02x}{:02x}{:02x}",
        target.name, digest[0], digest[1], digest[2], digest[3]
    ));
    fs::write(&file, input)?;
    Ok(file)
}

/// Of address space, for the whole run.
const MOST_MEMORY: u64 = 4 << 30;
/// Of the processor's time, for one input, without optimisation.
const LONGEST: Duration = Duration::from_secs(10);
