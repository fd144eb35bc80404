//! Processor time, and measuring by it.

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

/// Runs `operation` and `floor` in turn for `seconds` of processor time each, and prints both rates and their ratio.
pub(crate) fn compare(name: &str, seconds: f64, operation: impl FnMut(), floor: impl FnMut()) {
    compare_each(name, seconds, 1, operation, floor);
}

/// The same where one run does `times` operations.
pub(crate) fn compare_each(
    name: &str,
    seconds: f64,
    times: u64,
    mut operation: impl FnMut(),
    mut floor: impl FnMut(),
) {
    let (mut ops, mut floors) = (Rate::default(), Rate::default());
    while ops.seconds < seconds {
        ops.add(times, &mut operation);
        floors.add(times, &mut floor);
    }
    println!("{name}");
    println!("ops_per_s {:.0}", ops.per_second());
    println!("floor_ops_per_s {:.0}", floors.per_second());
    println!("ratio {:.3}", ops.per_second() / floors.per_second());
}

/// Something that can be run again and again, with a name.
pub(crate) type Named<'f> = (&'static str, Box<dyn FnMut() + 'f>);

/// The one of two ways to do the same that takes less time here.
pub(crate) fn faster<'f>(mut one: Named<'f>, mut two: Named<'f>) -> Named<'f> {
    let (mut first, mut second) = (Rate::default(), Rate::default());
    for _ in 0..TRIALS {
        first.add(1, &mut one.1);
        second.add(1, &mut two.1);
    }
    if first.per_second() >= second.per_second() {
        one
    } else {
        two
    }
}

/// Processor time per run of `work`, in seconds.
pub(crate) fn seconds_each(mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut runs = 0_u32;
    let start = process_seconds();
    loop {
        work()?;
        runs += 1;
        let spent = process_seconds() - start;
        if spent >= SLICE {
            return Ok(spent / f64::from(runs));
        }
    }
}

/// How often something ran in how much processor time.
#[derive(Default)]
struct Rate {
    runs: u64,
    seconds: f64,
}

impl Rate {
    /// A tenth of a second more, or one run if that takes longer. Each run counts for `times`.
    fn add(&mut self, times: u64, work: &mut impl FnMut()) {
        let start = process_seconds();
        let runs = BETWEEN_READINGS.div_ceil(times);
        loop {
            for _ in 0..runs {
                work();
            }
            self.runs += runs * times;
            let spent = process_seconds() - start;
            if spent >= SLICE {
                self.seconds += spent;
                return;
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
const BETWEEN_READINGS: u64 = 16;
/// Slices that decide between two ways.
const TRIALS: u32 = 3;

/// Processor time of this process, of all its threads.
pub(crate) fn process_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
