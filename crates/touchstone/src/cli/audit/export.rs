//! `touchstone audit export`: the whole record, with proofs.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::{
    logging::{LogError, sequence_until_idle},
    operations::{record, root},
};

use super::{Global, file, institution};
use crate::answer::Answer;

/// Write an institution's audit record to a file that `touchstone audit verify` checks.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The root over the newest lines is entered in the log first, so that all of the file can be checked. It holds what the record holds: names of \
members, what they did, and why. Give it to nobody who may not read that.

Examples:
  touchstone audit export --out riverside.audit
  touchstone audit export --institution riverside --out riverside.audit")]
pub(super) struct Args {
    /// Where to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        root(&world, &tenant).await?;
        match sequence_until_idle(&world).await {
            // What is logged can be taken away all the same.
            Err(stopped @ LogError::Stopped { .. }) => eprintln!("Note: {stopped}"),
            done => done?,
        }
        let record = record(&world, &tenant).await?;
        let mut record = record.context(
            "this institution has no DID yet, so nothing of it is in a log; set site.public_url and run `touchstone serve`",
        )?;
        let mut file = file::NewFile::begin(&self.out)?;
        while let Some(part) = record.next().await? {
            file.write(&part)?;
        }
        file.finish()?;
        let lines = record.lines();
        Ok(Answer::new(
            format!("{} holds the record: {lines} lines.", self.out.display()),
            json!({ "file": self.out, "lines": lines }),
        ))
    }
}
