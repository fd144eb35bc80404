//! What a transaction on an EVM chain may cost: it is in its bytes (EIP-1559), and nobody can take more.

use touchstone_anchor::evm::{Address, Transaction};
use touchstone_service::ports::AnchorError;

use crate::{evm_key::EvmKey, evm_node::EvmNode};

/// What is called.
pub(crate) struct Call {
    pub(crate) chain: u64,
    /// `None` puts a contract on the chain.
    pub(crate) to: Option<Address>,
    pub(crate) data: Vec<u8>,
}

impl Call {
    /// The transaction that makes it, at today's fees: never for more than `most`, and not at all where that would not do or there is too little.
    pub(crate) async fn priced(
        self,
        node: &EvmNode,
        key: &EvmKey,
        most: u128,
    ) -> Result<Transaction, AnchorError> {
        let gas = node
            .gas(&key.address(), self.to.as_ref(), &self.data)
            .await?;
        // What it takes may be a little more by then.
        let gas = gas.saturating_add(gas / 5);
        let (base, tip) = node.fees().await?;
        // Twice the fee of now lasts for six full blocks in a row (EIP-1559); an eighth more, for the next one at the least.
        let wanted = base.saturating_mul(2).saturating_add(tip);
        let least = base.saturating_add(base / 8).saturating_add(tip);
        let fee = wanted.min(most / u128::from(gas.max(1)));
        if fee < least {
            let now = u128::from(gas).saturating_mul(least);
            return Err(AnchorError::TooDear { now, most });
        }
        let transaction = Transaction {
            chain: self.chain,
            nonce: node.sent(&key.address(), None).await?,
            tip,
            fee,
            gas,
            to: self.to,
            data: self.data,
        };
        let has = node.balance(&key.address()).await?;
        match has < transaction.most() {
            true => Err(AnchorError::TooPoor {
                most: transaction.most(),
                has,
                payer: key.address(),
            }),
            false => Ok(transaction),
        }
    }
}
