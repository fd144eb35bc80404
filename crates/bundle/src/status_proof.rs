//! The status proof: what a published status list says of 8,192 entries, without the rest of the list (`docs/formats/status-proof.md`).
//!
//! The list's bitstring is cut into blocks, which are the leaves of a tree (RFC 9162, section 2.1.1). With each publication the issuer signs
//! the root together with the list's address, purpose, length and time, and the log has that statement as an entry. A proof is that entry,
//! one block, and the hashes from the block up to the root.
//!
//! **Invariant:** of a [`StatusProof`] the block is under the root that the entry states. Who signed the entry, and whether a log has it, is
//! asked by whoever relies on it. A proof says nothing of which of the entries of its block it was made for.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_tlog::{Crypto as TreeCrypto, Hash, Node, ProofError, merkle};
use touchstone_vc::{
    Credential, Crypto, StatusBlock, Timestamp,
    did::{DidDocument, Relationship, controller_of},
    json::Value,
    log::{Entry, EntryError, StatusRoot},
    status::bitstring::Bits,
};

/// Entries in a block: who is shown one learns of one credential that it is one of so many.
pub const BLOCK_ENTRIES: u64 = 8_192;
/// The most that a proof takes. Only a list with very long names needs more, and is shown whole instead.
pub const MOST_BYTES: usize = 2_048;

/// A part of a published status list, under the root that its issuer stated.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusProof {
    entry: Vec<u8>,
    stated: StatusRoot,
    signature: Vec<u8>,
    keys: [u8; 32],
    number: u16,
    block: Vec<u8>,
    path: Vec<Hash>,
}

/// Why bytes are no [`StatusProof`], or why none can be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StatusProofError {
    /// They do not begin with the name of this format.
    #[error("not a status proof of this version")]
    Format,
    /// More than a proof may have.
    #[error("larger than {MOST_BYTES} bytes")]
    TooLarge,
    /// It ends too early, or goes on where it should end.
    #[error("cut short, or with something behind it")]
    Length,
    /// The entry of the log in it cannot be read.
    #[error("its entry of the log: {0}")]
    Entry(EntryError),
    /// The entry is about something else.
    #[error("its entry of the log states no root of a status list")]
    OtherEntry,
    /// The list has no whole blocks.
    #[error("its list has no multiple of {BLOCK_ENTRIES} entries, or too many")]
    NoBlocks,
    /// The block is not in its one form.
    #[error("its block is not written as this format writes it")]
    Block,
    /// The block is not under the root.
    #[error("its block is not of the list that its entry states: {0}")]
    OtherBlock(ProofError),
    /// The list has no such entry.
    #[error("the list has no such entry")]
    Outside,
    /// The list cannot be read.
    #[error("the status list cannot be read")]
    Unreadable,
    /// The entry states another list, or another publication of this one.
    #[error("the entry of the log is not about this publication of this list")]
    OtherList,
}

/// The root over the blocks of a list. `None` where it has no whole blocks.
pub fn status_root(bits: &Bits, tree: &TreeCrypto) -> Option<Hash> {
    let blocks = blocks_of(bits.len()).ok()?;
    let leaves = leaves(bits, tree);
    merkle::root(tree, blocks, |node| over(&leaves, node, tree)).ok()
}

impl StatusProof {
    /// Proves what the published list says of an entry and its neighbours. `entry` is what the log has of this publication.
    pub fn make(
        list: &[u8],
        entry: &[u8],
        index: u64,
        tree: &TreeCrypto,
    ) -> Result<Self, StatusProofError> {
        let (stated, signature, keys) = read_entry(entry)?;
        let bits = bits_of(list, &stated)?;
        let blocks = blocks_of(bits.len())?;
        if index >= bits.len() {
            return Err(StatusProofError::Outside);
        }
        let number = index / BLOCK_ENTRIES;
        let leaves = leaves(&bits, tree);
        let read = |node| over(&leaves, node, tree);
        // Two publications of one second differ in nothing else.
        if merkle::root(tree, blocks, read) != Ok(Hash(stated.root)) {
            return Err(StatusProofError::OtherList);
        }
        let path = merkle::prove_inclusion(tree, number, blocks, read);
        let path = path.ok().flatten().ok_or(StatusProofError::Outside)?;
        let block = bits.as_bytes().chunks(BLOCK_BYTES).nth(at(number));
        let proof = Self {
            entry: entry.to_vec(),
            stated,
            signature,
            keys,
            number: u16::try_from(number).map_err(|_| StatusProofError::NoBlocks)?,
            block: block.ok_or(StatusProofError::Outside)?.to_vec(),
            path,
        };
        if proof.encode().len() > MOST_BYTES {
            return Err(StatusProofError::TooLarge);
        }
        proof.under_its_root(tree)
    }

