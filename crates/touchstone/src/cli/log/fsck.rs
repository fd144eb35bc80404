//! `touchstone log fsck`: recompute a whole log.

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::inspecting::{MOST_FAULTS, MOST_MISSING, fsck};
use touchstone_tlog::PolicyError;

use super::{Global, Log, Trusting, ended, signers, signers_json, tree_json};
use crate::{
    answer::{Answer, table},
    exit::Exit,
};

/// Recompute a log from its entries, and name every file that is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads every entry bundle and every tile, and compares them with each other and with the root hash of the checkpoint. Where they differ, it \
says which file is wrong: put that file back from a backup or a mirror. After a hundred missing files it stops and says so. Without --policy or --key the signatures are not checked, \
and it says so.

Examples:
  touchstone log fsck touchstone-data/objects/log
  touchstone log fsck https://verify.example.edu/log --key verify.example.edu/log+8b2e52ea+AQ...
  touchstone log fsck /srv/mirror/log --policy trust.txt --json

Exit codes: 0 every hash is right, 1 files are wrong, 2 could not be checked: a file could not be read, or too few witnesses signed.")]
pub(crate) struct Args {
    /// The log: a folder, or an address that starts with https://.
    #[arg(value_name = "FOLDER|URL")]
    log: String,
    #[command(flatten)]
    trusting: Trusting,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let policy = self.trusting.policy()?;
        let log = Log::open(global, &self.log)?;
        let found = fsck(log.source(), &TLOG_CRYPTO).await;
        let found = found.map_err(|error| ended(&self.log, error.into()))?;
        let tree = &found.checkpoint.checkpoint;
        let head = format!(
            "{}: {} entries, {} files read\n  root {}",
            tree.origin(),
            tree.size,
            found.files,
            tree.root
        );
        let mut exit = match found.faults.is_empty() {
            true => Exit::Done,
            false => Exit::Failed,
        };
        let evaluation = policy
            .as_ref()
            .map(|policy| (policy, policy.evaluate(&found.checkpoint, &TLOG_CRYPTO)));
        let mut faults: Vec<(&str, String)> = found
            .faults
            .iter()
            .map(|fault| (fault.path.as_str(), fault.wrong.to_string()))
            .collect();
        let (signed, signed_json) = match &evaluation {
            None => (
                "signatures were not checked: give --policy or --key".to_owned(),
                json!(null),
            ),
            Some((policy, Ok(evaluation))) => {
                if !evaluation.has_quorum && exit == Exit::Done {
                    exit = Exit::Unchecked;
                }
                (signers(evaluation, policy), signers_json(evaluation))
            }
            Some((_, Err(error))) => {
                exit = Exit::Failed;
                // That the reader does not know the log is no fault of its files.
                if matches!(error, PolicyError::Signature(_)) {
                    faults.push((CHECKPOINT, error.to_string()));
                }
                (
                    format!("WRONG: {error}"),
                    json!({ "error": error.to_string() }),
                )
            }
        };
        let said = match faults.is_empty() {
            true => "Every hash is right.".to_owned(),
            false => {
                let rows = faults.iter();
                let rows: Vec<[String; 2]> = rows
                    .map(|(path, wrong)| [(*path).to_owned(), wrong.clone()])
                    .collect();
                let stopped = match found.stopped {
                    true => format!(
                        "\nStopped here: {MOST_MISSING} files are missing or {MOST_FAULTS} are wrong, so the log that the checkpoint states is not here. \
                         Nothing is known about the rest."
                    ),
                    false => String::new(),
                };
                format!(
                    "WRONG\n{}{stopped}",
                    table(["file", "what is wrong"], &rows)
                )
            }
        };
        let faults = faults
            .into_iter()
            .map(|(path, wrong)| json!({ "file": path, "wrong": wrong }));
        let json = json!({
            "checkpoint": tree_json(&found.checkpoint),
            "computedRoot": found.root.map(|root| root.to_string()),
            "files": found.files,
            "stopped": found.stopped,
            "signatures": signed_json,
            "faults": faults.collect::<Vec<_>>(),
        });
        Ok(Answer::new(format!("{head}\n  {signed}\n{said}"), json).with_exit(exit))
    }
}

/// Where the signatures stand.
const CHECKPOINT: &str = "checkpoint";
