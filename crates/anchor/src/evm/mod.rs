//! EVM chains: proofs that a contract kept a checkpoint in a block, whose hash the reader brings.
//!
//! A proof is the block's header, the nodes of the tree over its receipts that lead to one receipt, and which of its events it is (yellow
//! paper, section 4.4 and appendix D; EIP-658, EIP-2718). Everything follows from the header's hash; which hashes a chain has, the reader
//! asks a node that they believe.
//!
//! **Invariant:** a block counts only by a hash that the reader brought, for a contract that they named. Which one it takes is told; it is
//! never taken from the proof.

use alloc::vec::Vec;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use self::rlp::{Item, List};
use crate::{Crypto, Digest, Fault};

pub mod rlp;
pub mod token;
mod transaction;
mod trie;

pub use transaction::{KIND as TRANSACTION, Transaction};
pub use trie::prove;

/// The media type of a proof in a file.
pub const MEDIA_TYPE: &str = "application/vnd.touchstone.evm-anchor";
/// A proof has less: eight nodes of 532 bytes, a header of 700.
pub const MOST_BYTES: usize = 16 * 1024;

/// The address of a contract or of a sender.
pub type Address = [u8; 20];

/// That a contract kept a checkpoint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proof {
    /// The header of the block, as it is hashed.
    pub header: Vec<u8>,
    /// The place of the receipt in the block.
    pub place: u64,
    /// The nodes from the header's root over receipts to this one.
    pub nodes: Vec<Vec<u8>>,
    /// The place of the event in the receipt.
    pub event: u64,
}

/// What a proof shows to who believes its block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Kept {
    /// The block.
    pub block: Block,
    /// The contract that says so.
    pub contract: Address,
    /// Who sent it there.
    pub sender: Address,
    /// What it kept.
    pub checkpoint: Checkpoint,
}

/// A block, as its header says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Block {
    /// By which everybody knows it.
    pub hash: Digest,
    /// Its place in the chain.
    pub number: u64,
    /// In seconds since 1970.
    pub time: u64,
    /// The root over its receipts.
    pub receipts: Digest,
}

/// A checkpoint as a contract keeps it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// SHA-256 of the log's name.
    pub origin: Digest,
    /// Entries in the tree.
    pub size: u64,
    /// Its root.
    pub root: Digest,
}

impl Proof {
    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MOST_BYTES {
            return Err(Fault::TooLarge);
        }
        let items = rlp::only(bytes)?.list(4)?;
        let [header, place, nodes, event] = items[..] else {
            return Err(Fault::Malformed);
        };
        let nodes = nodes.list(MOST_NODES)?.into_iter();
        Ok(Self {
            header: header.bytes()?.to_vec(),
            place: place.number()?,
            nodes: nodes
                .map(|node| node.bytes().map(<[u8]>::to_vec))
                .collect::<Result<_, _>>()?,
            event: event.number()?,
        })
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let nodes = self.nodes.iter();
        List::new()
            .bytes(&self.header)
            .number(self.place.into())
            .list(nodes.fold(List::new(), |list, node| list.bytes(node)))
            .number(self.event.into())
            .encode()
    }

    /// The block that it leads to, whether it is on a chain or not.
    pub fn block(&self, crypto: &Crypto) -> Result<Block, Fault> {
        Block::read(&self.header, crypto)
    }

    /// What it shows, if its block is one.
    pub fn kept(&self, crypto: &Crypto) -> Result<Kept, Fault> {
        let block = self.block(crypto)?;
        let receipt = trie::value(crypto, &block.receipts, self.place, &self.nodes)?;
        let (contract, sender, checkpoint) = event(receipt, self.event, crypto)?;
        Ok(Kept {
            block,
            contract,
            sender,
            checkpoint,
        })
    }
}

impl Block {
    /// Reads a header (yellow paper, section 4.4.4). Later versions of it have more at its end.
    pub fn read(header: &[u8], crypto: &Crypto) -> Result<Self, Fault> {
        let items = rlp::only(header)?.list(MOST_HEADER_ITEMS)?;
        if items.len() < LEAST_HEADER_ITEMS {
            return Err(Fault::Malformed);
        }
        Ok(Self {
            hash: (crypto.keccak256)(header),
            number: items[8].number()?,
            time: items[11].number()?,
            receipts: items[5].array()?,
        })
    }

    /// By when everything in it was there, in milliseconds since 1970: nodes let a clock be so far ahead.
    pub(crate) fn by(&self) -> i64 {
        let seconds = i64::try_from(self.time).unwrap_or(i64::MAX);
        seconds.saturating_add(AHEAD_SECONDS).saturating_mul(1_000)
    }
}

impl Checkpoint {
    /// The checkpoint that a note's text says: three lines, each with its line feed (C2SP tlog-checkpoint).
    pub fn of(text: &[u8], crypto: &Crypto) -> Option<Self> {
        let text = str::from_utf8(text).ok()?.strip_suffix('\n')?;
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        let is_one =
            lines.next().is_none() && !origin.is_empty() && size == alloc::format!("{number}");
        let root = BASE64.decode(root).ok()?.try_into().ok()?;
        is_one.then(|| Self {
            origin: (crypto.sha256)(origin.as_bytes()),
            size: number,
            root,
        })
    }

