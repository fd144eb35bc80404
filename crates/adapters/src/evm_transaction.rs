//! A call of a contract that changes something: priced, signed, and sent only when that is asked for.

use touchstone_anchor::{Digest, evm::Address};
use touchstone_service::ports::AnchorError;

use crate::{ANCHOR_CRYPTO, evm_key::EvmKey, evm_node::EvmNode, evm_price::Call};

/// A transaction, signed and not sent.
pub struct EvmTransaction {
    /// The number of the chain.
    pub chain: u64,
    /// What it may cost at most, in the smallest unit of the chain's coin.
    pub most: u128,
    /// What whoever pays has.
    pub has: u128,
    /// The transaction's hash.
    pub hash: Digest,
    /// How many its sender sent before.
    pub(crate) nonce: u64,
    bytes: Vec<u8>,
}

impl EvmTransaction {
    /// Signs a call of `to`, or of nothing yet, for no more than `most`. Nothing is sent. A call that the contract refuses is an error here
    /// already: the node is asked what it would take.
    pub async fn prepare(
        node: &EvmNode,
        key: &EvmKey,
        to: Option<Address>,
        data: Vec<u8>,
        most: u128,
    ) -> Result<Self, AnchorError> {
        let chain = node.chain().await?;
        let call = Call { chain, to, data };
        let transaction = call.priced(node, key, most).await?;
        let bytes = key.sign(&transaction);
        Ok(Self {
            chain,
            most: transaction.most(),
            has: node.balance(&key.address()).await?,
            hash: (ANCHOR_CRYPTO.keccak256)(&bytes),
            nonce: transaction.nonce,
            bytes,
        })
    }

    /// Sends it.
    pub async fn send(&self, node: &EvmNode) -> Result<(), AnchorError> {
        node.send(&self.bytes).await
    }
}
