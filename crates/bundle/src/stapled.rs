//! Status proofs that came with what is checked: what they say takes the place of the lists that they are of, so that nobody is asked.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_vc::{Credential, Document, Fetched, StatusBlock, Timestamp, json::Value};

use crate::StatusProof;

/// What status proofs show, by the address of the list.
#[derive(Clone, Debug, Default)]
pub struct Stapled(BTreeMap<String, Shown>);

/// Another proof of the same list is of another issuer, or for another purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("another proof of this list is of another issuer, or for another purpose")]
pub struct OtherStapled;

#[derive(Clone, Debug)]
struct Shown {
    /// Of one issuer, for one purpose.
    blocks: Vec<StatusBlock>,
    /// When the newest of its proofs was stated.
    from: Timestamp,
}

impl Stapled {
    /// Adds one that the caller believes.
    pub fn add(&mut self, proof: &StatusProof) -> Result<(), OtherStapled> {
        let stated = proof.stated();
        let block = proof.block();
        let shown = self.0.entry(stated.url.clone()).or_insert(Shown {
            blocks: Vec::new(),
            from: stated.valid_from,
        });
        let same = |known: &StatusBlock| {
            (&known.issuer, &known.purpose) == (&block.issuer, &block.purpose)
        };
        if !shown.blocks.iter().all(same) {
            return Err(OtherStapled);
        }
        shown.blocks.push(block);
        shown.from = shown.from.max(stated.valid_from);
        Ok(())
    }

    /// The lists that it says something of.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What is known of a list: the proofs, or the list itself where that is at hand and newer. `None` where there is no proof of it.
    pub fn of(&self, url: &str, at_hand: Option<&Fetched>) -> Option<Document> {
        let shown = self.0.get(url)?;
        let newer = at_hand.filter(|list| began(&list.bytes).is_some_and(|from| from > shown.from));
        Some(match newer {
            Some(newer) => Document::Fetched(newer.clone()),
            None => Document::Proven(shown.blocks.clone()),
        })
    }
}

/// From when on a list speaks.
fn began(list: &[u8]) -> Option<Timestamp> {
    let list = Credential::parse(list).ok()?;
    let from = list.document().get("validFrom").and_then(Value::as_str)?;
    Timestamp::parse(from).ok()
}
