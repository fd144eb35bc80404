//! Input that nobody would send: a signed credential, broken in a way that the seed decides.
//!
//! Not a measurement but a hunt, here because it needs the same pieces. Claims: nothing panics; what is read can be written
//! and read again; what still verifies still says the same.

use anyhow::{Result, ensure};
use touchstone_adapters::CRYPTO;
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize};
use touchstone_vc::{
    CheckKind, Credential, Evidence, Outcome, Timestamp, Trust, bake, status, verify,
};

use crate::issue::{Issuing, canonical};
use crate::sample::Unsigned;

/// Breaks `count` documents and prints how many of them were still read, and how many still verified.
pub(crate) fn run(unsigned: &Unsigned, seed: u64, count: u64) -> Result<()> {
    let contexts = Contexts::bundled();
    let signed = Issuing::new(unsigned, &contexts)?.sign(&unsigned.text)?;
    let statements = canonical(&unsigned.text, &contexts)?;
    let mut random = Random(seed);
    let (mut read, mut verified) = (0, 0);
    for _ in 0..count {
        let broken = random.broken(&signed);
        parsers(&broken)?;
        let Ok(credential) = Credential::parse(&broken) else {
            continue;
        };
        read += 1;
        let at = Timestamp::from_unix_seconds(1_795_219_200);
        let report = verify(
            &credential,
            &Evidence::new(),
            &Trust::default(),
            at,
            &CRYPTO,
            &contexts,
        );
        if report.outcome(CheckKind::Proof) == Some(Outcome::Pass) {
            verified += 1;
            ensure!(
                says_the_same(&broken, &statements, &contexts),
                "verified, but says something else: {}",
                String::from_utf8_lossy(&broken)
            );
        }
    }
    println!("fuzz");
    println!("broken {count}");
    println!("read {read}");
    println!("verified {verified}");
    Ok(())
}

/// Everything that reads bytes from strangers.
fn parsers(bytes: &[u8]) -> Result<()> {
    if let Ok(value) = Value::parse(bytes) {
        let written = value.to_string();
        ensure!(
            Value::parse(written.as_bytes()).as_ref() == Ok(&value),
            "written and read again: {written}"
        );
        let _ = canonicalize(
            &value,
            &Contexts::bundled(),
            Hash::Sha256(CRYPTO.sha256),
            &Limits::default(),
        );
    }
    let _ = bake::unbake_any(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = status::bitstring::Bits::decode(text);
        let _ = Timestamp::parse(text);
    }
    Ok(())
}

/// Whether the document without its proof has the statements that were signed.
fn says_the_same(signed: &[u8], statements: &str, contexts: &Contexts) -> bool {
    let Ok(mut document) = Value::parse(signed) else {
        return false;
    };
    if let Some(object) = document.as_object_mut() {
        object.remove("proof");
    }
    canonical(&document.to_string(), contexts).is_ok_and(|canonical| canonical == statements)
}

/// SplitMix64: the same numbers for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % bound.max(1) as u64) as usize
    }

    /// `bytes` with one to four faults.
    fn broken(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut broken = bytes.to_vec();
        for _ in 0..=self.below(4) {
            self.fault(&mut broken);
        }
        broken
    }

    fn fault(&mut self, bytes: &mut Vec<u8>) {
        let from = self.below(bytes.len());
        let to = (from + self.below(40)).min(bytes.len());
        match self.below(12) {
            0 => bytes.truncate(from),
            1 | 6 => drop(bytes.drain(from..to)),
            2 | 7 => {
                let copy = bytes[from..to].to_vec();
                let at = self.below(bytes.len());
                bytes.splice(at..at, copy);
            }
            3 | 8 | 9 => {
                let token = TOKENS[self.below(TOKENS.len())];
                bytes.splice(from..from, token.iter().copied());
            }
            4 => {
                let token = TOKENS[self.below(TOKENS.len())];
                bytes.splice(from..to, token.iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(from) {
                    *byte ^= 1 << self.below(8);
                }
            }
        }
    }
}

/// What parsers have stumbled over before.
const TOKENS: [&[u8]; 22] = [
    b"null",
    b"{}",
    b"[]",
    b"[[[[[[[[[[[[[[[[",
    b"\"\"",
    b",\"@context\":{}",
    b",\"@context\":null",
    b"\"@graph\":[],",
    b"\"@type\":\"@id\",",
    b"\"@id\":\"_:b0\",",
    b"\"@reverse\":{},",
    b"\"@list\":[],",
    b"\"@included\":[{}],",
    b"\"type\":[],",
    b"1e999",
    b"-0",
    b"0.1e-400",
    b"\\ud800",
    b"\xff",
    b"\0",
    b"2026-02-30T25:61:61Z",
    b"u\x1f\x8b",
];
