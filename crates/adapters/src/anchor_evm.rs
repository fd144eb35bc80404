//! A contract on an EVM chain that keeps checkpoints (`contracts/src/Checkpoints.sol`), through a node of it.
//!
//! A transaction is signed and kept before it is sent, and is then sent as it was kept: its number among those of its sender lets at most one
//! of all that were ever signed with it into a block. What it may cost is in its own bytes.

use async_trait::async_trait;
use touchstone_anchor::{
    Digest, Fault,
    evm::{Address, Checkpoint, Proof, TRANSACTION, Transaction, root_call, size_call},
};
use touchstone_service::ports::{Anchor, AnchorError, KeptTree, Price, Receipt};
use touchstone_vc::Timestamp;

use crate::{
    ANCHOR_CRYPTO, evm_contract::CHECKPOINTS, evm_key::EvmKey, evm_node::EvmNode, evm_price::Call,
};

/// A contract, and on what terms it is asked to keep something.
pub struct AnchorEvm {
    node: EvmNode,
    pays: Box<Payer>,
    terms: EvmTerms,
}

/// Fetches the key of whoever pays, each time that one is needed: a file that is not there stops nothing else.
type Payer = dyn Fn() -> Result<EvmKey, AnchorError> + Send + Sync;

/// On what terms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EvmTerms {
    /// The number of the chain.
    pub chain: u64,
    /// The contract.
    pub contract: Address,
    /// What one transaction may cost, in the smallest unit of the chain's coin.
    pub most: u128,
    /// In how many blocks it must be, counted from its own, before it counts.
    pub confirmations: u64,
}

impl AnchorEvm {
    /// The contract that these terms name, asked through this node and paid by the key that `pays` fetches.
    pub fn new(
        node: EvmNode,
        pays: impl Fn() -> Result<EvmKey, AnchorError> + Send + Sync + 'static,
        terms: EvmTerms,
    ) -> Self {
        let pays = Box::new(pays);
        Self { node, pays, terms }
    }

    /// Whether the contract is there, and what it keeps can be shown.
    async fn is_there(&self) -> Result<(), AnchorError> {
        self.is_that_contract().await?;
        self.node.can_be_shown().await
    }

    /// Whether the node is of this chain, and the contract is there.
    async fn is_that_contract(&self) -> Result<(), AnchorError> {
        let EvmTerms {
            chain, contract, ..
        } = self.terms;
        CHECKPOINTS.is_at(&self.node, chain, &contract).await
    }

    /// Whether a transaction that is in no block can come into the next one. An error where it can come into none any more, because another one
    /// with its number is in a block that is deep enough; before that, nodes may only know different things.
    async fn is_next(&self, hash: &Digest, nonce: u64) -> Result<bool, AnchorError> {
        let payer = (self.pays)()?.address();
        if self.node.sent(&payer, None).await? <= nonce {
            return Ok(true);
        }
        // Many nodes know for recent blocks alone what was sent by then, so that is asked only where it decides.
        let above = self.terms.confirmations.saturating_sub(1);
        let deep = self.node.newest().await?.saturating_sub(above);
        if self.node.sent(&payer, Some(deep)).await? <= nonce {
            return Ok(false);
        }
        // It may have come into a block between the questions.
        match self.node.mined(hash).await? {
            Some(_) => Ok(false),
            None => Err(AnchorError::Overtaken),
        }
    }
}

#[async_trait]
impl Anchor for AnchorEvm {
    async fn submit(&self, text: &[u8]) -> Result<Receipt, AnchorError> {
        let checkpoint = Checkpoint::of(text, &ANCHOR_CRYPTO).ok_or(Fault::OtherImprint)?;
        self.is_there().await?;
        let call = Call {
            chain: self.terms.chain,
            to: Some(self.terms.contract),
            data: checkpoint.call(),
        };
        let key = (self.pays)()?;
        let transaction = call.priced(&self.node, &key, self.terms.most).await?;
        let proof = key.sign(&transaction);
        Ok(Receipt::Prepared { proof })
    }

    async fn refresh(&self, text: &[u8], proof: &[u8]) -> Result<Receipt, AnchorError> {
        // What was kept is the transaction: whatever else is none of ours.
        let nonce = nonce(proof).ok_or(Fault::Malformed)?;
        let hash = (ANCHOR_CRYPTO.keccak256)(proof);
        let pending = Ok(Receipt::Pending {
            proof: proof.to_vec(),
        });
        let Some(mined) = self.node.mined(&hash).await? else {
            if self.is_next(&hash, nonce).await? {
                self.node.send(proof).await?;
            }
            return pending;
        };
        let newest = self.node.newest().await?;
        let deep = newest.saturating_sub(mined.number).saturating_add(1);
        if newest < mined.number || deep < self.terms.confirmations {
            return pending;
        }
        if !mined.succeeded {
            return Err(AnchorError::Reverted);
        }
        let shown = self.node.proof(&mined, &self.terms.contract).await?;
        let bytes = shown.encode();
        // As a reader would who believes this block.
        let kept = Proof::read(&bytes)?.kept(&ANCHOR_CRYPTO)?;
        if kept.contract != self.terms.contract
            || Checkpoint::of(text, &ANCHOR_CRYPTO) != Some(kept.checkpoint)
        {
            return Err(Fault::OtherImprint.into());
        }
        let seconds = i64::try_from(kept.block.time).map_err(|_| Fault::Malformed)?;
        Ok(Receipt::Confirmed {
            proof: bytes,
            by: Some(Timestamp::from_unix_seconds(seconds)),
        })
    }

    async fn kept(&self, log: &str) -> Result<Option<KeptTree>, AnchorError> {
        self.is_that_contract().await?;
        let contract = &self.terms.contract;
        let sender = (self.pays)()?.address();
        let origin = (ANCHOR_CRYPTO.sha256)(log.as_bytes());
        let size = self
            .node
            .call(contract, &size_call(&sender, &origin))
            .await?;
        let size = number(&size).ok_or(AnchorError::Unreadable("eth_call"))?;
        if size == 0 {
            return Ok(None);
        }
        let root = root_call(&sender, &origin, size);
        let root = self.node.call(contract, &root).await?;
        let root = root.try_into();
        let root = root.map_err(|_| AnchorError::Unreadable("eth_call"))?;
        Ok(Some(KeptTree { size, root }))
    }

    async fn price(&self) -> Result<Option<Price>, AnchorError> {
        self.is_there().await?;
        // A checkpoint of no log: what its first one costs, which is more than what later ones do.
        let none = Checkpoint {
            origin: [0xff; 32],
            size: 1,
            root: [0xff; 32],
        };
        let payer = (self.pays)()?.address();
        let call = Call {
            chain: self.terms.chain,
            to: Some(self.terms.contract),
            data: none.call(),
        };
        Ok(Some(Price {
            now: call.fees(&self.node, &payer).await?.least(),
            most: self.terms.most,
            has: self.node.balance(&payer).await?,
            payer,
        }))
    }
}

/// A number that a contract answers: 32 bytes, the highest first.
fn number(word: &[u8]) -> Option<u64> {
    let (high, low) = word.split_last_chunk()?;
    (high == [0; 24]).then(|| u64::from_be_bytes(*low))
}

/// The number of a transaction among those of its sender, if these are the bytes of one.
fn nonce(transaction: &[u8]) -> Option<u64> {
    Transaction::nonce_of(transaction.strip_prefix(&[TRANSACTION])?)
}
