//! OpenTimestamps: proofs that lead from a digest to the header of a Bitcoin block, or as yet to a calendar that promised to get there.
//!
//! The format has no specification but its reference implementation, `python-opentimestamps` (`core/timestamp.py`, `core/op.py`,
//! `core/notary.py`); its limits are kept here. A proof is a tree: operations lead from message to message, and an attestation says who
//! vouches for a message. What is read is written again as the same bytes.
//!
//! **Invariant:** a block counts only by a header that the reader brought. Which one it takes is told; it is never taken from the proof.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::multibase;

use self::wire::{Input, write_bytes, write_number};
use crate::{Crypto, Digest, Fault};

mod header;
mod wire;

pub use header::Header;

/// The media type of a proof in a file.
pub const MEDIA_TYPE: &str = "application/vnd.opentimestamps.ots";
/// What a calendar is asked to answer with.
pub const ACCEPT: &str = "application/vnd.opentimestamps.v1";
/// A calendar answers with less (`calendar.py`).
pub const MOST_ANSWER: usize = 10_000;
/// A proof over a dozen calendars has less.
pub const MOST_BYTES: usize = 64 * 1024;

/// A proof in a file of its own, over the digest of something else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Detached {
    /// How the digest was made.
    pub hash: Op,
    /// The digest.
    pub digest: Vec<u8>,
    /// What is known of it.
    pub stamp: Stamp,
}

/// What is known of a message.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Stamp {
    /// In the order of the file.
    branches: Vec<Branch>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Branch {
    Attested(Attestation),
    Then(Op, Stamp),
}

/// A step from a message to the next.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names are those of the format.
pub enum Op {
    Sha1,
    Ripemd160,
    Sha256,
    Keccak256,
    Append(Vec<u8>),
    Prepend(Vec<u8>),
    Reverse,
    Hexlify,
}

/// Who vouches for a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Attestation {
    /// A calendar has it and will know more, at this address.
    Pending(String),
    /// It is the root over the transactions of the Bitcoin block of this height.
    Bitcoin(u64),
    /// Of another kind.
    Other {
        /// Which.
        tag: [u8; 8],
        /// What it says.
        payload: Vec<u8>,
    },
}

