//! `touchstone log`: transparency logs, ours and others', looked at from outside.
//!
//! Works without an installation (but for `trust`, `anchors`, `go-on`, and `fsck` of one's own), on any log that is stored or served as C2SP tlog-tiles.

mod anchors;
mod block;
mod cosign;
mod deploy;
mod extract;
mod fsck;
mod go_on;
mod monitor;
mod prove;
mod trust;
mod verify;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;
use touchstone_adapters::{HttpFetch, ObjectsFolder, TLOG_CRYPTO};
use touchstone_service::inspecting::{InspectError, MonitorError, Source};
use touchstone_tlog::{Evaluation, Policy, SignedCheckpoint, VerifierKey};
use touchstone_vc::Timestamp;

use super::{Ended, Global, file};
use crate::{answer::Answer, exit::Exit, installation::Settings};

/// Transparency logs: recompute one, check what is in it, follow it, prove an entry, have it witnessed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A log is named by its folder or its address: anything that C2SP tlog-tiles describes, of whatever software.

Examples:
  touchstone log fsck /srv/mirror/log      recompute everything, name every file that is wrong
  touchstone log verify diploma.tlog-proof --policy trust.txt --entry entry
  touchstone log monitor https://verify.example.edu/log --policy trust.txt --state seen
  touchstone log prove https://verify.example.edu/log 73894 --out entry.tlog-proof
  touchstone log extract ada.bundle --to proofs
                                           the proofs in a bundle, one file each
  touchstone log trust --out ours.policy   how others trust this installation's log
  touchstone log anchors                   who states when this installation's log was there
  touchstone log block ada.bundle --trust ours.policy --rpc http://localhost:8545 --local
                                           which blocks of an EVM chain its anchors are in
  touchstone log go-on north --reason WHY  although that witness speaks against ours

Exit codes: 0 right, 1 wrong, 2 could not be checked (never rounded either way), 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Fsck(fsck::Args),
    Verify(verify::Args),
    Monitor(monitor::Args),
    Prove(prove::Args),
    Extract(extract::Args),
    Cosign(cosign::Args),
    Trust(trust::Args),
    Anchors(anchors::Args),
    Block(block::Args),
    Deploy(deploy::Args),
    GoOn(go_on::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Fsck(args) => args.run(global).await,
            What::Verify(args) => args.run(),
            What::Monitor(args) => args.run(global).await,
            What::Prove(args) => args.run(global).await,
            What::Extract(args) => args.run(),
            What::Cosign(args) => args.run(global).await,
            What::Trust(args) => args.run(global).await,
            What::Anchors(args) => args.run(global).await,
            What::Block(args) => args.run(global).await,
            What::Deploy(args) => args.run(global).await,
            What::GoOn(args) => args.run(global).await,
        }
    }
}

/// Who is believed.
#[derive(Debug, clap::Args)]
pub(super) struct Trusting {
    /// Who is believed: a trust file (C2SP tlog-policy) with logs, witnesses and how many of them must have cosigned.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    policy: Option<PathBuf>,
    /// Believe this log alone, whoever witnessed it: its key, as name+id+base64. May be repeated.
    #[arg(long, value_name = "VKEY", value_parser = vkey)]
    key: Vec<VerifierKey>,
}

impl Trusting {
    /// The policy, if any was given.
    fn policy(&self) -> Result<Option<Policy>> {
        if let Some(path) = &self.policy {
            let name = path.display().to_string();
            let bytes = file::read(&name, LARGEST_POLICY);
            let bytes = bytes.map_err(|error| unchecked(format!("--policy {error:#}")))?;
            let policy = Policy::parse(&bytes, &TLOG_CRYPTO);
            return match policy {
                Ok(policy) => Ok(Some(policy)),
                Err(error) => Err(unchecked(format!("--policy {name}: {error}"))),
            };
        }
        let keys = self.key.iter().cloned();
        Ok((!self.key.is_empty()).then(|| Policy::unwitnessed(keys)))
    }