    /// Reads a proof, which must be the whole of `bytes`.
    pub fn read(bytes: &[u8], tree: &TreeCrypto) -> Result<Self, StatusProofError> {
        match Self::read_first(bytes, tree)? {
            (proof, []) => Ok(proof),
            _ => Err(StatusProofError::Length),
        }
    }

    /// Reads a proof at the beginning of `bytes`, and gives what follows it.
    pub(crate) fn read_first<'b>(
        bytes: &'b [u8],
        tree: &TreeCrypto,
    ) -> Result<(Self, &'b [u8]), StatusProofError> {
        let mut rest = bytes.strip_prefix(FORMAT).ok_or(StatusProofError::Format)?;
        let length = usize::from(take_u16(&mut rest)?);
        let entry = take(&mut rest, length)?;
        let (stated, signature, keys) = read_entry(entry)?;
        let number = take_u16(&mut rest)?;
        let block = read_block(&mut rest)?;
        let hashes = usize::from(take(&mut rest, 1)?[0]);
        let (hashes, _) = take(&mut rest, hashes * 32)?.as_chunks::<32>();
        if bytes.len() - rest.len() > MOST_BYTES {
            return Err(StatusProofError::TooLarge);
        }
        let proof = Self {
            entry: entry.to_vec(),
            stated,
            signature,
            keys,
            number,
            block,
            path: hashes.iter().copied().map(Hash).collect(),
        };
        Ok((proof.under_its_root(tree)?, rest))
    }

    /// Its bytes: one form for one proof.
    pub fn encode(&self) -> Vec<u8> {
        let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes();
        let mut bytes = FORMAT.to_vec();
        bytes.extend(short(self.entry.len()));
        bytes.extend(&self.entry);
        bytes.extend(self.number.to_be_bytes());
        let set: Vec<usize> = set_in(&self.block).collect();
        bytes.extend(short(set.len()));
        match set.len() < DENSE {
            true => set.iter().for_each(|place| bytes.extend(short(*place))),
            false => bytes.extend(&self.block),
        }
        bytes.push(u8::try_from(self.path.len()).unwrap_or(u8::MAX));
        self.path.iter().for_each(|hash| bytes.extend(hash.0));
        bytes
    }

    /// Whether bytes begin as a status proof does.
    pub fn is(bytes: &[u8]) -> bool {
        bytes.starts_with(FORMAT)
    }

    /// What the issuer stated about the list.
    pub fn stated(&self) -> &StatusRoot {
        &self.stated
    }

    /// The entry of the log, exactly.
    pub fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// The history of the issuer's keys that the entry has.
    pub fn keys(&self) -> &[u8; 32] {
        &self.keys
    }

    /// The part of the list, for judging a credential.
    pub fn block(&self) -> StatusBlock {
        StatusBlock {
            issuer: self.stated.issuer.clone(),
            purpose: self.stated.purpose.clone(),
            valid_from: self.stated.valid_from,
            valid_until: self.stated.valid_until,
            length: self.stated.length,
            first: u64::from(self.number) * BLOCK_ENTRIES,
            bits: self.block.clone(),
        }
    }

    /// The hashes from the block's neighbour up to the root.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// Whether the statement is signed by a key that is the issuer's for such, by its document.
    pub fn is_signed_by_issuer(&self, document: &DidDocument, crypto: &Crypto) -> bool {
        let (issuer, method) = (&self.stated.issuer, &self.stated.method);
        let may = document.id == *issuer
            && controller_of(method) == issuer
            && document.may(Relationship::Assertion, method).is_ok();
        let then = self.stated.valid_from;
        let key = document.method(method).filter(|method| {
            let ended = [method.revoked, method.expires];
            may && ended.iter().flatten().all(|end| then < *end)
        });
        key.and_then(|method| method.key.as_ref().ok())
            .is_some_and(|key| self.stated.is_signed_by(key, &self.signature, crypto))
    }

    fn under_its_root(self, tree: &TreeCrypto) -> Result<Self, StatusProofError> {
        let blocks = blocks_of(self.stated.length)?;
        let leaf = merkle::leaf_hash(tree, &self.block);
        let (number, root) = (u64::from(self.number), Hash(self.stated.root));
        merkle::verify_inclusion(tree, leaf, number, blocks, &self.path, root)
            .map_err(StatusProofError::OtherBlock)?;
        Ok(self)
    }
}

