//! `touchstone token`: tokens on an EVM chain that stay with their holder, and hold nothing but a salted commitment to a credential.

mod burn;
mod check;
mod deploy;
mod file;
mod mint;
mod permit;

use anyhow::Result;
use clap::Subcommand;

use super::Global;
use crate::answer::Answer;

/// Tokens on an EVM chain over credentials: permitted by whoever issued, minted by the holder, burnt by either.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A token (ERC-721, ERC-5192, ERC-5484) cannot be transferred and says nothing of the credential: it is the hash of the issuer's address and of \
a commitment, salted so that nobody can tell what it is of who has not got the holder's file and the credential. Nobody needs one: a \
credential is checked without (`touchstone verify`). Only `permit` needs an installation.

Examples:
  touchstone token deploy --rpc https://node.example.org --key payer.key --max-fee 0.01 --send
  touchstone token permit ID --holder 0xHOLDER --chain 1 --contract 0xCONTRACT --key issuer.key --out ada.token
  touchstone token mint ada.token --rpc https://node.example.org --key holder.key --max-fee 0.01 --send
  touchstone token check ada.token --credential ada.json --issuer 0xISSUER --rpc https://node.example.org
  touchstone token burn ada.token --rpc https://node.example.org --key holder.key --max-fee 0.01 --send

Exit codes: 0 done or held, 1 not held, 2 could not be checked or not be sent, 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Deploy(deploy::Args),
    Permit(permit::Args),
    Mint(mint::Args),
    Check(check::Args),
    Burn(burn::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Deploy(args) => args.run(global).await,
            What::Permit(args) => args.run(global).await,
            What::Mint(args) => args.run(global).await,
            What::Check(args) => args.run(global).await,
            What::Burn(args) => args.run(global).await,
        }
    }
}
