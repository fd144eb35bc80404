//! Power loss: what was not synced is gone.
//!
//! The binary is watched by strace while it sets an institution up and issues a list. What it did to its files is then done
//! once more, on a model of a disk, as far as a cut; what the disk has kept of it is written into a folder of its own, and
//! the binary goes on from there. `kill -9` cannot show this: what was written is kept by the operating system.
//!
//! Two checks of the proof itself: done to its end, the model has the very files that the binary left; and a disk that
//! keeps nothing that it was not asked to sync has lost them when the program is taken not to sync.

mod disk;
mod trace;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use self::disk::{Disk, Loss};
use self::trace::Act;
use super::cohort::Site;
use super::seeded::Seeded;
use super::{Figures, Round, add};
use crate::process;
use crate::program::{self, Scratch};

/// Records one run, and goes on from many cuts of it.
pub(super) fn round(round: &Round) -> Result<Figures> {
    let binary = program::build()?;
    let (people, cuts, lanes) = if round.sample {
        (40, 2, 4)
    } else {
        (2_200, 40, 8)
    };
    let scratch = Scratch::new(&format!("powerloss-{}", round.seed))?;
    let recorded = Recorded::run(&binary, scratch.path(), people)?;
    recorded.is_what_happened(scratch.path())?;
    recorded.syncs_matter(scratch.path())?;
    let cuts = recorded.cuts(&mut Seeded::new(round.seed), cuts);
    let mut figures = Figures::from([("acts_recorded".to_owned(), recorded.acts.len() as u64)]);
    let folders = recorded.write_all(scratch.path(), &cuts)?;
    let work: Vec<_> = cuts.iter().zip(&folders).collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..lanes)
            .map(|lane| {
                let (work, recorded, binary) = (&work, &recorded, &binary);
                scope.spawn(move || {
                    let mut figures = Figures::new();
                    for (cut, folder) in work.iter().skip(lane).step_by(lanes) {
                        let after = recorded.go_on(binary, folder, cut.at);
                        add(&mut figures, &after.with_context(|| format!("{cut:?}"))?);
                        *figures.entry(cut.figure()).or_default() += 1;
                        fs::remove_dir_all(folder)?;
                    }
                    Ok::<_, anyhow::Error>(figures)
                })
            })
            .collect();
        for lane in running {
            let lane = lane.join().map_err(|_| anyhow::anyhow!("a lane died"))?;
            add(&mut figures, &lane?);
        }
        Ok(figures)
    })
}

/// Whether all rounds cut often enough while something was under way.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    let counted = |name: &str| figures.get(name).copied().unwrap_or(0);
    for figure in [ALL_LOST, SOME_LOST] {
        let cuts = counted(figure);
        ensure!(cuts >= 50, "only {cuts} {figure}; 50 are wanted");
    }
    Ok(())
}

/// Where the power fails, and what is left then.
#[derive(Debug)]
struct Cut {
    /// Before this act.
    at: usize,
    /// Luck; absent if everything that was not synced is lost.
    luck: Option<u64>,
}

impl Cut {
    fn figure(&self) -> String {
        match self.luck {
            None => ALL_LOST.to_owned(),
            Some(_) => SOME_LOST.to_owned(),
        }
    }
}

/// What the binary did to its files from the first moment on, and when it had said what.
struct Recorded {
    /// The folder in which it did that.
    root: PathBuf,
    acts: Vec<Act>,
    /// Before this act, the institution was there.
    founded: usize,
    /// Before this one, the achievement.
    defined: usize,
    /// Before this one, these credentials.
    issued: (usize, BTreeSet<String>),
    /// Before this one, the public documents.
    published: usize,
    people: u64,
    list: String,
}

