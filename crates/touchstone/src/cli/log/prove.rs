//! `touchstone log prove`: an entry and its proof, as files.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::inspecting::prove;

use super::{Global, Log, Trusting, ended, file, signers, signers_json, tree_json};
use crate::answer::Answer;

/// Prove that an entry is in a log: writes a .tlog-proof that anybody can check without asking anyone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The proof is against the newest checkpoint of the log, with the signatures that it bears; it is checked before it is written. Without \
--policy or --key the signatures are taken as they are.

Examples:
  touchstone log prove https://verify.example.edu/log 73894 --out entry.tlog-proof --entry entry
  touchstone log prove touchstone-data/objects/log 0
                                           the proof on standard output

Exit codes: 0 done, 1 no such entry or damaged files, 2 the log could not be read.")]
pub(crate) struct Args {
    /// The log: a folder, or an address that starts with https://.
    #[arg(value_name = "FOLDER|URL")]
    log: String,
    /// The entry's place, from 0.
    #[arg(value_name = "INDEX")]
    index: u64,
    /// Write the proof to this new file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the entry's bytes to this new file.
    #[arg(long, value_name = "FILE", requires = "out")]
    entry: Option<PathBuf>,
    #[command(flatten)]
    trusting: Trusting,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let policy = self.trusting.policy()?;
        let log = Log::open(global, &self.log)?;
        let proven = prove(log.source(), self.index, None, &TLOG_CRYPTO).await;
        let proven = proven.map_err(|error| ended(&self.log, error.into()))?;
        let checkpoint = &proven.proof.checkpoint;
        let mut said = Vec::new();
        let mut signatures = json!(null);
        if let Some(policy) = &policy {
            let evaluation = policy.evaluate(checkpoint, &TLOG_CRYPTO);
            let evaluation = evaluation.map_err(|error| ended(&self.log, error.into()))?;
            said.push(signers(&evaluation, policy));
            signatures = signers_json(&evaluation);
        }
        let text = proven.proof.to_string();
        let Some(out) = &self.out else {
            return Ok(Answer::document(text.into_bytes()));
        };
        file::write_new(out, text.as_bytes())?;
        if let Some(path) = &self.entry {
            file::write_new(path, &proven.entry)?;
            said.push(format!("the entry is in {}", path.display()));
        }
        let tree = &checkpoint.checkpoint;
        let head = format!(
            "Entry {} of {}, proven in a tree of {} entries: {}",
            self.index,
            tree.origin(),
            tree.size,
            out.display()
        );
        said.insert(0, head);
        let json = json!({
            "index": self.index,
            "checkpoint": tree_json(checkpoint),
            "signatures": signatures,
            "proof": out.display().to_string(),
            "entry": self.entry.as_ref().map(|path| path.display().to_string()),
        });
        Ok(Answer::new(said.join("\n  "), json))
    }
}
