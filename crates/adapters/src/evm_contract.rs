//! Putting the contract on an EVM chain (`contracts/src/Checkpoints.sol`), and knowing it there again.

use touchstone_anchor::{
    Digest,
    evm::{Address, created},
};
use touchstone_service::ports::AnchorError;
use touchstone_vc::multibase::decode_hex;

use crate::{ANCHOR_CRYPTO, evm_key::EvmKey, evm_node::EvmNode, evm_price::Call};

/// A transaction that puts the contract on a chain, signed and not sent.
pub struct EvmDeployment {
    /// The number of the chain.
    pub chain: u64,
    /// What it may cost at most, in the smallest unit of the chain's coin.
    pub most: u128,
    /// What whoever pays has.
    pub has: u128,
    /// Where the contract will be.
    pub contract: Address,
    /// The transaction's hash.
    pub hash: Digest,
    bytes: Vec<u8>,
}

impl EvmDeployment {
    /// Signs it, for no more than `most`. Nothing is sent.
    pub async fn prepare(node: &EvmNode, key: &EvmKey, most: u128) -> Result<Self, AnchorError> {
        let chain = node.chain().await?;
        let call = Call {
            chain,
            to: None,
            data: CHECKPOINTS.deploys(),
        };
        let transaction = call.priced(node, key, most).await?;
        let bytes = key.sign(&transaction);
        Ok(Self {
            chain,
            most: transaction.most(),
            has: node.balance(&key.address()).await?,
            contract: created(&key.address(), transaction.nonce, &ANCHOR_CRYPTO),
            hash: (ANCHOR_CRYPTO.keccak256)(&bytes),
            bytes,
        })
    }

    /// Sends it.
    pub async fn send(&self, node: &EvmNode) -> Result<(), AnchorError> {
        node.send(&self.bytes).await
    }
}

/// What a compiler made of a contract, as `contracts/` keeps it.
pub(crate) struct Bytecode(&'static str);

/// The contract that keeps checkpoints.
pub(crate) const CHECKPOINTS: Bytecode =
    Bytecode(include_str!("../../../contracts/src/Checkpoints.json"));

impl Bytecode {
    /// What a transaction has to say to put it on a chain.
    fn deploys(&self) -> Vec<u8> {
        self.member("bytecode")
    }

    /// What stands on the chain then.
    pub(crate) fn deployed(&self) -> Vec<u8> {
        self.member("deployedBytecode")
    }

    fn member(&self, name: &str) -> Vec<u8> {
        let file: serde_json::Value =
            serde_json::from_str(self.0).expect("it was written by a program and is tested");
        let digits = file[name].as_str().expect("it has this member");
        decode_hex(digits).expect("it holds hexadecimal digits")
    }
}