impl Recorded {
    fn run(binary: &Path, scratch: &Path, people: u64) -> Result<Self> {
        let root = scratch.join("recorded");
        fs::create_dir(&root)?;
        let root = root.canonicalize()?;
        let site = Site::at(binary, &root);
        let list = Site::at(binary, scratch).list(0..people)?;
        let log = scratch.join("strace");
        let mut acts = Vec::new();
        let mut record = |words: &[&str]| -> Result<(usize, Value)> {
            let said = process::output(&mut trace::traced(&site.command(words), &log))?;
            let done = trace::read(&log, &root, acts.len())?;
            let last = done.iter().rposition(|act| *act == Act::Said);
            let answered = acts.len() + last.context("it said nothing")? + 1;
            acts.extend(done);
            Ok((answered, serde_json::from_str(&said)?))
        };
        let sample = process::root()?.join("crates/touchstone/sample");
        let (founded, _) = record(&words(&init(&sample)))?;
        let (defined, _) = record(&words(&import(&sample)))?;
        let (issued, answer) = record(&Site::issue(&list))?;
        let published = root.join("published").display().to_string();
        let (published, _) = record(&["publish", "--to", &published])?;
        let ids = answer["credentials"].as_array().context("credentials")?;
        let ids = ids.iter().filter_map(|id| id.as_str());
        let ids = ids.map(|id| id.trim_start_matches("urn:uuid:").to_owned());
        let ids: BTreeSet<String> = ids.collect();
        ensure!(ids.len() as u64 == people, "{} credentials", ids.len());
        Ok(Self {
            root,
            acts,
            founded,
            defined,
            issued: (issued, ids),
            published,
            people,
            list,
        })
    }

    /// Done to its end, the model has the same files.
    fn is_what_happened(&self, scratch: &Path) -> Result<()> {
        let mut disk = Disk::new();
        for act in &self.acts {
            disk.apply(act, &self.root)?;
        }
        let model = scratch.join("model");
        disk.write(&mut Loss::None, &model)?;
        same_files(&self.root, &model).context("the model is not what happened")?;
        Ok(fs::remove_dir_all(model)?)
    }

    /// Without its syncs nothing would be left: what is proven is proven of them.
    fn syncs_matter(&self, scratch: &Path) -> Result<()> {
        let mut disk = Disk::new();
        for act in self
            .acts
            .iter()
            .filter(|act| !matches!(act, Act::Sync { .. }))
        {
            disk.apply(act, &self.root)?;
        }
        let unsynced = scratch.join("unsynced");
        disk.write(&mut Loss::All, &unsynced)?;
        let left = fs::read_dir(&unsynced)?.count();
        ensure!(left == 0, "{left} files are there that were never synced");
        Ok(fs::remove_dir(unsynced)?)
    }

