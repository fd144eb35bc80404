//! Transactions with a fee that is capped (EIP-1559, in the envelope of EIP-2718): their bytes, without whoever signs them.

use alloc::vec::Vec;

use super::{
    Address,
    rlp::{self, List},
};
use crate::{Crypto, Digest};

/// A transaction that moves no coin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transaction {
    /// The chain on which alone it counts (EIP-155).
    pub chain: u64,
    /// How many the sender sent before.
    pub nonce: u64,
    /// For whoever takes it into a block, for each unit of gas at most, in the smallest unit of the chain's coin.
    pub tip: u128,
    /// For each unit of gas at most.
    pub fee: u128,
    /// Units of gas at most.
    pub gas: u64,
    /// The contract that is called; `None` puts a new one on the chain.
    pub to: Option<Address>,
    /// What it is called with.
    pub data: Vec<u8>,
}

impl Transaction {
    /// What it costs at most.
    pub fn most(&self) -> u128 {
        u128::from(self.gas).saturating_mul(self.fee)
    }

    /// What its sender signs, with ECDSA over secp256k1.
    pub fn digest(&self, crypto: &Crypto) -> Digest {
        (crypto.keccak256)(&typed(self.list()))
    }

    /// The bytes that are sent, with the two numbers of the signature and which of two points was meant.
    pub fn signed(&self, (r, s): (&Digest, &Digest), is_odd: bool) -> Vec<u8> {
        let list = self.list().number(is_odd.into());
        typed(list.bytes(without_zeros(r)).bytes(without_zeros(s)))
    }

    /// The nonce of a signed one, of which this stands behind its kind.
    pub fn nonce_of(signed: &[u8]) -> Option<u64> {
        let items = rlp::only(signed).ok()?.list(12).ok()?;
        items.get(1)?.number().ok()
    }

    fn list(&self) -> List {
        let to = self.to.as_ref().map_or(&[][..], |to| &to[..]);
        List::new()
            .number(self.chain.into())
            .number(self.nonce.into())
            .number(self.tip)
            .number(self.fee)
            .number(self.gas.into())
            .bytes(to)
            .number(0)
            .bytes(&self.data)
            .list(List::new())
    }
}

fn typed(list: List) -> Vec<u8> {
    let mut bytes = Vec::from([KIND]);
    bytes.extend(list.encode());
    bytes
}

fn without_zeros(number: &Digest) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// The first byte of every such transaction.
pub const KIND: u8 = 2;
