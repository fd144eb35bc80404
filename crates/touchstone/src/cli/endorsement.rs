//! `touchstone endorsement`: asking others to stand behind what is awarded, and what they said.

mod ask;
mod check;
mod list;

use anyhow::Result;
use clap::Subcommand;

use super::Global;
use crate::answer::Answer;

/// Ask others to endorse an achievement or a mapping set, and check what they said.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Somebody outside is asked by mail, and answers by its link: with a passkey, or with a credential that they signed themselves. \
An endorsement that somebody signed with a key of their own is a credential: `touchstone verify` checks it. Who answered with a passkey signed \
a statement that stands beside the institution's record of it, and `check` checks the statement itself.

Examples:
  touchstone endorsement ask precision-measurement --email r.demir@celik.example
  touchstone endorsement list
  touchstone endorsement check ID.passkey.json --record ID.json --document achievement.json

Exit codes: 0 signed, recorded, and it holds; 1 not true or ended; 2 could not be checked, as without --record; 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Ask(ask::Args),
    List(list::Args),
    Check(check::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Ask(args) => args.run(global).await,
            What::List(args) => args.run(global).await,
            What::Check(args) => args.run(global).await,
        }
    }
}
