//! Status lists that were read before, for whoever checks many credentials of the same list.
//!
//! Inflating a list and canonicalizing it for its proof cost more than everything else in a check. Both depend on nothing but
//! the bytes of the list (and the key), so they are done once for each [`List`]. Who the issuer is, whether the key may sign,
//! whether the list is too old: that is judged anew each time.
//!
//! **Invariant:** what is remembered is a pure function of the list's bytes, of the contexts and the cryptography that all who share a
//! list have in common and, for a proof, of the key it was checked with. A list is used for exactly its own bytes: [`List::is_of`]
//! compares them all. No list holds more than 256 KiB of bits.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::Kind;
use super::bitstring::Bits;
use crate::did::PublicKey;
use crate::evidence::{Document, Evidence, Resource};
use crate::proof::Refusal;
use crate::report::Fault;

/// Lists that are remembered, by their address.
pub type Lists = BTreeMap<String, Arc<List>>;

/// The bytes of one list, and what reading them gave. Shared by threads, without a lock.
#[derive(Debug)]
pub struct List {
    bytes: Vec<u8>,
    bits: OnceBox<(Kind, Result<Bits, Fault>)>,
    proof: OnceBox<Checked>,
}

/// A proof that was checked.
#[derive(Debug)]
struct Checked {
    path: String,
    key: PublicKey,
    holds: Result<(), Refusal>,
}

impl List {
    /// A list of which nothing was read yet.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            bits: OnceBox::new(),
            proof: OnceBox::new(),
        }
    }

    /// The lists among the evidence, of which nothing was read yet.
    pub(crate) fn all(evidence: &Evidence) -> Lists {
        let lists = evidence.iter().filter_map(|(resource, document)| {
            let (Resource::StatusList(url), Document::Fetched(copy)) = (resource, document) else {
                return None;
            };
            Some((url.clone(), Arc::new(Self::new(copy.bytes.clone()))))
        });
        lists.collect()
    }

    /// How many bytes are held: the list's own, and those of its bits once they were read.
    #[must_use]
    pub fn weight(&self) -> usize {
        let bits = self.bits.get().and_then(|(_, bits)| bits.as_ref().ok());
        let bits = bits.map_or(0, |bits| bits.len() / 8);
        self.bytes.len() + usize::try_from(bits).unwrap_or(usize::MAX / 2)
    }

    /// Whether it is the list of exactly these bytes.
    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes
    }

    /// Runs `read` on the bits, which `decode` gives if they were not decoded before.
    pub(crate) fn bits<T>(
        &self,
        kind: Kind,
        decode: impl Fn() -> Result<Bits, Fault>,
        read: impl FnOnce(&Bits) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match self.bits.get() {
            Some((known, bits)) if *known == kind => {
                return read(bits.as_ref().map_err(|fault| *fault)?);
            }
            Some(_) => return read(&decode()?),
            None => {}
        }
        let bits = decode();
        let answer = match &bits {
            Ok(bits) => read(bits),
            Err(fault) => Err(*fault),
        };
        // A presentation may name hundreds of lists, each small until it is inflated: what is heavy is not held.
        if bits.as_ref().map_or(0, Bits::len) <= MOST_REMEMBERED_BITS {
            // Where another thread was quicker, its answer is the same.
            drop(self.bits.set(Box::new((kind, bits))));
        }
        answer
    }

    /// Whether the proof at `path` was made by `key`, which `check` says if it was not asked before.
    pub(crate) fn proof(
        &self,
        path: &str,
        key: &PublicKey,
        check: impl Fn() -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let checked = self.proof.get_or_init(|| {
            Box::new(Checked {
                path: path.to_string(),
                key: key.clone(),
                holds: check(),
            })
        });
        match checked.path == path && checked.key == *key {
            true => checked.holds,
            false => check(),
        }
    }
}

/// Eight times the largest list that Open Badges issuers are seen to publish (131,072 to 2²⁰ entries).
const MOST_REMEMBERED_BITS: u64 = 1 << 21;

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;

    /// How often a list of so many entries is decoded for two questions.
    fn decoded(entries: u64) -> u32 {
        let list = List::new(Vec::new());
        let times = Cell::new(0);
        for _ in 0..2 {
            let decode = || {
                times.set(times.get() + 1);
                Ok(Bits::new(entries))
            };
            let found = list.bits(Kind::Bitstring, decode, |bits| Ok(bits.get(7)));
            assert_eq!(found, Ok(Some(false)));
        }
        times.get()
    }

    #[test]
    fn t35_what_is_heavy_once_inflated_is_not_held() {
        assert_eq!(decoded(1 << 20), 1);
        assert_eq!(decoded(MOST_REMEMBERED_BITS), 1);
        assert_eq!(decoded(MOST_REMEMBERED_BITS + 8), 2);
    }
}
