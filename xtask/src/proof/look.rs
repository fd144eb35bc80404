//! What a database says to somebody who is not the program: SQL of our own, through a client of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::{postgres, process};

/// A database to look into.
pub(super) enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL, by its address.
    Postgres(String),
}

impl Database {
    /// The columns of the one row that `sql` selects.
    pub(super) fn row(&self, sql: &str) -> Result<Vec<String>> {
        let printed = match self {
            Self::Sqlite(path) => process::output(look(&[], path, sql)?.stdin(Stdio::null()))?,
            Self::Postgres(url) => {
                let mut psql = Command::new(postgres::program("psql")?);
                psql.args(["--no-psqlrc", "-Atq", "-F", "|", "-c", sql, url]);
                process::output(&mut psql)?
            }
        };
        Ok(printed.trim().split('|').map(str::to_owned).collect())
    }

    /// How far its batches are.
    pub(super) fn progress(&self) -> Result<Progress> {
        Progress::read(&self.row(PROGRESS)?)
    }

    /// The same for numbers.
    pub(super) fn numbers(&self, sql: &str) -> Result<Vec<u64>> {
        let row = self.row(sql)?;
        let numbers = row.iter().map(|column| column.parse());
        numbers
            .collect::<Result<_, _>>()
            .with_context(|| format!("numbers in {row:?}"))
    }
}

/// In which state the newest batch is, told finer than by the state's name: what a kill can fall into.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Phase {
    /// Nothing of it is stored.
    Unread,
    /// Its rows are being stored.
    Draft,
    /// Its rows are stored; it may be confirmed.
    Validated,
    /// Some of its rows have their unsigned bytes. (The batch's own state `reserved` lives inside one transaction.)
    Reserving,
    /// All of them have, and somebody agreed to them.
    Approved,
    /// Being signed.
    Sealing,
    /// All signed; lists are to be published, mail is to be sent.
    Delivering,
    /// Published and sent.
    Over,
}

impl Phase {
    /// All that a kill can fall into.
    pub(super) const ALL: [Self; 6] = [
        Self::Draft,
        Self::Validated,
        Self::Reserving,
        Self::Approved,
        Self::Sealing,
        Self::Delivering,
    ];

    /// Under this name kills in it are counted.
    pub(super) fn figure(self) -> String {
        format!("kills_in_{self:?}").to_lowercase()
    }
}

/// How far the newest batch is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Progress {
    state: String,
    read: u64,
    pub(super) reserved: u64,
    pub(super) sealed: u64,
    sent: u64,
    waiting: u64,
    unpublished: u64,
}

impl Progress {
    fn read(row: &[String]) -> Result<Self> {
        ensure!(row.len() == 7, "not a row of progress: {row:?}");
        let number = |at: usize| row[at].parse().with_context(|| row[at].clone());
        Ok(Self {
            state: row[0].clone(),
            read: number(1)?,
            reserved: number(2)?,
            sealed: number(3)?,
            sent: number(4)?,
            waiting: number(5)?,
            unpublished: number(6)?,
        })
    }

    /// Steps taken so far: rows read, reserved, sealed, mails sent.
    pub(super) fn steps(&self) -> u64 {
        self.read + self.reserved + self.sealed + self.sent
    }

    /// Whether every row has its unsigned bytes, and nobody agreed to them yet.
    pub(super) fn all_reserved(&self) -> bool {
        self.phase() == Phase::Reserving && self.reserved == self.read
    }

    /// Where it is.
    pub(super) fn phase(&self) -> Phase {
        match self.state.as_str() {
            "none" => Phase::Unread,
            "draft" => Phase::Draft,
            "validated" if self.reserved == 0 => Phase::Validated,
            "validated" | "reserved" => Phase::Reserving,
            "approved" => Phase::Approved,
            "sealing" => Phase::Sealing,
            _ if self.waiting + self.unpublished > 0 => Phase::Delivering,
            _ => Phase::Over,
        }
    }
}

/// Sees every change of a SQLite database within milliseconds.
pub(super) struct Watch {
    eye: Child,
    seen: Receiver<String>,
    /// The newest that was seen.
    pub(super) last: Progress,
}

impl Watch {
    /// Starts looking.
    pub(super) fn start(database: &Path) -> Result<Self> {
        let mut eye = look(&["--watch"], database, PROGRESS)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting python3")?;
        let printed = eye.stdout.take().context("the eye's output")?;
        let (send, seen) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(printed).lines().map_while(Result::ok) {
                send.send(line).ok();
            }
        });
        let last = Progress::default();
        Ok(Self { eye, seen, last })
    }

    /// Waits a moment for a change; `true` if there was one.
    pub(super) fn changed(&mut self) -> Result<bool> {
        match self.seen.recv_timeout(Duration::from_millis(20)) {
            Ok(line) => {
                self.last = read_line(&line)?;
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    /// Looks once more, and no longer.
    pub(super) fn end(mut self) -> Result<Progress> {
        drop(self.eye.stdin.take());
        let last = self.seen.iter().last();
        ensure!(self.eye.wait()?.success(), "the database cannot be read");
        read_line(&last.context("nothing was seen")?)
    }
}

fn read_line(line: &str) -> Result<Progress> {
    let columns: Vec<String> = line.split('|').map(str::to_owned).collect();
    Progress::read(&columns)
}

fn look(flags: &[&str], database: &Path, sql: &str) -> Result<Command> {
    let script = process::root()?.join("xtask/src/proof/look.py");
    let mut python = Command::new("python3");
    python.arg(script).args(flags).arg(database).arg(sql);
    Ok(python)
}

/// The columns of [`Progress`]. The same on both databases.
const PROGRESS: &str = "\
    SELECT coalesce((SELECT state FROM batch ORDER BY created_at DESC, id LIMIT 1), 'none'), \
    (SELECT count(*) FROM batch_row), (SELECT count(*) FROM intent), (SELECT count(*) FROM credential), \
    (SELECT count(*) FROM delivery WHERE state = 'sent'), \
    (SELECT count(*) FROM delivery WHERE state = 'queued' AND kind = 'mail'), \
    (SELECT count(*) FROM status_list WHERE used_count > 0 AND id NOT IN (SELECT list FROM status_publication))";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phase_says_what_a_kill_would_fall_into() {
        let phase = |line: &str| read_line(line).unwrap().phase();
        assert_eq!(phase("none|0|0|0|0|0|0"), Phase::Unread);
        assert_eq!(phase("validated|9|0|0|0|0|0"), Phase::Validated);
        assert_eq!(phase("validated|9|3|0|0|0|1"), Phase::Reserving);
        assert_eq!(phase("sealed|9|9|9|1|2|0"), Phase::Delivering);
        assert_eq!(phase("sealed|9|9|9|3|0|1"), Phase::Delivering);
        assert_eq!(phase("sealed|9|9|9|3|0|0"), Phase::Over);
        assert!(read_line("sealed|9").is_err());
    }
}
