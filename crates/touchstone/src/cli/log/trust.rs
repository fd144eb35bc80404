//! `touchstone log trust`: what somebody who trusts this installation's log gives to a verifier.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::logging::trust_file;

use crate::{
    answer::Answer,
    cli::{Global, file},
    installation::Installation,
};

/// Write the trust file of this installation's log: a C2SP tlog-policy with its key, its witnesses and their quorum.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Who checks a proof bundle names this file with `touchstone verify --trust`. It is worth as much as the way on which it was got: hand it \
over in person, print the key, or publish it on a site of the institution's.

Examples:
  touchstone log trust > riverside.policy
  touchstone log trust --out riverside.policy
  touchstone verify ada.bundle --offline --trust riverside.policy")]
pub(super) struct Args {
    /// Where to; standard output otherwise.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let installation = Installation::open(global).await?;
        let text = trust_file(&installation.world).await?;
        let text = text.context(
            "there is no log yet: it is begun by `touchstone serve` or `touchstone work`",
        )?;
        let Some(out) = self.out else {
            return Ok(Answer::document(text.into_bytes()));
        };
        file::write_new(&out, text.as_bytes())?;
        Ok(Answer::new(
            format!(
                "{} says how this installation's log is trusted.",
                out.display()
            ),
            json!({ "file": out }),
        ))
    }
}
