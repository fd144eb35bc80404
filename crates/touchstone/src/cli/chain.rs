//! What commands have in common that reach an EVM chain: which node is asked, who pays, and that nothing is sent unasked.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use touchstone_adapters::{
    ANCHOR_CRYPTO, EvmContract, EvmDeployment, EvmKey, EvmNode, EvmTransaction, HttpFetch,
};
use touchstone_anchor::evm::Address;
use touchstone_service::ports::{AnchorError, amount, coins};
use touchstone_vc::multibase::{decode_hex, encode_hex};

use super::{Ended, Global};
use crate::{answer::Answer, installation::Settings};

/// The node that is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Node {
    /// The node that is asked, over JSON-RPC. On this machine http is allowed with --local.
    #[arg(long, value_name = "URL")]
    rpc: String,
}

impl Node {
    /// It, if the settings let anybody be asked.
    pub(super) fn open(&self, global: &Global) -> Result<EvmNode> {
        let fetch = Settings::read(global)?.config.fetch;
        if !fetch.allow {
            return Err(Ended::unchecked(
                "fetch.allow forbids to ask a node: set it to true, or ask from another machine"
                    .into(),
            ));
        }
        let http = HttpFetch::new(fetch.loopback || global.local).context("network")?;
        Ok(EvmNode::new(http, &self.rpc))
    }
}

/// Who pays, and how much at most.
#[derive(Debug, clap::Args)]
pub(super) struct Payment {
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

impl Payment {
    /// The key that pays.
    pub(super) fn key(&self) -> Result<EvmKey> {
        key(&self.key)
    }

    /// Whether it is sent.
    pub(super) fn sends(&self) -> bool {
        self.send
    }

    /// The transaction that calls a contract, unsent, for no more than may be paid.
    pub(super) async fn prepared(
        &self,
        node: &EvmNode,
        key: &EvmKey,
        contract: Address,
        data: Vec<u8>,
    ) -> Result<EvmTransaction> {
        let prepared = EvmTransaction::prepare(node, key, Some(contract), data, self.max_fee);
        prepared.await.map_err(asked)
    }

    /// Calls a contract, as [`Self::pay`] does.
    pub(super) async fn call(
        &self,
        node: &EvmNode,
        key: &EvmKey,
        contract: Address,
        data: Vec<u8>,
        then: &str,
    ) -> Result<(String, Value)> {
        let prepared = self.prepared(node, key, contract, data).await?;
        self.pay(node, key, &prepared, then).await
    }

    /// Sends a transaction if that was asked for, and says what it costs either way, in words and for programs. `then` says what is so once it is in
    /// a block.
    pub(super) async fn pay(
        &self,
        node: &EvmNode,
        key: &EvmKey,
        transaction: &EvmTransaction,
        then: &str,
    ) -> Result<(String, Value)> {
        if self.send {
            transaction.send(node).await.map_err(asked)?;
        }
        let (payer, hash) = (hex(&key.address()), hex(&transaction.hash));
        let (most, has) = (coins(transaction.most), coins(transaction.has));
        let chain = transaction.chain;
        let cost = format!("{most} at most; {payer}, which pays, has {has}");
        let words = match self.send {
            false => {
                format!("On chain {chain} it would cost {cost}. Nothing was sent: --send sends it.")
            }
            true => format!(
                "Sent as transaction {hash}, for {cost}. When that is in a block of chain {chain}, {then}"
            ),
        };
        let json = json!({
            "sent": self.send, "chain": chain, "transaction": hash, "payer": payer, "most": most, "has": has,
        });
        Ok((words, json))
    }
}

/// Puts a contract on a chain, or says what that would cost. `then` follows "the contract stands at ADDRESS: ".
pub(super) async fn deploy(
    global: &Global,
    node: &Node,
    payment: &Payment,
    contract: &EvmContract,
    then: impl FnOnce(u64, &str) -> String,
) -> Result<Answer> {
    let key = payment.key()?;
    let node = node.open(global)?;
    let prepared = EvmDeployment::prepare(&node, &key, contract, payment.max_fee);
    let prepared = prepared.await.map_err(asked)?;
    let address = hex(&prepared.contract);
    let then = then(prepared.transaction.chain, &address);
    let then = format!("the contract stands at {address}: {then}");
    let paid = payment.pay(&node, &key, &prepared.transaction, &then);
    let (words, mut json) = paid.await?;
    json["contract"] = address.into();
    Ok(Answer::new(words, json))
}

/// The key in a file.
pub(super) fn key(file: &PathBuf) -> Result<EvmKey> {
    let named = || format!("--key {}", file.display());
    let text = fs::read_to_string(file).with_context(named)?;
    EvmKey::parse(&text)
        .context("it is no key for secp256k1, 64 hexadecimal digits")
        .with_context(named)
}

/// Bytes as chains write them.
pub(super) fn hex(bytes: &[u8]) -> String {
    format!("0x{}", encode_hex(bytes))
}

/// So many bytes, as chains write them.
pub(super) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode_hex(text.strip_prefix("0x")?).ok()?.try_into().ok()
}

/// An address on the command line.
pub(super) fn address(text: &str) -> Result<Address, String> {
    let small = text.to_ascii_lowercase();
    let found: Address =
        bytes(&small).ok_or("write an address of the chain: 0x and 40 hexadecimal digits")?;
    // With capitals here and there it has a check sum (ERC-55): a letter is a capital where the hash of the address has a digit above 7.
    let digits = text.get(2..).unwrap_or_default();
    let hash = encode_hex(&(ANCHOR_CRYPTO.keccak256)(encode_hex(&found).as_bytes()));
    let summed = digits.bytes().zip(hash.bytes());
    let mixed = digits.bytes().any(|digit| digit.is_ascii_uppercase())
        && digits.bytes().any(|digit| digit.is_ascii_lowercase());
    let fits = summed
        .filter(|(digit, _)| digit.is_ascii_alphabetic())
        .all(|(digit, sum)| digit.is_ascii_uppercase() == (sum > b'7'));
    match !mixed || fits {
        true => Ok(found),
        false => Err(
            "its capitals do not fit (ERC-55): a digit was mistyped; copy the address anew".into(),
        ),
    }
}

/// A node that could not be asked, or refused.
pub(super) fn asked(error: AnchorError) -> anyhow::Error {
    Ended::unchecked(error.to_string())
}

fn fee(text: &str) -> Result<u128, String> {
    let amount = amount(text).filter(|amount| *amount > 0);
    amount.ok_or("write a number of coins like 0.01, more than 0".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_capitals_is_checked_by_them() {
        // Of ERC-55.
        let summed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let known = address(summed).unwrap();
        assert_eq!(address(&summed.to_ascii_lowercase()), Ok(known));
        assert_eq!(
            address(&format!("0x{}", summed[2..].to_ascii_uppercase())),
            Ok(known)
        );
        for bad in [
            &summed.replace("aAeb", "aAec"),
            &summed.replace("EfA", "efa").replace("E7Ef", "E7eF"),
            &summed[2..],
            &summed[..41],
            "",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
