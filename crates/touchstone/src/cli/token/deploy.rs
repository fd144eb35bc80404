//! `touchstone token deploy`: puts the contract of tokens on an EVM chain.

use anyhow::Result;
use touchstone_adapters::TOKENS;

use super::super::{
    Global,
    chain::{Node, Payment, deploy},
};
use crate::answer::Answer;

/// Put the contract of tokens on an EVM chain, or say what that would cost.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One contract on a chain is enough for everybody: it has no owner, and each issuer's tokens are apart. Its source and its bytes are in \
`contracts/`. Nothing is sent without --send, and never for more than --max-fee.

Exit codes: 0 said or sent, 2 the node could not be asked, or it would cost more.")]
pub(super) struct Args {
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    payment: Payment,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let then = |chain, contract: &str| {
            format!("`touchstone token permit` takes --chain {chain} --contract {contract}.")
        };
        deploy(global, &self.node, &self.payment, &TOKENS, then).await
    }
}
