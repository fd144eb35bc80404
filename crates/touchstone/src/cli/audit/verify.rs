//! `touchstone audit verify`: a record in a file, held against the log.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    path::PathBuf,
};

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::{CRYPTO, TLOG_CRYPTO};
use touchstone_bundle::{Ending, Found, LoggedRoot, Reading};
use touchstone_service::inspecting::{AuditRoots, audit_roots};
use touchstone_tlog::{Policy, PolicyError, SignedCheckpoint};

use super::{
    Global,
    log::{self, Trusting},
};
use crate::{answer::Answer, cli::Ended, exit::Exit};

/// Check that an audit record is what was logged: no line deleted, changed, added or moved.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks nobody, and so knows only the roots that the file brings: whoever can write to the database can alter lines, have a root made over them, and leave
the older ones out. With --log every root of the institution in the log is compared. A record that was cut short is found by its end, which a key of the
institution signed; one that was written before records had an end, or while nothing could sign, only with --log.

Examples:
  touchstone audit verify riverside.audit --policy riverside.policy
  touchstone audit verify riverside.audit --key verify.example.edu/log+8b2e52ea+AQ... --log /srv/mirror/log

Exit codes: 0 whole, 1 altered, 2 could not be checked: not readable, no log that you believe, too few witnesses as yet, or lines that no \
logged root covers yet.")]
pub(super) struct Args {
    /// What `touchstone audit export` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    trusting: Trusting,
    /// Also read the log, by its folder or address: is each of its roots over the lines of the file, and is there one over more lines?
    #[arg(long, value_name = "DIR|URL")]
    log: Option<String>,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let policy = self.trusting.required()?;
        let named = self.file.display().to_string();
        let unchecked = |message: String| Ended {
            message: format!("could not be checked: {named}: {message}"),
            exit: Exit::Unchecked,
        };
        let file = File::open(&self.file).map_err(|error| unchecked(error.to_string()))?;
        let mut lines = Lines::of(file);
        let first = lines.next().map_err(|error| unchecked(error.to_string()))?;
        let reading = Reading::begin(first.unwrap_or_default(), &TLOG_CRYPTO);
        let reading = reading.map_err(|error| unchecked(error.to_string()))?;
        let mut reading = reading.trusted_by(&policy);
        let trust = Trust::of(reading.checkpoint(), &policy);
        let trust = trust.map_err(|error| unchecked(error.to_string()))?;
        let logged = match &self.log {
            None => None,
            Some(named) => Some(Logged::read(global, named, &policy, &reading).await?),
        };
        if let Some(logged) = &logged {
            reading = reading.against(logged.found.roots.clone());
        }
        let mut number = 1;
        while let Some(line) = lines.next().map_err(|error| unchecked(error.to_string()))? {
            number += 1;
            let read = reading.read(line, number);
            read.map_err(|error| unchecked(error.to_string()))?;
        }
        let found = reading.end(&CRYPTO);
        Ok(answer(&found, &trust, logged.as_ref()))
    }
}

/// Whether the checkpoint is one to rely on.
enum Trust {
    Believed,
    /// Too few witnesses as yet.
    Pending,
    /// Signed in a believed name, and not by it.
    Forged(String),
}

impl Trust {
    /// That in a checkpoint. Of a log that nobody named nothing can be said.
    fn of(signed: &SignedCheckpoint, policy: &Policy) -> Result<Self, PolicyError> {
        match policy.evaluate(signed, &TLOG_CRYPTO) {
            Ok(evaluation) if evaluation.has_quorum => Ok(Self::Believed),
            Ok(_) => Ok(Self::Pending),
            Err(error @ PolicyError::UnknownLog { .. }) => Err(error),
            Err(error) => Ok(Self::Forged(error.to_string())),
        }
    }
}

/// What the log itself says of the record.
struct Logged {
    found: AuditRoots,
    /// Entries that were read.
    entries: u64,
    /// Fewer than the file's checkpoint states.
    is_older: bool,
    /// Too few witnesses have seen so many as yet.
    is_pending: bool,
}

impl Logged {
    async fn read(
        global: &Global,
        named: &str,
        policy: &Policy,
        reading: &Reading<'_>,
    ) -> Result<Self> {
        let opened = log::Log::open(global, named)?;
        let source = opened.source();
        let signed = source.checkpoint().await;
        let signed = signed.map_err(|error| log::ended(named, error.into()))?;
        let unchecked =
            |why: String| Ended::unchecked(format!("could not be checked: --log {named}: {why}"));
        let (stated, seen) = (&signed.checkpoint, &reading.checkpoint().checkpoint);
        if stated.origin() != seen.origin() {
            return Err(unchecked(format!(
                "it is the log {}, and the record's roots are in {}",
                stated.origin(),
                seen.origin()
            )));
        }
        let is_pending = match Trust::of(&signed, policy) {
            Ok(Trust::Believed) => false,
            Ok(Trust::Pending) => true,
            Ok(Trust::Forged(why)) => return Err(unchecked(why)),
            Err(error) => return Err(unchecked(error.to_string())),
        };
        let found = audit_roots(source, stated, seen, reading.issuer(), &TLOG_CRYPTO).await;
        Ok(Self {
            found: found.map_err(|error| log::ended(named, error.into()))?,
            entries: stated.size,
            is_older: stated.size < seen.size,
            is_pending,
        })
    }

