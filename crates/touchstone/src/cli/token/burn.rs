//! `touchstone token burn`: ends a token, as its holder or as its issuer.

use anyhow::{Context, Result};
use touchstone_adapters::{EvmTransaction, SystemClock};
use touchstone_anchor::evm::token::{burn_call, withdraw_call};
use touchstone_service::{
    holding::{TokenBurn, burn_token},
    ports::Clock as _,
};
use touchstone_vc::multibase::encode_hex;

use super::{
    super::{
        Ended, Global,
        chain::{Node, Payment, asked, hex},
        credential::plain,
        institution,
    },
    file::TokenFile,
};
use crate::{answer::Answer, installation::Settings};

/// Burn a token, as its holder or as its issuer, or say what that would cost. It cannot be minted again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The key says who burns: the holder's burns what was minted; the issuer's takes the permission back as well, so that what was not minted yet \
never is. Withdrawing a credential burns no token: whoever checks one also checks the credential. That the issuer burns one is written into the
record of the institution before it is sent, where the installation that issued the credential is here (--data); elsewhere it is said that no record has it.

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
        let (data, of_issuer) = match key.address() {
            payer if payer == file.issuer => (withdraw_call(&wanted.commitment), true),
            payer if payer == wanted.holder => (burn_call(&token), false),
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
        let prepared = self.payment.prepared(&node, &key, wanted.contract, data);
        let prepared = prepared.await?;
        // Before it leaves: what was sent cannot be taken back, and nobody would know who had it sent.
        let recorded = match of_issuer && self.payment.sends() {
            true => Some(record(global, &file, &prepared).await?),
            false => None,
        };
        let paid = self.payment.pay(&node, &key, &prepared, &then).await;
        let (mut words, mut json) = paid.map_err(|error| match recorded {
            Some(true) => error.context(format!(
                "the record has that transaction {} was to be sent; whether it was, the chain says",
                hex(&prepared.hash)
            )),
            _ => error,
        })?;
        json["token"] = hex(&token).into();
        json["recorded"] = recorded.into();
        match recorded {
            Some(true) => words.push_str("\nThe record of the institution has that."),
            Some(false) => words.push_str(
                "\nNo installation here issued the credential, so no audit record has that: keep this answer, or burn where it was issued (--data).",
            ),
            None => {}
        }
        Ok(Answer::new(words, json))
    }
}

/// Writes it into the record of whoever issued the credential, if that is here.
async fn record(global: &Global, file: &TokenFile, prepared: &EvmTransaction) -> Result<bool> {
    let settings = Settings::read(global)?;
    if !settings.is_made() {
        return Ok(false);
    }
    let order = TokenBurn {
        actor: institution::actor(),
        credential: plain(&file.credential),
        sha256: encode_hex(&file.sha256),
        chain: prepared.chain,
        contract: hex(&file.permission.contract),
        token: hex(&file.token()),
        transaction: hex(&prepared.hash),
    };
    let store = settings.open_store().await?;
    let recorded = burn_token(&store, SystemClock.now(), &order).await;
    recorded.context("nothing was sent")
}