    /// The trust file as it stands, for what it says besides; empty without one.
    fn lines(&self) -> Result<Vec<u8>> {
        let Some(path) = &self.policy else {
            return Ok(Vec::new());
        };
        let name = path.display().to_string();
        let bytes = file::read(&name, LARGEST_POLICY);
        let mut bytes = bytes.map_err(|error| unchecked(format!("--policy {error:#}")))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The policy, which there must be.
    pub(super) fn required(&self) -> Result<Policy> {
        match self.policy()? {
            Some(policy) => Ok(policy),
            None => Err(Ended {
                message: "name whom you believe: --policy FILE, or --key VKEY for one log".into(),
                exit: Exit::Usage,
            }
            .into()),
        }
    }
}

fn vkey(text: &str) -> Result<VerifierKey, String> {
    VerifierKey::parse(text, &TLOG_CRYPTO).map_err(|error| error.to_string())
}

const LARGEST_POLICY: usize = 1 << 20;
/// The most that a bundle has.
const LARGEST_BUNDLE: usize = 16 << 20;

/// A log that was named on the command line.
pub(super) enum Log {
    Folder(ObjectsFolder),
    Address(HttpFetch, String),
}

impl Log {
    pub(super) fn open(global: &Global, named: &str) -> Result<Self> {
        if named.starts_with("https://") || named.starts_with("http://") {
            let fetch = Settings::read(global)?.config.fetch;
            if !fetch.allow {
                return Err(unchecked(format!(
                    "{named} would have to be fetched, which fetch.allow forbids; give a folder"
                )));
            }
            let fetch = HttpFetch::new(fetch.loopback || global.local).context("network")?;
            let prefix = named.trim_end_matches('/').trim_end_matches("/checkpoint");
            return Ok(Self::Address(fetch, prefix.to_owned()));
        }
        if !Path::new(named).is_dir() {
            return Err(unchecked(format!(
                "there is no folder {named}; an address starts with https://"
            )));
        }
        Ok(Self::Folder(ObjectsFolder::new(named)))
    }

    pub(super) fn source(&self) -> Source<'_> {
        match self {
            Self::Folder(folder) => Source::Folder(folder),
            Self::Address(fetch, prefix) => Source::Address { fetch, prefix },
        }
    }
}

/// Nothing is known: neither right nor wrong.
fn unchecked(why: String) -> anyhow::Error {
    Ended::unchecked(format!("could not be checked: {why}"))
}

/// What could not be read or is no log ends as unchecked; what is there and damaged, as failed.
pub(super) fn ended(named: &str, error: MonitorError) -> anyhow::Error {
    let exit = match &error {
        MonitorError::Inspect(InspectError::Damaged { .. } | InspectError::NoEntry { .. })
        | MonitorError::Policy(_) => Exit::Failed,
        MonitorError::Inspect(_) | MonitorError::OtherLog { .. } => Exit::Unchecked,
    };
    let message = match exit {
        Exit::Unchecked => format!("could not be checked: {named}: {error}"),
        _ => format!("{named}: {error}"),
    };
    Ended { message, exit }.into()
}

/// Who signed, in words.
fn signers(evaluation: &Evaluation<'_>, policy: &Policy) -> String {
    let mut said = vec!["signed by the log".to_owned()];
    for (witness, time) in &evaluation.witnesses {
        let when = time.map_or(String::new(), |time| format!(" at {}", moment(time)));
        said.push(format!("seen by {}{when}", witness.name));
    }
    match (policy.asks_for_witnesses(), evaluation.has_quorum) {
        (false, _) => said.push("no witness was asked for".to_owned()),
        (true, true) => said.push("enough witnesses".to_owned()),
        (true, false) => {
            said.push("not enough witnesses as yet: pending, neither right nor wrong".to_owned());
        }
    }
    said.join("\n  ")
}

fn moment(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::from_unix_seconds(seconds).to_string()
}

/// Who signed, for programs.
pub(super) fn signers_json(evaluation: &Evaluation<'_>) -> serde_json::Value {
    let witnesses = evaluation.witnesses.iter().map(|(witness, time)| {
        serde_json::json!({ "name": witness.name, "key": witness.key.to_string(), "time": time.map(moment) })
    });
    serde_json::json!({
        "log": true,
        "witnesses": witnesses.collect::<Vec<_>>(),
        "quorum": evaluation.has_quorum,
        "earliest": evaluation.earliest().map(moment),
    })
}

/// The tree that a checkpoint names, for programs.
fn tree_json(signed: &SignedCheckpoint) -> serde_json::Value {
    let tree = &signed.checkpoint;
    serde_json::json!({ "origin": tree.origin(), "size": tree.size, "root": tree.root.to_string() })
}

/// How an anchor stands where nothing may be fetched.
pub(super) const NOT_ASKED: &str = "is not asked, because fetch.allow is false";
