//! `touchstone token mint`: mints the token that an issuer permitted.

use anyhow::Result;
use touchstone_anchor::evm::token::Standing;

use super::{
    super::{
        Ended, Global,
        chain::{Node, Payment, asked, hex},
    },
    file::TokenFile,
};
use crate::answer::Answer;

/// Mint the token that an issuer permitted, or say what that would cost.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Everybody will see for good that this address holds a token of that issuer's, also after it was burnt; what it is over, only those to whom you \
give the file and the credential. Nothing is sent without --send, and never for more than --max-fee. A wallet can send the same transaction: \
it stands in the file.

Exit codes: 0 said or sent, 1 it was minted before or can no more be, 2 the node could not be asked, or it would cost more.")]
pub(super) struct Args {
    /// The file that the issuer gave you.
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
        if key.address() != wanted.holder {
            let (is, should) = (hex(&key.address()), hex(&wanted.holder));
            let why = format!("the key is that of {is}, and the issuer permitted {should} to mint");
            return Err(Ended::failed(why));
        }
        let node = self.node.open(global)?;
        let standing = node.token(wanted.chain, &wanted.contract, &token).await;
        match standing.map_err(asked)? {
            Standing::NotMinted => {}
            Standing::Held(_) => {
                return Err(Ended::failed(format!("{} is minted already", hex(&token))));
            }
            Standing::Ended => {
                let why = "was burnt, or the issuer took the permission back; it cannot be minted any more";
                return Err(Ended::failed(format!("{} {why}", hex(&token))));
            }
        }
        let then = format!(
            "you hold token {}: `touchstone token check` says so.",
            hex(&token)
        );
        let paid = self.payment;
        let paid = paid.call(&node, &key, wanted.contract, file.mint(), &then);
        let (words, mut json) = paid.await?;
        json["token"] = hex(&token).into();
        Ok(Answer::new(words, json))
    }
}
