//! The public log under whatever happens to those who continue it: killed at their system calls, on SQLite and on PostgreSQL, two of them on one PostgreSQL of which one is
//! killed again and again, no room for the log's files, clocks that jump, a witness whose network is gone. Its followers never see it fork or go back,
//! and every change is in it once.
//!
//! Watched from outside: `log monitor` remembers what it has seen, and `log fsck` recomputes everything.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::cohort::Site;
use super::diskfull::Disk;
use super::seeded::Seeded;
use super::{Figures, Round, add};
use crate::postgres::Postgres;
use crate::program::{self, Scratch};
use crate::setup;

/// All of them, each on an installation of its own.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let binary = program::build()?;
    let mut seeded = Seeded::new(round.seed);
    let mut figures = Figures::new();
    for part in [
        killed_at_system_calls,
        killed_at_system_calls_on_postgresql,
        two_of_them,
        without_room,
        clock_jumps,
        witness_cut_off,
    ] {
        let counted = part(&binary, round.sample, &mut seeded)?;
        add(&mut figures, &counted);
    }
    Ok(figures)
}

/// Whether the whole proof killed often enough.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    let wanted = [
        (AT_CALLS, 100),
        (AT_CALLS_ON_POSTGRESQL, 100),
        (OF_TWO, 60),
        (NO_ROOM, 10),
        (JUMPS, 20),
        (CUT_OFF, 10),
    ];
    for (name, least) in wanted {
        let counted = figures.get(name).copied().unwrap_or(0);
        ensure!(
            counted >= least,
            "{name}: only {counted}; {least} are wanted"
        );
    }
    Ok(())
}

/// A process that withdraws a credential and enters that in the log is killed at each system call by which it changes the disk, one after the other
/// until it comes to its end; for the sample at some of them. Whoever comes next mends it.
fn killed_at_system_calls(binary: &Path, sample: bool, seeded: &mut Seeded) -> Result<Figures> {
    let scratch = Scratch::new("sequencer-calls")?;
    let site = Site::make(binary, scratch.path(), None)?;
    kill_at(&site, scratch.path(), &CALLS, AT_CALLS, sample, seeded)
}

/// The same where the rows are in a PostgreSQL: what is sent to it instead of what is written to a database here.
fn killed_at_system_calls_on_postgresql(
    binary: &Path,
    sample: bool,
    seeded: &mut Seeded,
) -> Result<Figures> {
    let scratch = Scratch::new("sequencer-sent")?;
    let postgres = Postgres::start()?;
    let site = Site::make(binary, scratch.path(), Some(&postgres.url))?;
    let [synced, named, _] = CALLS;
    let calls = [synced, named, SENT];
    let name = AT_CALLS_ON_POSTGRESQL;
    kill_at(&site, scratch.path(), &calls, name, sample, seeded)
}

fn kill_at(
    site: &Site,
    scratch: &Path,
    calls: &[(&str, u64)],
    name: &str,
    sample: bool,
    seeded: &mut Seeded,
) -> Result<Figures> {
    let people = if sample {
        SAMPLED * calls.len() as u64
    } else {
        AT_MOST
    };
    let log = Followed::issue(site, scratch, people)?;
    let mut kills = 0;
    let mut ids = log.ids.iter();
    for &(calls, most) in calls {
        let (mut at, mut drawn, mut whole) = (0, 0, 0);
        // How often a thread does it differs a little from run to run.
        while if sample { drawn < SAMPLED } else { whole < 2 } {
            at = if sample {
                1 + seeded.below(most)
            } else {
                at + 1
            };
            drawn += 1;
            let id = ids.next().context("a credential for each kill")?;
            let revoke = ["credential", "revoke", id, "--reason", "Proof"];
            let ended = killed_at(&mut site.command(&revoke), calls, at)?;
            whole = if ended { whole + 1 } else { 0 };
            kills += u64::from(!ended);
            log.follow()?;
            site.run(&["work", "--once"])?;
            log.follow()?;
        }
    }
    let mut figures = Figures::from([(name.to_owned(), kills)]);
    figures.insert(ENTERED.to_owned(), log.reckon()?);
    Ok(figures)
}

