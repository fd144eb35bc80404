//! Benchmarks: what one operation costs, beside a floor that no implementation can go below.
//!
//! `touchstone-bench [issue|verify|cohort] [--in FILE] [--seconds S]`; without a name, all of them. (`fuzz --seed N
//! --count N` hunts instead of measuring.) Figures are per second
//! of processor time, one name and one number per line. Operation and floor are measured in turn in the same run, so
//! that a machine which slows down slows both.

mod cohort;
mod cpu;
mod fuzz;
mod issue;
mod sample;
mod verify;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// What the command line asks for.
struct Order {
    names: Vec<String>,
    input: Option<PathBuf>,
    seconds: f64,
    seed: u64,
    count: u64,
}

fn main() -> Result<()> {
    let order = read(std::env::args().skip(1))?;
    for name in &order.names {
        match name.as_str() {
            "issue" => issue::run(&sample::unsigned(order.input.as_deref())?, order.seconds)?,
            "verify" => verify::run(&sample::unsigned(order.input.as_deref())?, order.seconds)?,
            "cohort" => cohort::run(order.input.as_deref())?,
            "fuzz" => fuzz::run(
                &sample::unsigned(order.input.as_deref())?,
                order.seed,
                order.count,
            )?,
            other => bail!("no benchmark called {other}; there are issue, verify, cohort and fuzz"),
        }
    }
    Ok(())
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Order> {
    let mut order = Order {
        names: Vec::new(),
        input: None,
        seconds: 10.0,
        seed: 0,
        count: 10_000,
    };
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--in" => order.input = Some(value()?.into()),
            "--seconds" => order.seconds = value()?.parse().context("--seconds takes a number")?,
            "--seed" => order.seed = value()?.parse().context("--seed takes a number")?,
            "--count" => order.count = value()?.parse().context("--count takes a number")?,
            option if option.starts_with('-') => {
                bail!("no option {option}; there are --in, --seconds, --seed and --count")
            }
            _ => order.names.push(word),
        }
    }
    if order.names.is_empty() {
        order.names = ["issue", "verify", "cohort"].map(str::to_owned).to_vec();
    }
    Ok(order)
}
