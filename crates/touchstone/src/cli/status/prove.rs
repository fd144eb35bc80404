//! `touchstone status prove`: the part of a list in which a credential stands, as a file.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_bundle::status_list_called;
use touchstone_service::inspecting::prove_status;

use super::{Global, Which, file, log::Log, outside, unchecked};
use crate::answer::Answer;

/// Prove what a published status list says of one credential: writes a file of some 2 KB that anybody can check without asking anyone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The list is read whole, as everybody reads it: its host is not told which credential it is about. No installation and no key are needed.

Examples:
  touchstone status prove site/i/riverside/status/1 --log site/log --credential ada.json --out ada.status-proof
  touchstone status prove https://verify.example.edu/i/riverside/status/1 --log https://verify.example.edu/log --index 48211 \\
    --out 48211.status-proof

Exit codes: 0 done, 2 the list or the log could not be read, or the log states nothing about this list.")]
pub(super) struct Args {
    /// The list as it was published: a file, or an address that starts with https://.
    #[arg(value_name = "LIST")]
    list: String,
    /// The log: a folder, or an address that starts with https://.
    #[arg(long, value_name = "FOLDER|URL")]
    log: String,
    #[command(flatten)]
    which: Which,
    /// Write the proof to this new file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let list = self.read(global).await.map_err(unchecked)?;
        let called = status_list_called(&list).context("this is no status list");
        let called = called
            .with_context(|| self.list.clone())
            .map_err(unchecked)?;
        let which = self.which.index(&called, None);
        let (index, _) = which.map_err(unchecked)?;
        let log = Log::open(global, &self.log)?;
        let made = prove_status(log.source(), &list, index, &TLOG_CRYPTO).await;
        let made = made.with_context(|| self.list.clone()).map_err(unchecked)?;
        file::write_new(&self.out, &made.encode())?;
        let (stated, proof) = (made.proof.stated(), made.proof.encode().len());
        let text = format!(
            "{} proves what {} said of entry {index}, from {} until {}.\n  {proof} bytes, and where its statement stands in {}: entry {} of {}",
            self.out.display(),
            outside::printable(&stated.url),
            stated.valid_from,
            stated.valid_until,
            outside::printable(made.logged.checkpoint.checkpoint.origin()),
            made.logged.index,
            made.logged.checkpoint.checkpoint.size,
        );
        let json = json!({
            "file": self.out.display().to_string(),
            "list": stated.url,
            "purpose": stated.purpose,
            "asOf": stated.valid_from.to_string(),
            "validUntil": stated.valid_until.to_string(),
            "proofBytes": proof,
            "entry": made.logged.index,
        });
        Ok(Answer::new(text, json))
    }

    async fn read(&self, global: &Global) -> Result<Vec<u8>> {
        match self.list.starts_with("https://") || self.list.starts_with("http://") {
            true => outside::fetched(&*outside::online(global)?, &self.list).await,
            false => file::read(&self.list, LARGEST),
        }
    }
}

/// As much as any status list.
const LARGEST: usize = 4 << 20;