/// The statement in an entry of the log, its signature, and the history of keys beside it.
fn read_entry(entry: &[u8]) -> Result<(StatusRoot, Vec<u8>, [u8; 32]), StatusProofError> {
    match Entry::parse(entry).map_err(StatusProofError::Entry)? {
        Entry::StatusListRoot {
            stated,
            signature,
            keys,
        } => Ok((stated, signature, keys)),
        _ => Err(StatusProofError::OtherEntry),
    }
}

/// The bits of a published list, if it is the one that is stated.
fn bits_of(list: &[u8], stated: &StatusRoot) -> Result<Bits, StatusProofError> {
    let unreadable = StatusProofError::Unreadable;
    let list = Credential::parse(list).map_err(|_| unreadable)?;
    let subject = list.document().get("credentialSubject");
    let text = |member| subject?.get(member).and_then(Value::as_str);
    let time = |member| {
        let text = list.document().get(member).and_then(Value::as_str)?;
        Timestamp::parse(text).ok()
    };
    let bits = Bits::decode(text("encodedList").ok_or(unreadable)?).map_err(|_| unreadable)?;
    let same = list.id() == Some(&stated.url)
        && list.issuer() == Some(&stated.issuer)
        && text("statusPurpose") == Some(&stated.purpose)
        && time("validFrom") == Some(stated.valid_from)
        && time("validUntil") == Some(stated.valid_until)
        && bits.len() == stated.length;
    match same {
        true => Ok(bits),
        false => Err(StatusProofError::OtherList),
    }
}

/// What a published list is called: to find its entry in a log.
pub fn status_list_called(list: &[u8]) -> Option<String> {
    let list = Credential::parse(list).ok()?;
    list.id().map(ToOwned::to_owned)
}

/// How many blocks a list of so many entries has.
fn blocks_of(entries: u64) -> Result<u64, StatusProofError> {
    let whole = entries > 0 && entries.is_multiple_of(BLOCK_ENTRIES);
    let blocks = entries / BLOCK_ENTRIES;
    match whole && blocks <= MOST_BLOCKS {
        true => Ok(blocks),
        false => Err(StatusProofError::NoBlocks),
    }
}

fn leaves(bits: &Bits, tree: &TreeCrypto) -> Vec<Hash> {
    let blocks = bits.as_bytes().chunks(BLOCK_BYTES);
    blocks.map(|block| merkle::leaf_hash(tree, block)).collect()
}

/// The hash over a whole subtree, from the leaves below it.
fn over(leaves: &[Hash], node: Node, tree: &TreeCrypto) -> Result<Hash, StatusProofError> {
    let below = |right| Node {
        level: node.level.saturating_sub(1),
        index: node.index * 2 + right,
    };
    match node.level {
        0 => leaves
            .get(at(node.index))
            .copied()
            .ok_or(StatusProofError::Outside),
        _ => Ok(merkle::node_hash(
            tree,
            over(leaves, below(0), tree)?,
            over(leaves, below(1), tree)?,
        )),
    }
}

/// Reads a block: the places of its set entries, or where they are many, its bytes.
fn read_block(rest: &mut &[u8]) -> Result<Vec<u8>, StatusProofError> {
    let set = usize::from(take_u16(rest)?);
    if set >= DENSE {
        let block = take(rest, BLOCK_BYTES)?.to_vec();
        return match set_in(&block).count() == set {
            true => Ok(block),
            false => Err(StatusProofError::Block),
        };
    }
    let mut block = alloc::vec![0; BLOCK_BYTES];
    let mut before = None;
    for _ in 0..set {
        let place = take_u16(rest)?;
        let byte = block
            .get_mut(usize::from(place / 8))
            .filter(|_| Some(place) > before)
            .ok_or(StatusProofError::Block)?;
        *byte |= 0x80 >> (place % 8);
        before = Some(place);
    }
    Ok(block)
}

/// The places of the set entries of a block, in order.
fn set_in(block: &[u8]) -> impl Iterator<Item = usize> {
    let entries = 0..block.len() * 8;
    entries.filter(|place| block[place / 8] & (0x80 >> (place % 8)) != 0)
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Result<&'b [u8], StatusProofError> {
    let (taken, after) = rest
        .split_at_checked(length)
        .ok_or(StatusProofError::Length)?;
    *rest = after;
    Ok(taken)
}

fn take_u16(rest: &mut &[u8]) -> Result<u16, StatusProofError> {
    let bytes = take(rest, 2)?;
    Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
}

fn at(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

const FORMAT: &[u8] = b"touchstone-status-proof/1\n";
/// A leaf of the tree.
const BLOCK_BYTES: usize = 1_024;
/// From so many set entries on, a block is written as it is: each place takes two bytes.
const DENSE: usize = 512;
/// The largest list that is read, 2²⁷ entries.
const MOST_BLOCKS: u64 = 1 << 14;
