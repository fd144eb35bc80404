//! An installation of the real binary with lists to issue, and the reckoning afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::{Figures, look::Database};
use crate::process;

/// An installation, and how to look into its database.
pub(super) struct Site {
    binary: PathBuf,
    /// Everything of it, and what it writes for us.
    folder: PathBuf,
    /// The data folder.
    pub(super) data: PathBuf,
    /// Its database.
    pub(super) database: Database,
}

impl Site {
    /// Makes an institution with one achievement in `folder/data`, on SQLite or on the PostgreSQL at this address.
    pub(super) fn make(binary: &Path, folder: &Path, postgres: Option<&str>) -> Result<Self> {
        let mut site = Self::at(binary, folder);
        if let Some(url) = postgres {
            site.database = Database::Postgres(url.to_owned());
        }
        let init =
            "init --local --name Riverside --slug riverside --email registrar@riverside.example";
        site.run(&init.split(' ').collect::<Vec<_>>())?;
        let sample = process::root()?.join("crates/touchstone/sample/achievements");
        let definition = sample.join("precision-measurement.json");
        site.run(&["achievement", "import", &definition.display().to_string()])?;
        Ok(site)
    }

    /// What is in `folder/data`, if there is anything yet, on SQLite.
    pub(super) fn at(binary: &Path, folder: &Path) -> Self {
        let data = folder.join("data");
        Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            database: Database::Sqlite(data.join("touchstone.db")),
            data,
        }
    }

    /// The binary on this installation.
    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(words)
            .arg("--json")
            .arg("--data")
            .arg(&self.data)
            // One address for all processes, whatever port each of them listens on: it stands in what they publish.
            .env("TOUCHSTONE_SITE_PUBLIC_URL", "http://localhost:8000");
        if let Database::Postgres(url) = &self.database {
            command.env("TOUCHSTONE_DATABASE_URL", url);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub(super) fn run(&self, words: &[&str]) -> Result<Value> {
        let printed = process::output(&mut self.command(words))?;
        serde_json::from_str(&printed).with_context(|| words.join(" "))
    }

    /// Starts it; what it says goes to `folder/said`.
    pub(super) fn start(&self, words: &[&str]) -> Result<Running> {
        self.spawn(&mut self.command(words))
    }

    /// Starts a command of it.
    pub(super) fn spawn(&self, command: &mut Command) -> Result<Running> {
        let said = fs::File::create(self.folder.join("said"))?;
        let child = command.stdout(Stdio::null()).stderr(said).spawn();
        Ok(Running(child.context("starting the binary")?))
    }

    /// What the binary that was started last said.
    pub(super) fn said(&self) -> String {
        fs::read_to_string(self.folder.join("said")).unwrap_or_default()
    }

    /// Writes a list of `people`, every hundredth with a mail address, and says where it lies.
    pub(super) fn list(&self, people: std::ops::Range<u64>) -> Result<String> {
        let mut csv =
            String::from("name,email,identifier,level,result,evidence,assessor,awarded_on\n");
        for number in people.clone() {
            let email = match number % 100 {
                0 => format!("learner-{number}@riverside.example"),
                _ => String::new(),
            };
            csv += &format!(
                "Learner {number},{email},{},3,24 of 24,https://riverside.example/e/{number}.pdf,Marek Dvořák,2026-11-12\n",
                identifier(number)
            );
        }
        let path = self.folder.join(format!("people-{}.csv", people.start));
        fs::write(&path, csv)?;
        Ok(path.display().to_string())
    }

    /// The command that issues a list.
    pub(super) fn issue(list: &str) -> [&str; 5] {
        [
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            list,
        ]
    }

    /// Everybody has exactly one credential with one status entry, and `sample` of them verify; counted from outside, from
    /// the binary's own list, and by the binary's own verdict.
    pub(super) fn reckon(&self, people: u64, sample: u64) -> Result<Figures> {
        for (what, sql) in ONE_EACH {
            let counted = self.database.numbers(sql)?;
            ensure!(
                counted.iter().all(|count| *count == people),
                "{what}: {counted:?} instead of {people}"
            );
        }
        let dead = self
            .database
            .numbers("SELECT count(*) FROM job WHERE state = 'dead'")?;
        ensure!(dead == [0], "jobs were given up: {dead:?}");
        let ids = self.listed(people)?;
        let verified = self.verify(&ids, sample)?;
        Ok(Figures::from([
            ("credentials".to_owned(), people),
            ("verified".to_owned(), verified),
        ]))
    }

    /// The ids in the binary's own list, after a look at who they are for.
    fn listed(&self, people: u64) -> Result<Vec<String>> {
        let (ids, learners): (Vec<String>, BTreeSet<String>) = self.ids()?.into_iter().unzip();
        ensure!(
            learners == (0..people).map(identifier).collect(),
            "not these people"
        );
        let distinct: BTreeSet<&String> = ids.iter().collect();
        let (all, distinct) = (ids.len() as u64, distinct.len() as u64);
        ensure!(
            (all, distinct) == (people, people),
            "{all} credentials listed, {distinct} of them distinct, for {people} people"
        );
        Ok(ids)
    }

    /// All credentials in the binary's own list: each one's id, and whom it is for.
    pub(super) fn ids(&self) -> Result<Vec<(String, String)>> {
        let mut ids = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut words = vec!["credential", "list", "--limit", "1000"];
            if let Some(next) = &next {
                words.extend(["--after", next]);
            }
            let page = self.run(&words)?;
            for credential in page["credentials"].as_array().into_iter().flatten() {
                let id = credential["id"].as_str().context("id")?;
                let learner = &credential["learner"]["identifier"];
                let learner = learner.as_str().context("identifier")?;
                ids.push((id.to_owned(), learner.to_owned()));
            }
            match page["next"].as_str() {
                Some(after) => next = Some(after.to_owned()),
                None => return Ok(ids),
            }
        }
    }

    /// Verifies `sample` credentials, spread over all, without a network; one that was altered must not verify.
    fn verify(&self, ids: &[String], sample: u64) -> Result<u64> {
        let documents = self.publish()?;
        let step = (ids.len() / usize::try_from(sample)?).max(1);
        let mut verified = 0;
        for id in ids.iter().step_by(step) {
            let json = self.export(id)?;
            let (code, said) = self.verdict(&json, &documents)?;
            ensure!(code == 0, "{id} does not verify: {said}");
            verified += 1;
            if verified == 1 {
                let altered = json.replacen("24 of 24", "23 of 24", 1);
                let (code, said) = self.verdict(&altered, &documents)?;
                ensure!(code == 1, "an altered {id} verifies: {said}");
            }
        }
        Ok(verified)
    }

    /// Writes the public documents, and says where they lie.
    pub(super) fn publish(&self) -> Result<PathBuf> {
        let documents = self.folder.join("published");
        self.run(&["publish", "--to", &documents.display().to_string()])?;
        Ok(documents)
    }

    /// A credential as JSON.
    pub(super) fn export(&self, id: &str) -> Result<String> {
        process::output(&mut self.command(&["credential", "export", id]))
    }

    /// The exit code of `verify` without a network (0 valid, 1 not valid, 2 could not be checked) and what it said.
    pub(super) fn verdict(&self, json: &str, documents: &Path) -> Result<(i32, String)> {
        let file = self.folder.join("credential.json");
        fs::write(&file, json)?;
        let words = format!(
            "verify --offline --documents {} {}",
            documents.display(),
            file.display()
        );
        let words: Vec<&str> = words.split(' ').collect();
        let verdict = self.command(&words).output()?;
        let said = [verdict.stdout, verdict.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        Ok((verdict.status.code().context("verify was ended")?, said))
    }

    /// Lets jobs that are due run, until everything is published and sent.
    pub(super) fn settle(&self) -> Result<()> {
        for _ in 0..120 {
            self.run(&["work", "--once"])?;
            if self.database.progress()?.phase() == super::look::Phase::Over {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
        bail!("not everything was published and sent within two minutes");
    }
}

/// A process of ours. Dropping it ends it.
pub(super) struct Running(pub(super) Child);

impl Running {
    /// Sends it a signal: `STOP`, `CONT`.
    pub(super) fn signal(&self, name: &str) -> Result<()> {
        let pid = self.0.id().to_string();
        ensure!(
            process::succeeds(Command::new("kill").args([&format!("-{name}"), &pid])),
            "process {pid} did not take {name}"
        );
        Ok(())
    }

    /// Ends it at once, as `kill -9` does.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None))
            && let Err(error) = self.kill()
        {
            eprintln!("ending a process: {error}");
        }
    }
}

fn identifier(number: u64) -> String {
    format!("R26-{number:06}")
}

/// What must be there once for each person, and nothing beside it.
const ONE_EACH: [(&str, &str); 5] = [
    (
        "credentials, their learners, their intents",
        "SELECT count(*), count(DISTINCT learner), count(DISTINCT intent) FROM credential",
    ),
    (
        "positions in status lists",
        "SELECT (SELECT count(*) FROM (SELECT DISTINCT status_list, status_index FROM credential) AS positions), \
         (SELECT count(*) FROM credential c JOIN status_entry e \
         ON e.list = c.status_list AND e.idx = c.status_index AND e.credential = c.id), \
         (SELECT count(*) FROM status_entry)",
    ),
    (
        "sealed intents and sealed rows",
        "SELECT (SELECT count(*) FROM intent WHERE state = 'sealed'), (SELECT count(*) FROM intent), \
         (SELECT count(*) FROM batch_row WHERE intent IS NOT NULL)",
    ),
    (
        "lines in the audit record and in the outbox",
        "SELECT (SELECT count(*) FROM audit WHERE action = 'credential.issue'), \
         (SELECT count(DISTINCT subject) FROM audit WHERE action = 'credential.issue'), \
         (SELECT count(*) FROM outbox WHERE kind = 'credential.issued'), \
         (SELECT count(DISTINCT subject) FROM outbox WHERE kind = 'credential.issued')",
    ),
    (
        "deliveries",
        "SELECT count(*), count(DISTINCT credential) FROM delivery",
    ),
];