impl Detached {
    /// A proof over a digest that is made by SHA-256.
    pub fn over(digest: &Digest, stamp: Stamp) -> Self {
        Self {
            hash: Op::Sha256,
            digest: digest.to_vec(),
            stamp,
        }
    }

    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MOST_BYTES {
            return Err(Fault::TooLarge);
        }
        let mut input = Input(bytes);
        if input.take(MAGIC.len())? != MAGIC || input.number()? != 1 {
            return Err(Fault::Malformed);
        }
        let hash = Op::read(input.byte()?, &mut input)?;
        let length = match hash {
            Op::Sha1 | Op::Ripemd160 => 20,
            Op::Sha256 => 32,
            _ => return Err(Fault::Malformed),
        };
        let digest = input.take(length)?.to_owned();
        let stamp = Stamp::read(&mut input, DEEPEST)?;
        input.end()?;
        Ok(Self {
            hash,
            digest,
            stamp,
        })
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        write_number(&mut out, 1);
        self.hash.write(&mut out);
        out.extend(&self.digest);
        self.stamp.write(&mut out);
        out
    }

    /// Everything that is attested, each with the message that it is about; `None` where that takes a hash that is not known here.
    pub fn attested(&self, crypto: &Crypto) -> Vec<(Option<Vec<u8>>, &Attestation)> {
        let mut all = Vec::new();
        self.stamp
            .attested(Some(self.digest.clone()), crypto, &mut all);
        all
    }

    /// The lowest block that it leads to, whether it is that block or not.
    pub fn block(&self) -> Option<u64> {
        self.stamp.block()
    }

    /// Adds what became known of a message. `false` if the proof leads to no such message.
    pub fn add(&mut self, message: &[u8], known: &Stamp, crypto: &Crypto) -> bool {
        self.stamp
            .add(Some(self.digest.clone()), message, known, crypto)
    }

    /// Whether it is over this digest, and leads somewhere: each promise of a calendar is one that can be asked for, each block's message can be the
    /// root of one.
    pub(crate) fn whole(&self, digest: &Digest, crypto: &Crypto) -> Result<(), Fault> {
        if self.hash != Op::Sha256 || self.digest != digest {
            return Err(Fault::OtherImprint);
        }
        let mut leads = false;
        for (message, attestation) in self.attested(crypto) {
            let fits = match attestation {
                Attestation::Pending(address) => {
                    message.is_some()
                        && ["https://", "http://"]
                            .iter()
                            .any(|scheme| address.starts_with(scheme))
                }
                Attestation::Bitcoin(_) => message.is_some_and(|message| message.len() == 32),
                Attestation::Other { .. } => continue,
            };
            if !fits {
                return Err(Fault::Malformed);
            }
            leads = true;
        }
        match leads {
            true => Ok(()),
            false => Err(Fault::Malformed),
        }
    }

    /// By when the digest was there: the earliest of the blocks whose header the reader brought.
    pub(crate) fn judge<'h>(
        &self,
        digest: &Digest,
        headers: impl Iterator<Item = &'h Header> + Clone,
        crypto: &Crypto,
    ) -> Result<&'h Header, Fault> {
        if self.hash != Op::Sha256 || self.digest != digest {
            return Err(Fault::OtherImprint);
        }
        let mut earliest: Option<&Header> = None;
        let mut fault = Fault::OnlyPending;
        for (message, attestation) in self.attested(crypto) {
            let Attestation::Bitcoin(height) = *attestation else {
                continue;
            };
            let Some(message) = message else {
                fault = Fault::Algorithm;
                continue;
            };
            let mut of_height = headers.clone().filter(|one| one.height == height);
            match of_height.clone().next() {
                None => fault = Fault::Block { height },
                Some(_) => match of_height.find(|one| one.root[..] == message[..]) {
                    None => fault = Fault::OtherBlock { height },
                    Some(found) if earliest.is_none_or(|before| found.by() < before.by()) => {
                        earliest = Some(found);
                    }
                    Some(_) => {}
                },
            }
        }
        earliest.ok_or(fault)
    }
}

impl Stamp {
    /// Reads what a calendar answered.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MOST_ANSWER {
            return Err(Fault::TooLarge);
        }
        let mut input = Input(bytes);
        let stamp = Self::read(&mut input, DEEPEST)?;
        input.end()?;
        Ok(stamp)
    }

    /// That somebody vouches for the message.
    pub fn attest(attestation: Attestation) -> Self {
        Self {
            branches: Vec::from([Branch::Attested(attestation)]),
        }
    }

    /// That a step leads from the message to another, of which this is known.
    #[must_use]
    pub fn after(self, op: Op) -> Self {
        Self {
            branches: Vec::from([Branch::Then(op, self)]),
        }
    }

    /// Its bytes, as a calendar answers.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn read(input: &mut Input<'_>, deeper: usize) -> Result<Self, Fault> {
        let deeper = deeper.checked_sub(1).ok_or(Fault::TooLarge)?;
        let mut branches = Vec::new();
        loop {
            let tag = input.byte()?;
            let more = tag == MORE;
            let tag = if more { input.byte()? } else { tag };
            branches.push(match tag {
                ATTESTED => Branch::Attested(Attestation::read(input)?),
                tag => {
                    let op = Op::read(tag, input)?;
                    Branch::Then(op, Self::read(input, deeper)?)
                }
            });
            if !more {
                return Ok(Self { branches });
            }
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for (at, branch) in self.branches.iter().enumerate() {
            if at + 1 < self.branches.len() {
                out.push(MORE);
            }
            match branch {
                Branch::Attested(attestation) => {
                    out.push(ATTESTED);
                    attestation.write(out);
                }
                Branch::Then(op, stamp) => {
                    op.write(out);
                    stamp.write(out);
                }
            }
        }
    }

    fn block(&self) -> Option<u64> {
        let blocks = self.branches.iter().filter_map(|branch| match branch {
            Branch::Attested(Attestation::Bitcoin(height)) => Some(*height),
            Branch::Attested(_) => None,
            Branch::Then(_, stamp) => stamp.block(),
        });
        blocks.min()
    }

    fn attested<'s>(
        &'s self,
        message: Option<Vec<u8>>,
        crypto: &Crypto,
        all: &mut Vec<(Option<Vec<u8>>, &'s Attestation)>,
    ) {
        for branch in &self.branches {
            match branch {
                Branch::Attested(attestation) => all.push((message.clone(), attestation)),
                Branch::Then(op, stamp) => {
                    let next = message
                        .as_ref()
                        .and_then(|message| op.apply(message, crypto));
                    stamp.attested(next, crypto, all);
                }
            }
        }
    }

    fn add(
        &mut self,
        message: Option<Vec<u8>>,
        wanted: &[u8],
        known: &Self,
        crypto: &Crypto,
    ) -> bool {
        let Some(message) = message else {
            return false;
        };
        if message == wanted {
            for branch in &known.branches {
                if !self.branches.contains(branch) {
                    self.branches.push(branch.clone());
                }
            }
            return true;
        }
        self.branches.iter_mut().any(|branch| match branch {
            Branch::Attested(_) => false,
            Branch::Then(op, stamp) => {
                let next = op.apply(&message, crypto);
                stamp.add(next, wanted, known, crypto)
            }
        })
    }
}

