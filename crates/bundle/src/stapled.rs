//! Status proofs that came with what is checked: what they say takes the place of the lists that they are of, so that nobody is asked.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_vc::{Credential, Document, Fetched, StatusBlock, Timestamp, json::Value};

use crate::StatusProof;

/// What status proofs show, by the address of the list: of each its parts, of one issuer and for one purpose.
#[derive(Clone, Debug, Default)]
pub struct Stapled(BTreeMap<String, Vec<StatusBlock>>);

/// Another proof of the same list is of another issuer, or for another purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("another proof of this list is of another issuer, or for another purpose")]
pub struct OtherStapled;

impl Stapled {
    /// Adds one that the caller believes.
    pub fn add(&mut self, proof: &StatusProof) -> Result<(), OtherStapled> {
        let block = proof.block();
        let known = self.0.entry(proof.stated().url.clone()).or_default();
        let same = |known: &StatusBlock| {
            (&known.issuer, &known.purpose) == (&block.issuer, &block.purpose)
        };
        match known.iter().all(same) {
            true => known.push(block),
            false => return Err(OtherStapled),
        }
        Ok(())
    }

    /// The lists that it says something of.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What is known of a list: the parts that are proven, or the list itself where that is at hand and newer than each of them. A part that is older
    /// than the list counts no more, also where another part is newer. `None` where there is no proof of it.
    pub fn of(&self, url: &str, at_hand: Option<&Fetched>) -> Option<Document> {
        let mut blocks = self.0.get(url)?.clone();
        let Some(list) = at_hand else {
            return Some(Document::Proven(blocks));
        };
        if let Some(from) = began(&list.bytes) {
            blocks.retain(|block| block.valid_from >= from);
        }
        Some(match blocks.is_empty() {
            true => Document::Fetched(list.clone()),
            false => Document::Proven(blocks),
        })
    }
}

/// From when on a list speaks.
fn began(list: &[u8]) -> Option<Timestamp> {
    let list = Credential::parse(list).ok()?;
    let from = list.document().get("validFrom").and_then(Value::as_str)?;
    Timestamp::parse(from).ok()
}
