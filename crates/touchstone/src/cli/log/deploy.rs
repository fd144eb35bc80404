//! `touchstone log deploy`: puts the contract that keeps checkpoints on an EVM chain.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_adapters::{EvmDeployment, EvmKey, EvmNode, HttpFetch};
use touchstone_service::ports::{AnchorError, amount, coins};
use touchstone_vc::multibase::encode_hex;

use super::{Global, unchecked};
use crate::{answer::Answer, installation::Settings};

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
    /// The node that is asked, over JSON-RPC. On this machine http is allowed with --local.
    #[arg(long, value_name = "URL")]
    rpc: String,
    /// The file of the key that pays: 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// What it may cost at most, in coins of the chain: 0.01.
    #[arg(long, value_name = "COINS", value_parser = fee)]
    max_fee: u128,
    /// Send it.
    #[arg(long)]
    send: bool,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let named = || format!("--key {}", self.key.display());
        let text = fs::read_to_string(&self.key).with_context(named)?;
        let key = EvmKey::parse(&text)
            .context("it is no key for secp256k1, 64 hexadecimal digits")
            .with_context(named)?;
        let fetch = Settings::read(global)?.config.fetch;
        if !fetch.allow {
            return Err(unchecked("fetch.allow forbids to ask a node".into()));
        }
        let http = HttpFetch::new(fetch.loopback || global.local).context("network")?;
        let node = EvmNode::new(http, &self.rpc);
        let asked = |error: AnchorError| unchecked(error.to_string());
        let prepared = EvmDeployment::prepare(&node, &key, self.max_fee);
        let prepared = prepared.await.map_err(asked)?;
        if self.send {
            prepared.send(&node).await.map_err(asked)?;
        }
        let contract = format!("0x{}", encode_hex(&prepared.contract));
        let payer = format!("0x{}", encode_hex(&key.address()));
        let hash = format!("0x{}", encode_hex(&prepared.hash));
        let cost = format!(
            "{} at most; {payer}, which pays, has {}",
            coins(prepared.most),
            coins(prepared.has)
        );
        let words = match self.send {
            false => format!(
                "On chain {} it would cost {cost}. Nothing was sent: --send sends it.",
                prepared.chain
            ),
            true => format!(
                "Sent as transaction {hash}, for {cost}. When that is in a block of chain {chain}, the contract stands at {contract}: \
                 write chain={chain} contract={contract} in log.anchors, and `touchstone doctor` says whether it is there.",
                chain = prepared.chain
            ),
        };
        let json = json!({
            "sent": self.send, "chain": prepared.chain, "contract": contract, "transaction": hash, "payer": payer,
            "most": coins(prepared.most), "has": coins(prepared.has),
        });
        Ok(Answer::new(words, json))
    }
}

fn fee(text: &str) -> Result<u128, String> {
    let amount = amount(text).filter(|amount| *amount > 0);
    amount.ok_or("write a number of coins like 0.01, more than 0".into())
}