/// Two workers on one PostgreSQL continue the log of a third process's changes; one of them is killed again and again.
fn two_of_them(binary: &Path, sample: bool, seeded: &mut Seeded) -> Result<Figures> {
    let scratch = Scratch::new("sequencer-two")?;
    let postgres = Postgres::start()?;
    let site = Site::make(binary, scratch.path(), Some(&postgres.url))?;
    let kills = if sample { 6 } else { 30 };
    let log = Followed::issue(&site, scratch.path(), kills)?;
    let steady = site.start(&["work"])?;
    let mut other = site.start(&["work"])?;
    for id in &log.ids {
        site.run(&["credential", "revoke", id, "--reason", "Proof"])?;
        std::thread::sleep(Duration::from_millis(seeded.below(600)));
        other.kill()?;
        log.follow()?;
        other = site.start(&["work"])?;
    }
    std::thread::sleep(Duration::from_secs(2));
    drop((steady, other));
    site.run(&["work", "--once"])?;
    log.follow()?;
    let mut figures = Figures::from([(OF_TWO.to_owned(), kills)]);
    figures.insert(ENTERED.to_owned(), log.reckon()?);
    Ok(figures)
}

/// No room for tiles: withdrawing goes on, the log stands still; with room again it has everything.
fn without_room(binary: &Path, sample: bool, _: &mut Seeded) -> Result<Figures> {
    ensure!(
        setup::is_root()?,
        "a file system that can be full has to be mounted: run this as root"
    );
    let scratch = Scratch::new("sequencer-room")?;
    let data = scratch.path().join("data");
    fs::create_dir(&data)?;
    let disk = Disk::mount(&data, "objects", 4)?;
    let site = Site::make(binary, scratch.path(), None)?;
    let times = if sample { 2 } else { 6 };
    let log = Followed::issue(&site, scratch.path(), times)?;
    for id in &log.ids {
        let size = log.size()?;
        let filler = disk.fill()?;
        site.run(&["credential", "revoke", id, "--reason", "Proof"])?;
        ensure!(log.size()? == size, "the log grew without room");
        log.follow()?;
        drop(filler);
        site.run(&["work", "--once"])?;
        ensure!(log.size()? > size, "with room again, the log stands still");
        log.follow()?;
    }
    let mut figures = Figures::from([(NO_ROOM.to_owned(), times)]);
    figures.insert(ENTERED.to_owned(), log.reckon()?);
    drop(log);
    drop(disk);
    Ok(figures)
}

/// The clock of a worker jumps while it runs, days ahead and back, and that of whoever makes the changes too. Time decides nothing of the log.
fn clock_jumps(binary: &Path, sample: bool, seeded: &mut Seeded) -> Result<Figures> {
    let scratch = Scratch::new("sequencer-clock")?;
    let site = Site::make(binary, scratch.path(), None)?;
    let jumps = if sample { 3 } else { 24 };
    let log = Followed::issue(&site, scratch.path(), jumps)?;
    let clock = scratch.path().join("clock");
    fs::write(&clock, "+0")?;
    let mut worker = site.command(&["work"]);
    let worker = site.spawn(faked(&mut worker).env("FAKETIME_TIMESTAMP_FILE", &clock))?;
    for id in &log.ids {
        let size = log.size()?;
        fs::write(&clock, jump(seeded))?;
        let mut revoke = site.command(&["credential", "revoke", id, "--reason", "Proof"]);
        crate::process::output(faked(&mut revoke).env("FAKETIME", jump(seeded)))?;
        log.grows(size)?;
        log.follow()?;
    }
    drop(worker);
    site.run(&["work", "--once"])?;
    log.follow()?;
    let mut figures = Figures::from([(JUMPS.to_owned(), jumps)]);
    figures.insert(ENTERED.to_owned(), log.reckon()?);
    Ok(figures)
}

/// A clock that is wrong by up to a month in either direction.
fn jump(seeded: &mut Seeded) -> String {
    let seconds = i64::try_from(seeded.below(2 * MONTH)).unwrap_or(0) - MONTH.cast_signed();
    format!("{seconds:+}")
}

/// Has a command take its wall clock from libfaketime; what it measures durations with goes on as it is.
fn faked(command: &mut Command) -> &mut Command {
    command
        .env("LD_PRELOAD", FAKETIME)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
}

