//! The public log under whatever happens to those who continue it: killed at their system calls, two of them on one PostgreSQL of which one is
//! killed again and again, no room for the log's files. Its followers never see it fork or go back, and every change is in it once.
//!
//! Watched from outside: `log monitor` remembers what it has seen, and `log fsck` recomputes everything.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::cohort::Site;
use super::diskfull::Disk;
use super::seeded::Seeded;
use super::{Figures, Round, add};
use crate::postgres::Postgres;
use crate::program::{self, Scratch};
use crate::setup;

/// All three, each on an installation of its own.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let binary = program::build()?;
    let mut seeded = Seeded::new(round.seed());
    let mut figures = Figures::new();
    for part in [killed_at_system_calls, two_of_them, without_room] {
        let counted = part(&binary, round.sample, &mut seeded)?;
        add(&mut figures, &counted);
    }
    Ok(figures)
}

/// Whether the whole proof killed often enough.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    for (name, least) in [(AT_CALLS, 100), (OF_TWO, 60), (NO_ROOM, 10)] {
        let counted = figures.get(name).copied().unwrap_or(0);
        ensure!(
            counted >= least,
            "{name}: only {counted}; {least} are wanted"
        );
    }
    Ok(())
}

/// A process that withdraws a credential and enters that in the log is killed at the Nth of a kind of system call; whoever comes next mends it.
fn killed_at_system_calls(binary: &Path, sample: bool, seeded: &mut Seeded) -> Result<Figures> {
    let scratch = Scratch::new("sequencer-calls")?;
    let site = Site::make(binary, scratch.path(), None)?;
    let kills = if sample { 8 } else { 40 };
    let log = Followed::issue(&site, scratch.path(), kills * CALLS.len() as u64)?;
    let mut figures = Figures::new();
    let mut ids = log.ids.iter();
    for (calls, most) in CALLS {
        for _ in 0..kills {
            let id = ids.next().context("a credential for each kill")?;
            let at = 1 + seeded.below(most);
            let revoke = ["credential", "revoke", id, "--reason", "Proof"];
            let killed = !killed_at(&mut site.command(&revoke), calls, at)?;
            log.follow()?;
            site.run(&["work", "--once"])?;
            log.follow()?;
            *figures.entry(AT_CALLS.to_owned()).or_default() += u64::from(killed);
        }
    }
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

    /// What is shown continues what was seen: otherwise `log monitor` does not end well.
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
        self.site
            .run(&words)
            .map(drop)
            .context("the log forked, or went back")
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
             'achievement.published', 'did.published', 'audit.root', 'key.active')), (SELECT count(*) FROM log_entry), (SELECT count(DISTINCT outbox) FROM log_entry), \
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
        .arg(format!("inject={calls}:signal=SIGKILL:when={at}"))
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        traced.env(name, value.unwrap_or(OsStr::new("")));
    }
    traced
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = traced.status().context("strace")?;
    Ok(status.success())
}

/// What a sequencer changes the disk with, and about how often one thread does it.
const CALLS: [(&str, u64); 3] = [
    ("fsync,fdatasync", 12),
    ("rename,renameat,renameat2,linkat,unlink", 6),
    ("pwrite64,write,openat", 60),
];
const AT_CALLS: &str = "killed_at_system_calls";
const OF_TWO: &str = "killed_one_of_two";
const NO_ROOM: &str = "stood_still_without_room";
const ENTERED: &str = "entries";
