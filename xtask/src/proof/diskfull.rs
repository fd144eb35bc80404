//! A full disk: nothing is issued and it says why, what was issued still verifies, and with room again it goes on.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::cohort::Site;
use super::{Figures, Round};
use crate::program::{self, Scratch};
use crate::{process, setup};

/// Fills the disk to the last byte, then leaves less room than issuing needs, then enough.
pub(super) fn round(round: &Round) -> Result<Figures> {
    if !setup::is_root()? {
        bail!("a file system that can be full has to be mounted: run this as root");
    }
    let people = if round.sample { 300 } else { 2_000 };
    let binary = program::build()?;
    let scratch = Scratch::new("diskfull")?;
    let disk = Disk::mount(scratch.path(), "data", 32 + people / 20)?;
    let site = Site::make(&binary, scratch.path(), None)?;
    let few = site.list(0..FEW)?;
    let many = site.list(FEW..FEW + people)?;
    site.run(&Site::issue(&few))?;
    site.settle()?;
    let (id, json, documents) = issued(&site, scratch.path())?;
    let mut figures = Figures::new();
    // As in life: a server has the database open when the disk fills up.
    let server = site.start(&["serve", "--no-work", "--listen", "127.0.0.1:0"])?;
    std::thread::sleep(Duration::from_secs(2));

    let filler = disk.fill()?;
    let full = Room {
        site: &site,
        list: &many,
        id: &id,
        json: &json,
        documents: &documents,
    };
    full.refuses()?;
    ensure!(full.sealed()? == FEW, "something was issued on a full disk");
    figures.insert("refused_on_a_full_disk".to_owned(), 1);

    // Room for the rows, not for all that follows from them.
    let mut left = 0;
    for megabytes in [1, 2, 3] {
        filler.leave(megabytes)?;
        full.refuses()?;
        left = full.sealed()?;
    }
    ensure!(
        (FEW..FEW + people).contains(&left),
        "{left} were issued without room"
    );
    figures.insert("refused_half_way".to_owned(), 3);

    drop(filler);
    for attempt in 0.. {
        let issued = site.command(&Site::issue(&many)).output()?;
        if issued.status.success() {
            break;
        }
        let said = String::from_utf8_lossy(&issued.stderr);
        ensure!(attempt < 3, "there is room again, but: {said}");
    }
    drop(server);
    site.settle()?;
    let sample = if round.sample { 5 } else { 100 };
    figures.extend(site.reckon(FEW + people, sample)?);
    Ok(figures)
}

/// One credential of the first list, exported, and the public documents, on a disk that is not full.
fn issued(site: &Site, outside: &Path) -> Result<(String, String, PathBuf)> {
    let listed = site.run(&["credential", "list", "--limit", "1"])?;
    let id = listed["credentials"][0]["id"].as_str().context("id")?;
    let documents = outside.join("documents");
    site.run(&["publish", "--to", &documents.display().to_string()])?;
    Ok((id.to_owned(), site.export(id)?, documents))
}

/// What is asked of the binary while there is too little room.
struct Room<'a> {
    site: &'a Site,
    list: &'a str,
    id: &'a str,
    json: &'a str,
    documents: &'a Path,
}

impl Room<'_> {
    /// Nothing is issued, and the disk is named as the reason; what was issued can be read and verifies.
    fn refuses(&self) -> Result<()> {
        let before = self.put_back()?;
        let mut issuing = self.site.start(&Site::issue(self.list))?;
        let began = Instant::now();
        loop {
            if let Some(status) = issuing.0.try_wait()? {
                let said = self.site.said();
                ensure!(!status.success(), "issuing on a full disk did not fail");
                ensure!(
                    said.contains(REASON),
                    "the error does not name the disk: {said}"
                );
                break;
            }
            // Where there is room to note it, the job is put back with its reason.
            if self.put_back()? > before {
                break;
            }
            ensure!(
                began.elapsed() < PATIENCE,
                "issuing neither failed nor said why it waits"
            );
            std::thread::sleep(Duration::from_millis(200));
        }
        drop(issuing);
        ensure!(
            self.site.export(self.id)? == self.json,
            "it reads otherwise than before"
        );
        let verify = |json: &str| -> Result<(Option<i32>, String)> {
            let file = self.documents.join("asked.json");
            fs::write(&file, json)?;
            let (documents, file) = (self.documents.display(), file.display());
            let words = format!("verify --offline --documents {documents} {file}");
            let words: Vec<&str> = words.split(' ').collect();
            let said = self.site.command(&words).output()?;
            let words = [said.stdout, said.stderr].concat();
            Ok((said.status.code(), String::from_utf8_lossy(&words).into()))
        };
        let (code, said) = verify(self.json)?;
        ensure!(code == Some(0), "it does not verify on a full disk: {said}");
        let altered = self.json.replacen("24 of 24", "23 of 24", 1);
        ensure!(
            verify(&altered)?.0 == Some(1),
            "altered, it verifies on a full disk"
        );
        Ok(())
    }

    /// How often a job was put back because the disk was full.
    fn put_back(&self) -> Result<u64> {
        let noted = format!(
            "SELECT coalesce(sum(attempts), 0) FROM job WHERE state = 'ready' AND last_error LIKE '%{REASON}%'"
        );
        Ok(self.site.database.numbers(&noted)?.iter().sum())
    }

    fn sealed(&self) -> Result<u64> {
        Ok(self.site.database.progress()?.sealed)
    }
}

/// A small file system in memory, in the place of a folder. Dropping it unmounts it.
pub(super) struct Disk(PathBuf);

impl Disk {
    pub(super) fn mount(under: &Path, name: &str, megabytes: u64) -> Result<Self> {
        let point = under.join(name);
        fs::create_dir(&point)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"]);
        process::run(mount.arg(&point))?;
        Ok(Self(point))
    }

    /// Takes all the room there is.
    pub(super) fn fill(&self) -> Result<Filler> {
        let filler = Filler(self.0.join("filler"));
        filler.grow()?;
        Ok(filler)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(error) = process::run(Command::new("umount").arg(&self.0)) {
            eprintln!("{error:#}");
        }
    }
}

/// A file in the way. Dropping it makes room.
pub(super) struct Filler(PathBuf);

impl Filler {
    fn grow(&self) -> Result<()> {
        let mut file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.0)?;
        for size in [1 << 20, 1 << 12, 1] {
            let piece = vec![0x5a; size];
            loop {
                match file.write_all(&piece) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error).context("filling the disk"),
                }
            }
        }
        Ok(())
    }

    /// Takes all the room there is but so much.
    fn leave(&self, megabytes: u64) -> Result<()> {
        self.grow()?;
        let file = fs::OpenOptions::new().write(true).open(&self.0)?;
        let size = file.metadata()?.len().saturating_sub(megabytes << 20);
        Ok(file.set_len(size)?)
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            eprintln!("making room: {error}");
        }
    }
}

/// People on the list that is issued before the disk is full.
const FEW: u64 = 25;
const REASON: &str = "disk is full";
const PATIENCE: Duration = Duration::from_secs(120);