impl Op {
    fn read(tag: u8, input: &mut Input<'_>) -> Result<Self, Fault> {
        Ok(match tag {
            0x02 => Self::Sha1,
            0x03 => Self::Ripemd160,
            0x08 => Self::Sha256,
            0x67 => Self::Keccak256,
            0xf0 => Self::Append(input.bytes(1, LONGEST)?.to_owned()),
            0xf1 => Self::Prepend(input.bytes(1, LONGEST)?.to_owned()),
            0xf2 => Self::Reverse,
            0xf3 => Self::Hexlify,
            _ => return Err(Fault::Malformed),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let (tag, argument) = match self {
            Self::Sha1 => (0x02, None),
            Self::Ripemd160 => (0x03, None),
            Self::Sha256 => (0x08, None),
            Self::Keccak256 => (0x67, None),
            Self::Append(bytes) => (0xf0, Some(bytes)),
            Self::Prepend(bytes) => (0xf1, Some(bytes)),
            Self::Reverse => (0xf2, None),
            Self::Hexlify => (0xf3, None),
        };
        out.push(tag);
        if let Some(bytes) = argument {
            write_bytes(out, bytes);
        }
    }

    /// What follows from a message. `None` for a hash that is not known here, and for what would be longer than any message may be.
    fn apply(&self, message: &[u8], crypto: &Crypto) -> Option<Vec<u8>> {
        let made = match self {
            Self::Sha256 => (crypto.sha256)(message).to_vec(),
            Self::Append(bytes) => [message, bytes].concat(),
            Self::Prepend(bytes) => [bytes, message].concat(),
            Self::Reverse => message.iter().rev().copied().collect(),
            Self::Hexlify => multibase::encode_hex(message).into_bytes(),
            Self::Sha1 | Self::Ripemd160 | Self::Keccak256 => return None,
        };
        (!made.is_empty() && made.len() <= LONGEST).then_some(made)
    }
}

impl Attestation {
    fn read(input: &mut Input<'_>) -> Result<Self, Fault> {
        let tag: [u8; 8] = input.take(8)?.try_into().map_err(|_| Fault::Malformed)?;
        let payload = input.bytes(0, LONGEST_PAYLOAD)?;
        let mut inside = Input(payload);
        let read = match tag {
            PENDING => {
                let address = inside.bytes(0, LONGEST_ADDRESS)?;
                let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._/:".contains(byte);
                if !address.iter().all(allowed) {
                    return Err(Fault::Malformed);
                }
                let address = str::from_utf8(address).map_err(|_| Fault::Malformed)?;
                Self::Pending(address.to_owned())
            }
            BITCOIN => Self::Bitcoin(inside.number()?),
            tag => {
                let payload = payload.to_owned();
                return Ok(Self::Other { tag, payload });
            }
        };
        inside.end()?;
        Ok(read)
    }

    fn write(&self, out: &mut Vec<u8>) {
        let mut inside = Vec::new();
        let tag = match self {
            Self::Pending(address) => {
                write_bytes(&mut inside, address.as_bytes());
                PENDING
            }
            Self::Bitcoin(height) => {
                write_number(&mut inside, *height);
                BITCOIN
            }
            Self::Other { tag, payload } => {
                inside.extend(payload);
                *tag
            }
        };
        out.extend(tag);
        write_bytes(out, &inside);
    }
}

const MAGIC: &[u8] = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94";
const MORE: u8 = 0xff;
const ATTESTED: u8 = 0x00;
const PENDING: [u8; 8] = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
const BITCOIN: [u8; 8] = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];
/// Steps from the digest to an attestation.
const DEEPEST: usize = 256;
/// Of a message and of an argument.
const LONGEST: usize = 4_096;
const LONGEST_PAYLOAD: usize = 8_192;
const LONGEST_ADDRESS: usize = 1_000;

#[cfg(test)]
mod tests {
    extern crate std;

