//! `touchstone registry`: who is asked whether they know an issuer, and whom a federation has.

mod federation;
mod list;

use anyhow::Result;
use clap::Subcommand;

use super::Global;
use crate::answer::Answer;

/// See which registers are asked about issuers, and go through a federation.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone registry list
  touchstone registry federation https://anchor.example --keys anchor.jwks")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(list::Args),
    Federation(federation::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List(args) => args.run(global).await,
            What::Federation(args) => args.run(global).await,
        }
    }
}
