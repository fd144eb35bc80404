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

/// What a call takes now.
pub(crate) struct Fees {
    gas: u64,
    tip: u128,
    /// For each unit of gas: for the next block at the least.
    least: u128,
    /// And so that it lasts.
    wanted: u128,
}

impl Fees {
    /// For less than this nothing is sent.
    pub(crate) fn least(&self) -> u128 {
        u128::from(self.gas).saturating_mul(self.least)
    }

    /// What one unit of gas may cost of so much; `None` where that would not do.
    fn of(&self, amount: u128) -> Option<u128> {
        let fee = amount / u128::from(self.gas.max(1));
        (fee >= self.least).then_some(fee.min(self.wanted))
    }
}

impl Call {
    /// What it takes at today's fees.
    pub(crate) async fn fees(&self, node: &EvmNode, from: &Address) -> Result<Fees, AnchorError> {
        let gas = node.gas(from, self.to.as_ref(), &self.data).await?;
        let (base, tip) = node.fees().await?;
        Ok(Fees {
            // What it takes may be a little more by then.
            gas: gas.saturating_add(gas / 5),
            tip,
            least: base.saturating_add(base / 8).saturating_add(tip),
            // Twice the fee of now lasts for six full blocks in a row (EIP-1559).
            wanted: base.saturating_mul(2).saturating_add(tip),
        })
    }

    /// The transaction that makes it, at today's fees: never for more than `most`, and not at all where that would not do or there is too little.
    pub(crate) async fn priced(
        self,
        node: &EvmNode,
        key: &EvmKey,
        most: u128,
    ) -> Result<Transaction, AnchorError> {
        let payer = key.address();
        let fees = self.fees(node, &payer).await?;
        let now = fees.least();
        let fee = fees.of(most).ok_or(AnchorError::TooDear { now, most })?;
        let has = node.balance(&payer).await?;
        let poor = AnchorError::TooPoor {
            most: now,
            has,
            payer,
        };
        let fee = fee.min(fees.of(has).ok_or(poor)?);
        Ok(Transaction {
            chain: self.chain,
            nonce: node.sent(&payer, None).await?,
            tip: fees.tip,
            fee,
            gas: fees.gas,
            to: self.to,
            data: self.data,
        })
    }
}
