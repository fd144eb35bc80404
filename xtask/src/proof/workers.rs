//! Two servers and two workers on one PostgreSQL; whoever signs is stopped past its lease, and goes on when others have
//! taken over: nothing is doubled.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use super::cohort::{Running, Site};
use super::look::{Database, Phase};
use super::{Figures, Round};
use crate::postgres::Postgres;
use crate::program::{self, Scratch};

/// One list. First the process that took it in is stopped while it issues, then whichever took over.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let binary = program::build()?;
    let scratch = Scratch::new("workers")?;
    let postgres = Postgres::start()?;
    let site = Site::make(&binary, scratch.path(), Some(&postgres.url))?;
    let people = if round.sample { 3_000 } else { 10_000 };
    let list = site.list(0..people)?;

    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let others = [
        site.start(&serve)?,
        site.start(&serve)?,
        site.start(&["work"])?,
        site.start(&["work"])?,
    ];
    let first = [site.start(&Site::issue(&list))?];
    await_phase(&site, Phase::Reserving)?;
    let mut takeovers = stop_whoever_signs(&site, &first)?;
    takeovers += stop_whoever_signs(&site, &others)?;
    await_phase(&site, Phase::Over)?;

    ensure!(takeovers > 0, "nobody was stopped while it held the job");
    let sample = if round.sample { 5 } else { 100 };
    let mut figures = site.reckon(people, sample)?;
    figures.insert("taken_over_from_a_stopped_process".to_owned(), takeovers);
    Ok(figures)
}

/// Stops one after the other until it is the one whose job is then taken over by another; lets all go on.
fn stop_whoever_signs(site: &Site, processes: &[Running]) -> Result<u64> {
    for process in processes {
        process.signal("STOP")?;
        let taken_over = taken_over(&site.database);
        process.signal("CONT")?;
        if taken_over? {
            return Ok(1);
        }
    }
    Ok(0)
}

/// Whether the job gets another holder; `false` as soon as the one it has shows a sign of life, or it is done.
fn taken_over(database: &Database) -> Result<bool> {
    std::thread::sleep(Duration::from_millis(500)); // What was committed before the stop is seen now.
    let before = job(database)?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match (&before, &job(database)?) {
            (None, _) | (_, None) => return Ok(false),
            (Some((fence, _)), Some((now, _))) if fence != now => return Ok(true),
            (Some((_, lease)), Some((_, now))) if lease != now => return Ok(false),
            _ => std::thread::sleep(PAUSE),
        }
    }
    bail!(
        "a job was neither worked on nor taken over within {} s",
        PATIENCE.as_secs()
    )
}

/// Fence and end of the lease of the job that issues, while there is one.
fn job(database: &Database) -> Result<Option<(String, String)>> {
    let row = database.row(
        "SELECT coalesce(max(fence), -1), coalesce(max(lease_until), -1) FROM job WHERE kind = 'issue-batch'",
    )?;
    match row.as_slice() {
        [fence, _] if fence == "-1" => Ok(None),
        [fence, lease] => Ok(Some((fence.clone(), lease.clone()))),
        _ => bail!("not a job: {row:?}"),
    }
}

fn await_phase(site: &Site, phase: Phase) -> Result<()> {
    let began = Instant::now();
    while site.database.progress()?.phase() < phase {
        ensure!(
            began.elapsed() < LONG,
            "the list did not come to {phase:?}: {:?}; {}",
            site.database.progress()?,
            site.said()
        );
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

const PAUSE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(120);
const LONG: Duration = Duration::from_secs(900);
