//! `touchstone endorsement`: what somebody said of an achievement, checked by what was signed.

mod check;

use anyhow::Result;
use clap::Subcommand;

use super::Global;
use crate::answer::Answer;

/// Check what somebody said with a passkey who endorses an achievement or a mapping set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An endorsement that somebody signed with a key of their own is a credential: `touchstone verify` checks it. Who answered with a passkey signed \
a statement that stands beside the institution's record of it, and this checks the statement itself.

Examples:
  touchstone endorsement check ID.passkey.json --record ID.json --document achievement.json

Exit codes: 0 signed, recorded, and it holds; 1 not true or ended; 2 could not be checked, as without --record; 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(check::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Check(args) => args.run(global).await,
        }
    }
}