    /// Right after each answer, and `count` at random moments, half of them while the list is issued; each both ways.
    fn cuts(&self, numbers: &mut Seeded, count: u64) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let mut cut = |at: usize, luck: u64| {
            cuts.push(Cut { at, luck: None });
            cuts.push(Cut {
                at,
                luck: Some(luck),
            });
        };
        for at in [self.founded, self.defined, self.issued.0, self.published] {
            cut(at, numbers.below(u64::MAX));
        }
        let mut between = |from: usize, to: usize| {
            let acts = u64::try_from(to - from).unwrap_or(0);
            from + usize::try_from(numbers.below(acts)).unwrap_or(0)
        };
        let moments: Vec<usize> = (0..count)
            .map(|number| match number % 2 {
                0 => between(self.defined, self.issued.0),
                _ => between(0, self.acts.len()),
            })
            .collect();
        for at in moments {
            cut(at, numbers.below(u64::MAX));
        }
        cuts.sort_by_key(|cut| cut.at);
        cuts
    }

    /// What each cut leaves, each in a folder of its own.
    fn write_all(&self, scratch: &Path, cuts: &[Cut]) -> Result<Vec<PathBuf>> {
        let mut disk = Disk::new();
        let mut acts = self.acts.iter().enumerate();
        let mut done = 0;
        let mut folders = Vec::new();
        for (number, cut) in cuts.iter().enumerate() {
            while done < cut.at {
                let (at, act) = acts.next().context("a cut after the end")?;
                disk.apply(act, &self.root)?;
                done = at + 1;
            }
            let folder = scratch.join(format!("cut-{number}"));
            let mut loss = match cut.luck {
                None => Loss::All,
                Some(luck) => Loss::Some(Seeded::new(luck)),
            };
            disk.write(&mut loss, &folder)?;
            folders.push(folder);
        }
        Ok(folders)
    }

    /// What was answered before the cut is there; what was not is done now; then everything is there once.
    fn go_on(&self, binary: &Path, folder: &Path, at: usize) -> Result<Figures> {
        let site = Site::at(binary, folder);
        let sample = process::root()?.join("crates/touchstone/sample");
        if at < self.founded {
            site.run(&words(&init(&sample)))?;
        }
        if at < self.defined {
            site.run(&words(&import(&sample)))?;
        }
        let there = listed(&site)?;
        let (issued, ids) = &self.issued;
        if at >= *issued {
            let lost = ids.difference(&there).count();
            ensure!(lost == 0, "{lost} credentials that were answered are lost");
        }
        let [damage] = site
            .database
            .row("PRAGMA integrity_check")?
            .try_into()
            .ok()
            .context("integrity")?;
        ensure!(damage == "ok", "the database is damaged: {damage}");
        let mails = fs::read_dir(site.data.join("mail")).map_or(0, Iterator::count) as u64;
        let links: u64 = site
            .database
            .numbers("SELECT count(*) FROM claim")?
            .iter()
            .sum();
        ensure!(mails <= links, "{mails} mails name {links} links");
        if at >= self.published {
            same_files(&self.root.join("published"), &folder.join("published"))?;
        }
        site.run(&Site::issue(&self.list))?;
        site.settle()?;
        let figures = site.reckon(self.people, 3)?;
        let now = listed(&site)?;
        ensure!(
            there.is_subset(&now),
            "credentials that were there are gone"
        );
        Ok(figures)
    }
}

/// The credentials in the binary's own list, as `issue` names them.
fn listed(site: &Site) -> Result<BTreeSet<String>> {
    let all = site.ids()?.into_iter();
    Ok(all
        .map(|(id, _)| id.trim_start_matches("urn:uuid:").to_owned())
        .collect())
}

fn init(sample: &Path) -> String {
    let mark = sample.join("mark.svg");
    format!(
        "init --local --name Riverside --slug riverside --email registrar@riverside.example --mark {}",
        mark.display()
    )
}

fn import(sample: &Path) -> String {
    let definition = sample.join("achievements/precision-measurement.json");
    format!("achievement import {}", definition.display())
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// Both folders have the same files with the same bytes, but for shared memory.
fn same_files(one: &Path, other: &Path) -> Result<()> {
    let names = |folder: &Path| -> Result<BTreeSet<_>> {
        let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        let names = entries.map(|entry| Ok(entry?.file_name()));
        let kept = |name: &std::ffi::OsString| !name.to_string_lossy().ends_with("-shm");
        names
            .filter(|name| name.as_ref().map_or(true, kept))
            .collect()
    };
    let (there, here) = (names(one)?, names(other)?);
    ensure!(
        there == here,
        "{}: {there:?}, {}: {here:?}",
        one.display(),
        other.display()
    );
    for name in there {
        let (one, other) = (one.join(&name), other.join(&name));
        match (one.is_dir(), other.is_dir()) {
            (true, true) => same_files(&one, &other)?,
            (false, false) => {
                ensure!(
                    fs::read(&one)? == fs::read(&other)?,
                    "{} differs",
                    one.display()
                );
            }
            _ => bail!("{} is a folder in one of the two only", one.display()),
        }
    }
    Ok(())
}

const ALL_LOST: &str = "cuts_with_everything_unsynced_lost";
const SOME_LOST: &str = "cuts_with_some_of_it_lost";