    /// The root over the most lines.
    fn most(&self) -> Option<&LoggedRoot> {
        self.found.roots.iter().max_by_key(|root| root.lines)
    }
}

fn answer(found: &Found, trust: &Trust, logged: Option<&Logged>) -> Answer {
    let whole = found.whole.map_or(0, |whole| whole.lines);
    let most = logged.and_then(Logged::most);
    let newer = most.filter(|most| most.lines > found.lines);
    let mut said = Vec::new();
    if let Some(broken) = found.broken {
        said.push(format!(
            "after line {} and up to line {}: {}",
            broken.after, broken.until, broken.how
        ));
    }
    if let Some(newer) = newer {
        said.push(format!(
            "the log has a root over {} lines at place {}; the file has {}",
            newer.lines, newer.index, found.lines
        ));
    }
    if logged.is_some_and(|logged| logged.found.is_forked) {
        said.push("the log forked: it does not continue the tree of the file's checkpoint".into());
    }
    if let Trust::Forged(why) = trust {
        said.push(why.clone());
    }
    let failed = !said.is_empty();
    if let Trust::Pending = trust {
        said.push("fewer of your witnesses than you ask for have seen the checkpoint".into());
    }
    if let Some(logged) = logged.filter(|logged| logged.is_pending) {
        said.push(format!(
            "fewer of your witnesses than you ask for have seen the {} entries of --log",
            logged.entries
        ));
    }
    if let Some(logged) = logged.filter(|logged| logged.is_older) {
        said.push(format!(
            "--log has {} entries, fewer than the file's checkpoint states: what came after them was not compared",
            logged.entries
        ));
    }
    if whole < found.lines && found.broken.is_none() {
        said.push(format!(
            "{} of them came after the last root that the file has, so nothing can be said of them",
            found.lines - whole
        ));
    }
    let unvouched = match found.ending {
        Ending::Signed(_) => None,
        Ending::None => Some("it is of the first version, which has no end"),
        Ending::Unsigned => Some("nothing could sign its end when it was written"),
    };
    if let Some(why) = unvouched.filter(|_| found.broken.is_none() && logged.is_none()) {
        said.push(format!(
            "{why}, so whether it was cut short only the log tells: name it with --log"
        ));
    }
    let exit = match (failed, said.is_empty()) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Unchecked,
    };
    if logged.is_none() {
        said.push(
            "only the roots that the file brings were compared; whether the log has others over its lines, or over more, is known with --log"
                .into(),
        );
    }
    let head = match exit {
        Exit::Done => "WHOLE",
        Exit::Failed => "ALTERED",
        _ => "NOT ALL CHECKED",
    };
    let of = format!(
        "{head}  the record of {}: {} lines, the first {whole} as they were logged{}",
        found.issuer,
        found.lines,
        match found.ending {
            Ending::Signed(at) => format!("; no more of them as of {at}"),
            Ending::None | Ending::Unsigned => String::new(),
        }
    );
    let json = json!({
        "verdict": match exit { Exit::Done => "whole", Exit::Failed => "altered", _ => "unknown" },
        "issuer": found.issuer,
        "lines": found.lines,
        "whole": found.whole.map(|whole| json!({ "lines": whole.lines, "index": whole.index })),
        "broken": found.broken.map(|broken| json!({ "after": broken.after, "until": broken.until, "why": broken.how.to_string() })),
        "ending": match found.ending {
            Ending::None => json!("none"),
            Ending::Unsigned => json!("unsigned"),
            Ending::Signed(at) => json!({ "signed": at.to_string() }),
        },
        "logRead": logged.is_some(),
        "loggedLines": most.map(|most| most.lines),
        "notes": said,
    });
    said.insert(0, of);
    Answer::new(said.join("\n  "), json).with_exit(exit)
}

/// A file by its lines, each of a bounded length.
struct Lines {
    from: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    fn of(file: File) -> Self {
        Self {
            from: BufReader::new(file),
            line: Vec::new(),
            number: 0,
        }
    }

    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        self.number += 1;
        let mut some = (&mut self.from).take(LONGEST);
        some.read_until(b'\n', &mut self.line)?;
        match self.line.pop() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(&self.line)),
            Some(_) => Err(io::Error::other(format!(
                "line {}: the file was cut off, or the line has more than {} MiB",
                self.number,
                LONGEST >> 20
            ))),
        }
    }
}

/// Far more than any line of a record, and than a checkpoint with many cosignatures.
const LONGEST: u64 = 4 << 20;
