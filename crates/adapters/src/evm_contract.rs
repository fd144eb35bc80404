//! The contracts of `contracts/`, as their compiler left them: putting one on an EVM chain, and knowing it there again.

use touchstone_anchor::evm::{Address, created};
use touchstone_service::ports::AnchorError;
use touchstone_vc::multibase::decode_hex;

use crate::{ANCHOR_CRYPTO, evm_key::EvmKey, evm_node::EvmNode, evm_transaction::EvmTransaction};

/// A contract: what it is called, and what its compiler wrote.
pub struct EvmContract {
    name: &'static str,
    compiled: &'static str,
}

/// The contract that keeps checkpoints.
pub const CHECKPOINTS: EvmContract = EvmContract {
    name: "Checkpoints",
    compiled: include_str!("../../../contracts/src/Checkpoints.json"),
};
/// The contract of tokens that stay with their holder.
pub const TOKENS: EvmContract = EvmContract {
    name: "Tokens",
    compiled: include_str!("../../../contracts/src/Tokens.json"),
};

/// A transaction that puts a contract on a chain, signed and not sent.
pub struct EvmDeployment {
    /// The transaction.
    pub transaction: EvmTransaction,
    /// Where the contract will be.
    pub contract: Address,
}

impl EvmDeployment {
    /// Signs it, for no more than `most`. Nothing is sent.
    pub async fn prepare(
        node: &EvmNode,
        key: &EvmKey,
        contract: &EvmContract,
        most: u128,
    ) -> Result<Self, AnchorError> {
        let prepared = EvmTransaction::prepare(node, key, None, contract.deploys(), most);
        let transaction = prepared.await?;
        Ok(Self {
            contract: created(&key.address(), transaction.nonce, &ANCHOR_CRYPTO),
            transaction,
        })
    }
}

impl EvmContract {
    /// Whether it stands at this address of a node's chain, which has to have this number.
    pub(crate) async fn is_at(
        &self,
        node: &EvmNode,
        chain: u64,
        address: &Address,
    ) -> Result<(), AnchorError> {
        let is = node.chain().await?;
        if is != chain {
            let should = chain;
            return Err(AnchorError::OtherChain { is, should });
        }
        match node.code(address).await? == self.deployed() {
            true => Ok(()),
            false => Err(AnchorError::NoContract(self.name)),
        }
    }

    /// What a transaction has to say to put it on a chain.
    fn deploys(&self) -> Vec<u8> {
        self.member("bytecode")
    }

    /// What stands on the chain then.
    fn deployed(&self) -> Vec<u8> {
        self.member("deployedBytecode")
    }

    fn member(&self, name: &str) -> Vec<u8> {
        let file: serde_json::Value =
            serde_json::from_str(self.compiled).expect("it was written by a program and is tested");
        let digits = file[name].as_str().expect("it has this member");
        decode_hex(digits).expect("it holds hexadecimal digits")
    }
}
