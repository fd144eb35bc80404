//! `touchstone endorsement`: what somebody said of an achievement, checked without asking whoever published it.

mod check;

use anyhow::Result;
use clap::Subcommand;

use crate::answer::Answer;

/// Check what somebody said with a passkey who endorses an achievement or a mapping set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An endorsement that somebody signed with a key of their own is a credential: `touchstone verify` checks it. Who answered with a passkey signed \
a statement that stands beside the institution's record of it, and this checks the statement itself.

Examples:
  touchstone endorsement check ID.passkey.json
  touchstone endorsement check ID.passkey.json --record ID.json --document achievement.json

Exit codes: 0 signed and it holds, 1 not true or ended, 2 could not be checked, 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(check::Args),
}

impl Args {
    pub(crate) fn run(self) -> Result<Answer> {
        match self.what {
            What::Check(args) => args.run(),
        }
    }
}