    use sha2::{Digest as _, Sha256};

    use super::*;

    const CRYPTO: Crypto = Crypto {
        sha256: |bytes| Sha256::digest(bytes).into(),
        sha384: |_| [0; 48],
        sha512: |_| [0; 64],
        keccak256: |_| [0; 32],
        verify: |_, _, _, _| false,
    };
    const VECTORS: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/opentimestamps-examples"
    );
    /// Block 0, as every node has it.
    const GENESIS: &str = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e\
        67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";

    fn vector(name: &str) -> Vec<u8> {
        let path = std::format!("{VECTORS}/{name}");
        std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[test]
    fn every_example_is_read_and_written_again_as_the_same_bytes() {
        for name in [
            "bad-stamp.txt.ots",
            "different-blockchains.txt.ots",
            "empty.ots",
            "gdp2q25-2nd.pdf.ots",
            "hello-world.txt.ots",
            "known-and-unknown-notary.txt.ots",
            "merkle1.txt.ots",
            "merkle3.txt.ots",
            "sha1/a-or-b.ots",
            "unknown-notary.txt.ots",
        ] {
            let bytes = vector(name);
            let read = Detached::read(&bytes).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            assert!(read.encode() == bytes, "{name}");
            assert!(!read.attested(&CRYPTO).is_empty(), "{name}");
        }
        let invalid = vector("invalid/invalid-file-digest-type.ots");
        assert_eq!(Detached::read(&invalid), Err(Fault::Malformed));
    }

    #[test]
    fn an_example_leads_to_its_block_and_says_which_to_look_up() {
        let read = Detached::read(&vector("gdp2q25-2nd.pdf.ots")).unwrap();
        let digest: Digest = read.digest[..].try_into().unwrap();
        let height = 912_095;
        assert_eq!(read.block(), Some(height));
        let attested = read.attested(&CRYPTO);
        let in_block = |(message, attestation): &(Option<Vec<u8>>, &Attestation)| {
            (**attestation == Attestation::Bitcoin(height)).then(|| message.clone())
        };
        let root = attested.iter().find_map(in_block).unwrap().unwrap();
        // As python-opentimestamps has it.
        assert_eq!(
            multibase::encode_hex(&root),
            "ae390025e12b85acb0cf0472c8e42ad40f78a9c6c1d832198e98294199316193"
        );
        let judged = |headers: &[Header]| {
            let judged = read.judge(&digest, headers.iter(), &CRYPTO);
            judged.map(Header::by)
        };
        assert_eq!(judged(&[]), Err(Fault::Block { height }));
        let mut header = Header {
            height,
            root: root.try_into().unwrap(),
            time: 1_756_000_000,
        };
        let by = (1_756_000_000 + 7_200) * 1_000;
        assert_eq!(judged(core::slice::from_ref(&header)), Ok(by));
        header.root[0] ^= 1;
        let other = Err(Fault::OtherBlock { height });
        assert_eq!(judged(core::slice::from_ref(&header)), other);
        header.height += 1;
        assert_eq!(judged(&[header]), Err(Fault::Block { height }));
        let other = read.judge(&[0; 32], [].iter(), &CRYPTO);
        assert_eq!(other, Err(Fault::OtherImprint));
        // An old one takes a hash that is not known here: which is said, and is no block.
        let old = Detached::read(&vector("hello-world.txt.ots")).unwrap();
        let digest = Sha256::digest(vector("hello-world.txt")).into();
        let judged = old.judge(&digest, [].iter(), &CRYPTO);
        assert_eq!(judged, Err(Fault::Algorithm));
        let promised = Detached::read(&vector("merkle1.txt.ots")).unwrap();
        let digest = Sha256::digest(vector("merkle1.txt")).into();
        let judged = promised.judge(&digest, [].iter(), &CRYPTO);
        assert_eq!(judged, Err(Fault::OnlyPending));
    }

    #[test]
    fn a_header_with_a_slip_is_none() {
        let bytes = multibase::decode_hex(GENESIS).unwrap();
        let header = Header::read(0, &bytes, &CRYPTO).unwrap();
        assert_eq!(header.time, 1_231_006_505);
        for place in 0..80 {
            let mut slip = bytes.clone();
            slip[place] ^= 1;
            assert_eq!(Header::read(0, &slip, &CRYPTO), None, "byte {place}");
        }
        assert_eq!(Header::read(0, &bytes[1..], &CRYPTO), None);
    }

    #[test]
    fn what_is_cut_or_too_deep_is_refused() {
        let whole = vector("merkle3.txt.ots");
        for end in 0..whole.len() {
            assert!(Detached::read(&whole[..end]).is_err(), "{end}");
        }
        let more = [&whole[..], &[0]].concat();
        assert_eq!(Detached::read(&more), Err(Fault::Malformed));
        let deep = |steps: usize| {
            let end = Stamp::attest(Attestation::Bitcoin(1));
            let stamp = (0..steps).fold(end, |stamp, _| stamp.after(Op::Sha256));
            Stamp::parse(&stamp.encode()).map(drop)
        };
        assert_eq!(deep(255), Ok(()));
        assert_eq!(deep(256), Err(Fault::TooLarge));
    }

    #[test]
    fn what_became_known_is_added_where_it_belongs() {
        let pending = Attestation::Pending("https://calendar.example.org".to_owned());
        let stamp = Stamp::attest(pending.clone()).after(Op::Sha256);
        let stamp = stamp.after(Op::Append(Vec::from([7])));
        let mut proof = Detached::over(&[1; 32], stamp);
        let promised = proof.attested(&CRYPTO)[0].0.clone().unwrap();
        let known = Stamp::attest(Attestation::Bitcoin(9)).after(Op::Sha256);
        assert!(!proof.add(b"another", &known, &CRYPTO));
        assert!(proof.add(&promised, &known, &CRYPTO));
        let again = proof.clone();
        assert!(proof.add(&promised, &known, &CRYPTO));
        assert_eq!(proof, again, "twice is once");
        let all = proof.attested(&CRYPTO);
        assert_eq!(all[0].1, &pending);
        let root: Digest = Sha256::digest(&promised).into();
        assert_eq!(all[1], (Some(root.to_vec()), &Attestation::Bitcoin(9)));
        assert_eq!(Detached::read(&proof.encode()), Ok(proof));
    }
}