    /// With what the contract is called to keep it.
    pub fn call(&self) -> Vec<u8> {
        let mut data = ANCHOR.to_vec();
        data.extend(self.origin);
        data.extend([0; 24]);
        data.extend(self.size.to_be_bytes());
        data.extend(self.root);
        data
    }
}

/// With what the contract is asked how many entries the largest tree has that a sender anchored of a log, which is named as in [`Checkpoint`].
pub fn size_call(sender: &Address, origin: &Digest) -> Vec<u8> {
    let mut data = SIZE_OF.to_vec();
    data.extend([0; 12]);
    data.extend(sender);
    data.extend(origin);
    data
}

/// With what it is asked for the root of such a tree.
pub fn root_call(sender: &Address, origin: &Digest, size: u64) -> Vec<u8> {
    let mut data = ROOT_OF.to_vec();
    data.extend(&size_call(sender, origin)[4..]);
    data.extend([0; 24]);
    data.extend(size.to_be_bytes());
    data
}

/// The address of whoever has the public key with these two coordinates.
pub fn address(key: &[u8; 64], crypto: &Crypto) -> Address {
    last_twenty(&(crypto.keccak256)(key))
}

/// The address of the contract that a sender's transaction of this number puts on a chain (yellow paper, section 7).
pub fn created(sender: &Address, nonce: u64, crypto: &Crypto) -> Address {
    let list = List::new().bytes(sender).number(nonce.into());
    last_twenty(&(crypto.keccak256)(&list.encode()))
}

fn last_twenty(hash: &Digest) -> Address {
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    address
}

/// The event at a place in a receipt, of a transaction that was carried out: by which contract, of whom, about what.
fn event(
    receipt: &[u8],
    place: u64,
    crypto: &Crypto,
) -> Result<(Address, Address, Checkpoint), Fault> {
    // What came with EIP-2718 has its kind in front; a list begins with more than any kind.
    let list = match receipt.first() {
        Some(0x01..=0x7f) => &receipt[1..],
        _ => receipt,
    };
    let items = rlp::only(list)?.list(4)?;
    let [status, _gas, _bloom, logs] = items[..] else {
        return Err(Fault::Malformed);
    };
    // EIP-658: 1 or 0. Before it a hash stood there, which says nothing.
    if status.bytes()? != [1] {
        return Err(Fault::Reverted);
    }
    let logs = logs.list(MOST_EVENTS)?;
    let log = usize::try_from(place)
        .ok()
        .and_then(|place| logs.get(place));
    let items = log.ok_or(Fault::NoEvent)?.list(3)?;
    let [contract, topics, data] = items[..] else {
        return Err(Fault::Malformed);
    };
    let topics = topics.list(4)?;
    let [kind, sender, origin] = topics[..] else {
        return Err(Fault::NoEvent);
    };
    if kind.array()? != (crypto.keccak256)(ANCHORED) {
        return Err(Fault::NoEvent);
    }
    let sender: Digest = sender.array()?;
    let (zeros, sender) = sender.split_at(12);
    let data: [u8; 64] = data.array()?;
    let (size, root) = data.split_at(32);
    let (before, size) = size.split_at(24);
    if zeros.iter().chain(before).any(|byte| *byte != 0) {
        return Err(Fault::Malformed);
    }
    let checkpoint = Checkpoint {
        origin: origin.array()?,
        size: Item::Bytes(&size[size.iter().take_while(|byte| **byte == 0).count()..]).number()?,
        root: Item::Bytes(root).array()?,
    };
    Ok((contract.array()?, Item::Bytes(sender).array()?, checkpoint))
}

/// The first four bytes of the hash of `anchor(bytes32,uint64,bytes32)`.
const ANCHOR: [u8; 4] = [0x70, 0xc1, 0x27, 0xc6];
/// The same of `sizeOf(address,bytes32)`.
const SIZE_OF: [u8; 4] = [0x36, 0x41, 0x5c, 0xa5];
/// The same of `rootOf(address,bytes32,uint64)`.
const ROOT_OF: [u8; 4] = [0x68, 0xd7, 0x5c, 0xcc];
/// What the event is called.
const ANCHORED: &[u8] = b"Anchored(address,bytes32,uint64,bytes32)";
/// The place of a receipt has at most nine bytes as a key: eighteen nibbles. Blocks are far from that.
const MOST_NODES: usize = 20;
const MOST_EVENTS: usize = 64;
const LEAST_HEADER_ITEMS: usize = 15;
const MOST_HEADER_ITEMS: usize = 32;
/// Where a block's time is not bound to a slot, nodes take one whose clock is so far ahead (go-ethereum, `allowedFutureBlockTimeSeconds`).
const AHEAD_SECONDS: i64 = 15;

#[cfg(test)]
pub(crate) mod tests;
