//! `touchstone audit`: an institution's audit record as a file, and whether such a file is what was logged.

mod export;
mod verify;

use anyhow::Result;
use clap::Subcommand;

use super::{Global, file, institution, log};
use crate::answer::Answer;

/// The audit record: take it away with proofs, and check that no line of it was deleted, changed, added or moved.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every change leaves a line in the record. The root of a tree over the lines is entered in the public log, so whoever holds the file and trusts \
the log needs neither the server nor its owner's word.

Examples:
  touchstone audit export --out riverside.audit
  touchstone audit verify riverside.audit --policy riverside.policy
  touchstone audit verify riverside.audit --policy riverside.policy --log https://verify.example.edu/log

Exit codes: 0 whole, 1 altered, 2 could not be checked (never rounded either way), 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Export(export::Args),
    Verify(verify::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Export(args) => args.run(global).await,
            What::Verify(args) => args.run(global).await,
        }
    }
}
