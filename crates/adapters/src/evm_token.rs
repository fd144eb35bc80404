//! Tokens that stay with their holder, on a chain: permitted by a key, and asked about through a node.

use touchstone_anchor::{
    Digest,
    evm::{
        Address,
        token::{Permission, Signature, Standing, standing_call},
    },
};
use touchstone_service::ports::AnchorError;

use crate::{ANCHOR_CRYPTO, evm_contract::TOKENS, evm_key::EvmKey, evm_node::EvmNode};

impl EvmKey {
    /// Signs that a holder may mint.
    pub fn permit(&self, permission: &Permission) -> Signature {
        let (r, s, is_odd) = self.sign_digest(&permission.digest(&ANCHOR_CRYPTO));
        Signature { r, s, is_odd }
    }
}

impl EvmNode {
    /// What became of a token, by the contract at an address of the chain with this number. It has to be the contract of tokens, byte for byte.
    pub async fn token(
        &self,
        chain: u64,
        contract: &Address,
        token: &Digest,
    ) -> Result<Standing, AnchorError> {
        TOKENS.is_at(self, chain, contract).await?;
        let answer = self.call(contract, &standing_call(token)).await?;
        Standing::read(&answer).ok_or(AnchorError::Unreadable("eth_call"))
    }
}
