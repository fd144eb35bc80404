//! `touchstone log monitor`: follow a log, and say so when it does what it must not.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_adapters::{
    CRYPTO, TLOG_CRYPTO,
    durable::{self, Readers},
};
use touchstone_service::inspecting::{Alarm, Histories, Looked, Watch, monitor};
use touchstone_tlog::{Policy, SignedCheckpoint};

use super::{Ended, Global, Log, Trusting, ended, tree_json};
use crate::{answer::Answer, exit::Exit};

/// Follow a log: alarm when it forks, goes back, contradicts itself about a key or a record, or has an entry in your name that you did not make.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Keeps the last checkpoint that it saw in the state file, as the log signed it. Each look proves that the log continues that tree, reads all entries \
since and recomputes the root with them. What became of every issuer's keys is kept beside it, with .keys at the end of its name: a history of keys
from which an event was left out, a key that comes back after its end, and a list that an ended key signed are alarms, whoever's they are; so is a root
over an audit record that has fewer lines than before, or as many and others. When the log forked, the checkpoint that does not fit is written beside the state file, with \
.alarm at the end of its name: the two together are the evidence.

Examples:
  touchstone log monitor https://verify.example.edu/log --policy trust.txt --state seen
  touchstone log monitor https://verify.example.edu/log --policy trust.txt --state seen \\
      --did did:web:verify.example.edu:i:riverside --mine touchstone-data/objects/log
                                           and who states things as Riverside?
  touchstone log monitor URL --policy trust.txt --state seen --every 60
                                           until something is wrong, or until it is stopped

Exit codes: 0 nothing is wrong, 1 ALARM, 2 could not be checked.")]
pub(crate) struct Args {
    /// The log: a folder, or an address that starts with https://.
    #[arg(value_name = "FOLDER|URL")]
    log: String,
    #[command(flatten)]
    trusting: Trusting,
    /// Where the last checkpoint is kept; made by the first look, which reads the whole log.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Alarm on entries in the name of this DID. May be repeated.
    #[arg(long, value_name = "DID")]
    did: Vec<String>,
    /// Your own copy of the log: what stands there at the same place, you made.
    #[arg(long, value_name = "FOLDER|URL", requires = "did")]
    mine: Option<String>,
    /// Look again and again, after so many seconds; a log that cannot be reached is looked at again.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let policy = self.trusting.required()?;
        let log = Log::open(global, &self.log)?;
        let mine = self.mine.as_deref();
        let mine = mine.map(|mine| Log::open(global, mine)).transpose()?;
        let Some(seconds) = self.every else {
            let looked = self.look(&policy, &log, mine.as_ref()).await?;
            return Ok(answer(&looked));
        };
        loop {
            match self.look(&policy, &log, mine.as_ref()).await {
                Ok(looked) if looked.alarms.is_empty() => eprintln!("{}", words(&looked)),
                Ok(looked) => return Ok(answer(&looked)),
                Err(error) => match error.downcast_ref::<Ended>() {
                    // Not reached is not wrong.
                    Some(ended) if ended.exit == Exit::Unchecked => eprintln!("{error:#}"),
                    _ => return Err(error),
                },
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
                stopped = tokio::signal::ctrl_c() => {
                    stopped.context("waiting for Ctrl-C")?;
                    return Ok(Answer::nothing());
                }
            }
        }
    }

    async fn look(&self, policy: &Policy, log: &Log, mine: Option<&Log>) -> Result<Looked> {
        let last = kept(&self.state)?;
        let keys = self.histories()?;
        let watch = Watch {
            source: log.source(),
            policy,
            last: last.as_ref(),
            keys: keys.as_ref(),
            crypto: &CRYPTO,
            dids: &self.did,
            mine: mine.map(Log::source),
        };
        let looked = monitor(&watch, &TLOG_CRYPTO).await;
        let looked = looked.map_err(|error| ended(&self.log, error))?;
        // First what was learned of keys: if it is ahead of the checkpoint, all is read again.
        if let Some(keys) = &looked.keys {
            let path = ending(&self.state, ".keys");
            durable::write(&path, keys.to_string().as_bytes(), Readers::Owner)
                .with_context(|| format!("file {}", path.display()))?;
        }
        let text = looked.checkpoint.note.to_string();
        let path = match looked.alarms.iter().any(Alarm::is_of_the_log) {
            true => ending(&self.state, ".alarm"),
            false => self.state.clone(),
        };
        durable::write(&path, text.as_bytes(), Readers::Owner)
            .with_context(|| format!("file {}", path.display()))?;
        Ok(looked)
    }

    /// What the last look learned of keys. `None` where there is nothing to go by: then all of the log is read again.
    fn histories(&self) -> Result<Option<Histories>> {
        let path = ending(&self.state, ".keys");
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            text => {
                let read = text.with_context(|| format!("file {}", path.display()))?;
                Histories::kept(&read).with_context(|| {
                    format!(
                        "file {}; move it away, and all of the log is read again",
                        path.display()
                    )
                })
            }
        }
    }
}

