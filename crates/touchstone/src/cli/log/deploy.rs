//! `touchstone log deploy`: puts the contract that keeps checkpoints on an EVM chain.

use anyhow::Result;
use touchstone_adapters::CHECKPOINTS;

use super::{
    super::chain::{Node, Payment, deploy},
    Global,
};
use crate::answer::Answer;

/// Put the contract that keeps checkpoints on an EVM chain, or say what that would cost.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One contract on a chain is enough for everybody: it has no owner, and each sender's checkpoints are apart. Its source and its bytes are in \
`contracts/`. Nothing is sent without --send, and never for more than --max-fee.

Examples:
  openssl rand -hex 32 > evm.key && chmod 600 evm.key
  touchstone log deploy --rpc https://node.example.org --key evm.key --max-fee 0.01
                                           what it would cost, and who pays
  touchstone log deploy --rpc https://node.example.org --key evm.key --max-fee 0.01 --send

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
            format!(
                "write chain={chain} contract={contract} in log.anchors, and `touchstone doctor` says whether it is there."
            )
        };
        deploy(global, &self.node, &self.payment, &CHECKPOINTS, then).await
    }
}
