//! `touchstone token burn`: ends a token, as its holder or as its issuer.

use anyhow::Result;
use touchstone_anchor::evm::token::{burn_call, withdraw_call};

use super::{
    super::{
        Ended, Global,
        chain::{Node, Payment, asked, hex},
    },
    file::TokenFile,
};
use crate::answer::Answer;

/// Burn a token, as its holder or as its issuer, or say what that would cost. It cannot be minted again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The key says who burns: the holder's burns what was minted; the issuer's takes the permission back as well, so that what was not minted yet \
never is. Withdrawing a credential burns no token: whoever checks one also checks the credential.

Exit codes: 0 said or sent, 1 the key is neither of both, 2 the node could not be asked, it refuses, or it would cost more.")]
pub(super) struct Args {
    /// The token's file.
    #[arg(value_name = "FILE")]
    file: String,
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    payment: Payment,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let file = TokenFile::read(&self.file)?;
        let key = self.payment.key()?;
        let (token, wanted) = (file.token(), file.permission);
        let data = match key.address() {
            payer if payer == file.issuer => withdraw_call(&wanted.commitment),
            payer if payer == wanted.holder => burn_call(&token),
            payer => {
                return Err(Ended::failed(format!(
                    "the key is that of {}, which is neither the holder {} nor the issuer {}",
                    hex(&payer),
                    hex(&wanted.holder),
                    hex(&file.issuer)
                )));
            }
        };
        let node = self.node.open(global)?;
        // Of another contract nothing is burnt, and it might take more than a fee.
        let standing = node.token(wanted.chain, &wanted.contract, &token).await;
        standing.map_err(asked)?;
        let then = format!("nobody holds token {}, for good.", hex(&token));
        let paid = self.payment.call(&node, &key, wanted.contract, data, &then);
        let (words, mut json) = paid.await?;
        json["token"] = hex(&token).into();
        Ok(Answer::new(words, json))
    }
}