/// Log and witness live in a network namespace whose only link goes down again and again: nothing waits for the witness, and when it is back it cosigns
/// from where it was.
fn witness_cut_off(binary: &Path, sample: bool, _: &mut Seeded) -> Result<Figures> {
    ensure!(
        setup::is_root()?,
        "a network namespace has to be made: run this as root"
    );
    let scratch = Scratch::new("sequencer-witness")?;
    let site = Site::make(binary, scratch.path(), None)?;
    let times = if sample { 2 } else { 12 };
    let log = Followed::issue(&site, scratch.path(), times)?;
    let north = scratch.path().join("north");
    fs::create_dir(&north)?;
    let north = Site::make(binary, &north, None)?;
    let key = north.run(&["witness", "key"])?;
    let key = key["key"].as_str().context("the witness has a key")?;
    let space = Namespace::make()?;
    let mut witness = north.command(&["witness", "serve", "--listen", NORTH]);
    witness.env("TOUCHSTONE_WITNESS_LOGS", &log.key);
    let witness = north.spawn(&mut space.inside(&witness))?;
    let mut worker = site.command(&["work"]);
    worker
        .env(
            "TOUCHSTONE_LOG_WITNESSES",
            format!("north {key} http://{NORTH}"),
        )
        .env("TOUCHSTONE_LOG_QUORUM", "all")
        .env("TOUCHSTONE_FETCH_LOOPBACK", "true");
    let worker = site.spawn(&mut space.inside(&worker))?;
    log.is_cosigned()?;
    for id in &log.ids {
        space.link("down")?;
        let size = log.size()?;
        site.run(&["credential", "revoke", id, "--reason", "Proof"])?;
        log.grows(size)?;
        log.follow()?;
        ensure!(!log.cosigned()?, "cosigned without a network");
        space.link("up")?;
        log.is_cosigned()?;
        log.follow()?;
    }
    drop((worker, witness));
    site.run(&["work", "--once"])?;
    log.follow()?;
    let mut figures = Figures::from([(CUT_OFF.to_owned(), times)]);
    figures.insert(ENTERED.to_owned(), log.reckon()?);
    Ok(figures)
}

/// A network namespace with nothing but its loopback. Dropping it takes it away.
struct Namespace(String);

impl Namespace {
    fn make() -> Result<Self> {
        let name = format!("touchstone-proof-{}", std::process::id());
        crate::process::output(Command::new("ip").args(["netns", "add", &name]))?;
        let space = Self(name);
        space.link("up")?;
        Ok(space)
    }

    /// Has its only link go `up` or `down`.
    fn link(&self, state: &str) -> Result<()> {
        let args = ["netns", "exec", &self.0, "ip", "link", "set", "lo", state];
        crate::process::output(Command::new("ip").args(args)).map(drop)
    }

    /// The same command, in the namespace.
    fn inside(&self, command: &Command) -> Command {
        let mut inside = Command::new("ip");
        inside.args(["netns", "exec", &self.0]);
        within(&mut inside, command);
        inside
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let removed = Command::new("ip").args(["netns", "del", &self.0]).status();
        if !removed.is_ok_and(|status| status.success()) {
            eprintln!("the network namespace {} was not taken away", self.0);
        }
    }
}

/// A log that somebody follows.
struct Followed<'a> {
    site: &'a Site,
    /// The log's files.
    folder: String,
    /// What the follower has seen.
    seen: String,
    /// The log's key.
    key: String,
    /// Credentials that nobody has withdrawn yet.
    ids: Vec<String>,
}

impl<'a> Followed<'a> {
    /// Issues to so many people, and follows the log from there.
    fn issue(site: &'a Site, scratch: &Path, people: u64) -> Result<Self> {
        let list = site.list(0..people)?;
        site.run(&Site::issue(&list))?;
        site.settle()?;
        let trust = scratch.join("trust");
        let trust = trust.display().to_string();
        site.run(&["log", "trust", "--out", &trust])?;
        let text = fs::read_to_string(&trust)?;
        let key = text.lines().find_map(|line| line.strip_prefix("log "));
        let key = key.and_then(|line| line.split(' ').next()).context("key")?;
        let log = Self {
            site,
            folder: site.data.join("objects/log").display().to_string(),
            seen: scratch.join("seen").display().to_string(),
            key: key.to_owned(),
            ids: site.ids()?.into_iter().map(|(id, _)| id).collect(),
        };
        log.follow()?;
        Ok(log)
    }

    /// What is shown continues what was seen: otherwise `log monitor` does not end well. A clock that goes back dates lists back, which is an alarm, and
    /// none about the log.
    fn follow(&self) -> Result<()> {
        let words = [
            "log",
            "monitor",
            &self.folder,
            "--key",
            &self.key,
            "--state",
            &self.seen,
        ];
        let ended = self.site.command(&words).output()?;
        let said = || String::from_utf8_lossy(&ended.stderr).into_owned();
        let looked: Value = serde_json::from_slice(&ended.stdout).with_context(said)?;
        let alarms = looked["alarms"].as_array().with_context(said)?;
        let of_the_log = alarms.iter().find(|one| one["alarm"] != "dated-back");
        match of_the_log {
            Some(alarm) => bail!("the log forked, or went back: {alarm}"),
            None => {
                ensure!(ended.status.success() || !alarms.is_empty(), said());
                Ok(())
            }
        }
    }

