//! A lecture hall and more: how long verification pages take while a thousand a second are asked for. `bench/src/load.rs` asks.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::{Figures, Round};
use crate::{process, program};

/// Asks for pages, and reads back what was measured.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let what = if round.sample { "load-sample" } else { "load" };
    let bench = built(round.sample)?.display().to_string();
    let printed = process::output(&mut process::program(&bench, &[what])?)?;
    eprint!("{printed}");
    let mut figures = Figures::new();
    for name in FIGURES {
        let figure = printed
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let figure = figure.with_context(|| format!("no {name} in {printed}"))?;
        let figure = figure.trim().parse().with_context(|| name.to_owned())?;
        figures.insert(name.to_owned(), figure);
    }
    ensure!(figures["not_200"] == 0, "a page was refused: {printed}");
    Ok(figures)
}

/// Both programs by one profile: the measurement, and the server that it measures beside it.
fn built(sample: bool) -> Result<PathBuf> {
    if sample {
        return Ok(program::every_one()?.join("touchstone-bench"));
    }
    let mut build = process::cargo(&["build", "--quiet", "--locked", "--release"])?;
    process::run(build.args(["--package=touchstone-bench", "--package=touchstone"]))?;
    Ok(process::target()?.join("release/touchstone-bench"))
}

/// What was promised: 10,000 links, 1,000 requests a second, the first byte within 10 ms for 99 of 100, a first view of 14 KB.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    let figure = |name: &str| figures.get(name).copied().unwrap_or_default();
    let (asked, answered) = (figure("asked_per_s"), figure("requests_per_s"));
    ensure!(figure("links") == 10_000 && asked == 1_000);
    ensure!(
        answered >= 990,
        "{answered} requests a second were answered, of {asked}"
    );
    ensure!(figure("requests") >= 20_000, "too few requests");
    let (p99, view) = (figure("p99_ttfb_us"), figure("first_view_bytes"));
    ensure!(p99 <= 10_000, "p99 of the first byte: {p99} µs");
    ensure!(view <= 14 * 1_024, "the first view has {view} bytes");
    Ok(())
}

const FIGURES: [&str; 14] = [
    "links",
    "requests",
    "asked_per_s",
    "requests_per_s",
    "not_200",
    "first_view_bytes",
    "server_cpu_us_per_request",
    "p50_ttfb_us",
    "p99_ttfb_us",
    "p999_ttfb_us",
    "floor_p50_ttfb_us",
    "floor_p99_ttfb_us",
    "floor_p999_ttfb_us",
    "distinct_links",
];
