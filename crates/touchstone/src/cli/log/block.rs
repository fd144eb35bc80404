//! `touchstone log block`: the blocks of an EVM chain to which anchors lead, as a node says that the reader chose.

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::{ANCHOR_CRYPTO, EvmNode};
use touchstone_anchor::{
    Anchors, Contract, Kind,
    evm::{Kept, Proof},
};
use touchstone_bundle::Bundle;
use touchstone_service::ports::AnchorError;
use touchstone_vc::{Timestamp, multibase::encode_hex};

use super::{super::chain::Node, Global, LARGEST_BUNDLE, LARGEST_POLICY, file, unchecked};
use crate::{answer::Answer, cli::Ended, exit::Exit};

/// Look the blocks up to which the anchors of a bundle lead on an EVM chain: writes the lines of a trust file that name them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing of the installation that made the bundle is asked: the node is yours, or one that you believe, and from then on the lines in your \
trust file are enough. Only contracts are looked at that the trust file names (`#anchor evm NAME CHAIN CONTRACT`), and only blocks of \
which the node says that they stay; where a chain knows no such thing, a comment says so.

Examples:
  touchstone log block ada.bundle --trust riverside.policy --rpc https://node.example.org >> riverside.policy
  touchstone log block 73.chain.evm --trust riverside.policy --rpc http://localhost:8545 --local

Exit codes: 0 each is there, 1 the chain has another block there, 2 could not be looked up.")]
pub(super) struct Args {
    /// A proof bundle, or the file of one anchor (`.evm`).
    #[arg(value_name = "FILE")]
    file: String,
    /// The trust file that names the contract.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    #[command(flatten)]
    node: Node,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let kept = self.kept()?;
        let name = self.trust.display().to_string();
        let text = file::read(&name, LARGEST_POLICY)?;
        let trust = Anchors::parse(&text, &ANCHOR_CRYPTO).with_context(|| name.clone())?;
        let node = self.node.open(global)?;
        let chain = node.chain().await.map_err(asked)?;
        let finalized = node.finalized().await.map_err(asked)?;
        let mut found = Vec::new();
        for one in &kept {
            found.extend(on_chain(one, &trust, chain, finalized, &node).await?);
        }
        if found.is_empty() {
            let named: BTreeSet<String> = kept
                .iter()
                .map(|one| format!("0x{}", encode_hex(&one.contract)))
                .collect();
            let named: Vec<String> = named.into_iter().collect();
            return Err(unchecked(format!(
                "{name} names none of the contracts on chain {chain}: {}; `#anchor evm NAME {chain} CONTRACT` would",
                named.join(", ")
            )));
        }
        let mut lines: String = found.iter().map(|(contract, _)| contract.line()).collect();
        if finalized.is_none() {
            lines.push_str(
                "# The node does not say which blocks stay: see for yourself how deep these are.\n",
            );
        }
        let blocks = found.iter().map(|(contract, time)| {
            let (number, hash) = contract.block.unwrap_or_default();
            json!({
                "name": contract.name, "chain": chain, "contract": format!("0x{}", encode_hex(&contract.address)),
                "number": number, "hash": format!("0x{}", encode_hex(&hash)), "time": time.to_string(), "line": contract.line(),
            })
        });
        let json = json!({ "blocks": blocks.collect::<Vec<_>>(), "final": finalized.is_some() });
        Ok(Answer::new(lines.trim_end().to_owned(), json))
    }

    /// What the anchors in the file say that contracts kept.
    fn kept(&self) -> Result<Vec<Kept>> {
        let bytes = file::read(&self.file, LARGEST_BUNDLE)?;
        let proofs: Vec<Vec<u8>> = match Bundle::is(&bytes) {
            false => vec![bytes],
            true => {
                let bundle = Bundle::parse(&bytes);
                let bundle =
                    bundle.map_err(|error| unchecked(format!("{}: {error}", self.file)))?;
                let anchors = bundle.credentials.into_iter().flat_map(|one| one.anchors);
                anchors
                    .filter(|one| Kind::parse(&one.kind) == Some(Kind::Evm))
                    .map(|one| one.proof)
                    .collect()
            }
        };
        if proofs.is_empty() {
            return Err(unchecked(format!(
                "{} has no anchor on an EVM chain",
                self.file
            )));
        }
        let kept = proofs.iter().map(|proof| {
            let kept = Proof::read(proof).and_then(|proof| proof.kept(&ANCHOR_CRYPTO));
            kept.map_err(|fault| unchecked(format!("{}: an anchor in it: {fault}", self.file)))
        });
        kept.collect()
    }
}

/// The block, as the node has it, under each name that the trust file has for the contract; none if that is not trusted on this chain.
async fn on_chain(
    one: &Kept,
    trust: &Anchors,
    chain: u64,
    finalized: Option<u64>,
    node: &EvmNode,
) -> Result<Vec<(Contract, Timestamp)>> {
    let named: BTreeSet<&str> = trust
        .contracts()
        .iter()
        .filter(|trusted| trusted.chain == chain && trusted.address == one.contract)
        .map(|trusted| trusted.name.as_str())
        .collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let number = one.block.number;
    let block = node.block(number).await.map_err(asked)?;
    let Some(block) = block else {
        return Err(unchecked(format!("the node has no block {number}")));
    };
    if block.hash != one.block.hash {
        return Err(Ended {
            message: format!(
                "block {number} of chain {chain} has the hash 0x{}, and the anchor leads to 0x{}: it is not on this chain",
                encode_hex(&block.hash),
                encode_hex(&one.block.hash)
            ),
            exit: Exit::Failed,
        }
        .into());
    }
    if finalized.is_some_and(|last| last < number) {
        return Err(unchecked(format!(
            "block {number} is there, and the chain may still drop it: try again later"
        )));
    }
    let seconds = i64::try_from(block.time);
    let Ok(seconds) = seconds else {
        bail!("block {number} has no time that can be written");
    };
    let contracts = named.into_iter().map(|name| Contract {
        name: name.to_owned(),
        chain,
        address: one.contract,
        block: Some((number, block.hash)),
    });
    Ok(contracts
        .map(|contract| (contract, Timestamp::from_unix_seconds(seconds)))
        .collect())
}

fn asked(error: AnchorError) -> anyhow::Error {
    unchecked(format!("the node: {error}"))
}
