//! Processor time, and measuring by it.

use std::fs;

use anyhow::{Context, Result};

/// Runs `operation` and `floor` in turn for `seconds` of processor time each, and prints both rates and their ratio.
pub(crate) fn compare(
    name: &str,
    seconds: f64,
    mut operation: impl FnMut(),
    mut floor: impl FnMut(),
) -> Result<()> {
    let (mut ops, mut floors) = (Rate::default(), Rate::default());
    while ops.seconds < seconds {
        ops.add(&mut operation)?;
        floors.add(&mut floor)?;
    }
    println!("{name}");
    println!("ops_per_s {:.0}", ops.per_second());
    println!("floor_ops_per_s {:.0}", floors.per_second());
    println!("ratio {:.3}", ops.per_second() / floors.per_second());
    Ok(())
}

/// How often something ran in how much processor time.
#[derive(Default)]
struct Rate {
    runs: u64,
    seconds: f64,
}

impl Rate {
    /// A tenth of a second more.
    fn add(&mut self, work: &mut impl FnMut()) -> Result<()> {
        let start = thread_seconds()?;
        loop {
            for _ in 0..BETWEEN_READINGS {
                work();
            }
            self.runs += BETWEEN_READINGS;
            let spent = thread_seconds()? - start;
            if spent >= SLICE {
                self.seconds += spent;
                return Ok(());
            }
        }
    }

    fn per_second(&self) -> f64 {
        self.runs as f64 / self.seconds
    }
}

/// Seconds of a slice: short enough that both see the same machine.
const SLICE: f64 = 0.1;
/// Runs between two readings of the time, which costs as much as a cheap operation.
const BETWEEN_READINGS: u64 = 64;

/// Processor time of this thread.
fn thread_seconds() -> Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")
        .context("the kernel's account of this thread")?;
    let nanoseconds: f64 = text
        .split(' ')
        .next()
        .unwrap_or("")
        .parse()
        .context("schedstat")?;
    Ok(nanoseconds / 1e9)
}