/// The checkpoint of the last look.
fn kept(path: &Path) -> Result<Option<SignedCheckpoint>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes.with_context(|| format!("file {}", path.display()))?,
    };
    let kept = SignedCheckpoint::parse(&bytes);
    let kept = kept.with_context(|| {
        let path = path.display();
        format!(
            "file {path} is no checkpoint; name another state file, or move it away to begin anew"
        )
    })?;
    Ok(Some(kept))
}

fn ending(state: &Path, with: &str) -> PathBuf {
    let mut name = state.file_name().unwrap_or_default().to_owned();
    name.push(with);
    state.with_file_name(name)
}

fn words(looked: &Looked) -> String {
    let tree = &looked.checkpoint.checkpoint;
    let mut said = format!(
        "{}: {} entries, {} of them new",
        tree.origin(),
        tree.size,
        looked.entries
    );
    if !looked.has_quorum {
        said += "; not enough witnesses as yet";
    }
    for alarm in &looked.alarms {
        said += &format!("\nALARM: {alarm}");
    }
    said
}

fn answer(looked: &Looked) -> Answer {
    let alarms = looked.alarms.iter().map(|alarm| match alarm {
        Alarm::NotMine {
            index, kind, did, ..
        } => {
            json!({ "alarm": "not-mine", "index": index, "kind": kind, "did": did, "said": alarm.to_string() })
        }
        Alarm::OtherHistory { index, kind, did } => {
            json!({ "alarm": "other-history", "index": index, "kind": kind, "did": did, "said": alarm.to_string() })
        }
        Alarm::KeyCameBack { index, did, method } => {
            json!({ "alarm": "key-came-back", "index": index, "did": did, "key": method, "said": alarm.to_string() })
        }
        Alarm::OtherKey { index, did, method } => {
            json!({ "alarm": "other-key", "index": index, "did": did, "key": method, "said": alarm.to_string() })
        }
        Alarm::AfterKey { index, did, method } => {
            json!({ "alarm": "after-key", "index": index, "did": did, "key": method, "said": alarm.to_string() })
        }
        Alarm::NoKeyOfTheirs { index, did, method } => {
            json!({ "alarm": "no-key-of-theirs", "index": index, "did": did, "key": method, "said": alarm.to_string() })
        }
        Alarm::NotSigned { index, did, method } => {
            json!({ "alarm": "not-signed", "index": index, "did": did, "key": method, "said": alarm.to_string() })
        }
        Alarm::DatedBack { index, did, list } => {
            json!({ "alarm": "dated-back", "index": index, "did": did, "list": list, "said": alarm.to_string() })
        }
        Alarm::RecordWentBack {
            index,
            did,
            lines,
            before,
        } => {
            json!({ "alarm": "record-went-back", "index": index, "did": did, "lines": lines, "before": before, "said": alarm.to_string() })
        }
        Alarm::OtherRecord { index, did, lines } => {
            json!({ "alarm": "other-record", "index": index, "did": did, "lines": lines, "said": alarm.to_string() })
        }
        Alarm::RolledBack { old, new } => {
            json!({ "alarm": "rolled-back", "old": old, "new": new, "said": alarm.to_string() })
        }
        Alarm::Forked { size } => {
            json!({ "alarm": "forked", "size": size, "said": alarm.to_string() })
        }
        Alarm::Inconsistent { old, new } => {
            json!({ "alarm": "forked", "old": old, "new": new, "said": alarm.to_string() })
        }
    });
    let json = json!({
        "checkpoint": tree_json(&looked.checkpoint),
        "new": looked.entries,
        "quorum": looked.has_quorum,
        "alarms": alarms.collect::<Vec<_>>(),
    });
    let exit = match (looked.alarms.is_empty(), looked.has_quorum) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Unchecked,
        (true, true) => Exit::Done,
    };
    Answer::new(words(looked), json).with_exit(exit)
}