    /// Waits until more is shown than there was.
    fn grows(&self, size: u64) -> Result<()> {
        self.within_time("the log grows", || Ok(self.size()? > size))
    }

    /// Waits until somebody has cosigned what is shown.
    fn is_cosigned(&self) -> Result<()> {
        self.within_time("the witness cosigns", || self.cosigned())
    }

    /// Whether what is shown bears more than the log's own two signatures.
    fn cosigned(&self) -> Result<bool> {
        let checkpoint = fs::read_to_string(Path::new(&self.folder).join("checkpoint"))?;
        Ok(checkpoint.matches('\u{2014}').count() > 2)
    }

    /// A witness that did not answer is asked again after a minute at most.
    fn within_time(&self, what: &str, is: impl Fn() -> Result<bool>) -> Result<()> {
        let begun = Instant::now();
        while !is()? {
            ensure!(
                begun.elapsed() < Duration::from_secs(90),
                "not within a minute and a half: {what}; {}",
                self.site.said()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Entries that are shown.
    fn size(&self) -> Result<u64> {
        let checkpoint = fs::read_to_string(Path::new(&self.folder).join("checkpoint"))?;
        let size = checkpoint
            .lines()
            .nth(1)
            .context("a checkpoint has a size")?;
        Ok(size.parse()?)
    }

    /// Every hash is right, and every change is in the log once; how many those are.
    fn reckon(&self) -> Result<u64> {
        self.site
            .run(&["log", "fsck", &self.folder, "--key", &self.key])
            .context("files of the log are wrong")?;
        let counted = self.site.database.numbers(
            "SELECT (SELECT count(*) FROM outbox WHERE kind IN ('credential.issued', 'status.published', 'status.rooted', \
             'achievement.published', 'mapping_set.released', 'competency.released', 'endorsement.given', 'did.published', 'did.succeeded', 'audit.root', 'key.active', 'witnesses.stated')), (SELECT count(*) FROM log_entry), (SELECT count(DISTINCT outbox) FROM log_entry), \
             (SELECT max(leaf) + 1 FROM log_entry)",
        )?;
        let [changes, entries, distinct, places] = counted[..] else {
            anyhow::bail!("not four numbers: {counted:?}");
        };
        // A `did:key` is its own document: the change of its institution makes no entry.
        ensure!(
            entries == distinct && entries == places && (entries..=entries + 1).contains(&changes),
            "changes, entries, changes entered, places: {counted:?}"
        );
        ensure!(self.size()? == entries, "not all of {entries} are shown");
        Ok(entries)
    }
}

/// Runs a command and kills it at the `at`th of its system calls of these kinds, of whichever thread; `true` if it came to its end before.
fn killed_at(command: &mut Command, calls: &str, at: u64) -> Result<bool> {
    let mut traced = Command::new("strace");
    traced
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("trace={calls}"))
        .arg("-e")
        .arg(format!("inject={calls}:signal=SIGKILL:when={at}"));
    within(&mut traced, command);
    traced
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = traced.status().context("strace")?;
    Ok(status.success())
}

/// Puts a command, with its environment, behind what another one is given.
fn within(outer: &mut Command, command: &Command) {
    outer.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        outer.env(name, value.unwrap_or(OsStr::new("")));
    }
}

/// What a sequencer changes the disk with, and about how often one thread does it.
const CALLS: [(&str, u64); 3] = [
    ("fsync,fdatasync", 12),
    (
        "rename,renameat,renameat2,linkat,unlink,unlinkat,mkdir,mkdirat,ftruncate,fallocate",
        6,
    ),
    ("pwrite64,write,openat", 60),
];
/// What it changes a PostgreSQL with.
const SENT: (&str, u64) = ("sendto,sendmsg", 60);
/// How many of each of them are drawn for the sample.
const SAMPLED: u64 = 8;
/// Credentials to withdraw, of which each kill takes one.
const AT_MOST: u64 = 600;
const AT_CALLS: &str = "killed_at_system_calls";
const AT_CALLS_ON_POSTGRESQL: &str = "killed_at_system_calls_on_postgresql";
const OF_TWO: &str = "killed_one_of_two";
const NO_ROOM: &str = "stood_still_without_room";
const JUMPS: &str = "went_on_after_clock_jumps";
const CUT_OFF: &str = "went_on_while_a_witness_was_cut_off";
const ENTERED: &str = "entries";
/// Where the witness listens, in a namespace of its own.
const NORTH: &str = "127.0.0.1:8901";
/// The loader finds it where `faketime` itself does.
const FAKETIME: &str = "/usr/$LIB/faketime/libfaketimeMT.so.1";
const MONTH: u64 = 30 * 24 * 60 * 60;
