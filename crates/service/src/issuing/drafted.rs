//! What drafting a credential gave when it was reserved, until it is sealed: so it is canonicalized once.
//!
//! Lives as long as one worker carries one batch. What is not here (another worker reserved it, the program was started anew,
//! the batch is very large) is drafted anew from the stored bytes.
//!
//! **Invariant:** it is looked up by the SHA-256 of the stored bytes and by nothing else, and [`Draft::again`] compares the bytes
//! with it: nothing is signed by a hash of other bytes than those that were reserved and approved.

use std::collections::VecDeque;

use touchstone_vc::{Crypto, Draft, ProofOptions, Statements, Timestamp};

use crate::digest::from_hex;

/// Drafts in a few bytes each, in the order in which they were reserved: that is the order in which they are sealed. Each piece of
/// the queue was one chunk, and its room is given back when the chunk is sealed.
#[derive(Default)]
pub(crate) struct Drafted {
    chunks: VecDeque<VecDeque<Known>>,
    len: usize,
}

/// What is known of one unsigned document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    statements: Statements,
    pub(crate) valid_until: Option<Timestamp>,
}

impl Known {
    /// What there is to know of `draft`; nothing where its suite does not sign statements.
    pub(crate) fn of(
        draft: &Draft,
        valid_until: Option<Timestamp>,
        crypto: &Crypto,
    ) -> Option<Self> {
        Some(Self {
            statements: draft.statements(crypto)?,
            valid_until,
        })
    }

    /// SHA-256 of the unsigned document.
    pub(crate) fn unsigned_sha256(&self) -> &[u8; 32] {
        self.statements.unsigned_sha256()
    }

    /// The draft of exactly these bytes; `None` if they are others.
    pub(crate) fn draft(
        &self,
        unsigned: &[u8],
        options: &ProofOptions,
        crypto: &Crypto,
    ) -> Option<Draft> {
        Draft::again(unsigned, &self.statements, options, crypto)
    }
}

impl Drafted {
    /// Keeps what is known of documents that are stored by now.
    pub(crate) fn keep(&mut self, mut known: Vec<Known>) {
        known.truncate(MOST.saturating_sub(self.len));
        if !known.is_empty() {
            known.shrink_to_fit();
            self.len += known.len();
            self.chunks.push_back(known.into());
        }
    }

    /// Takes what is known of the document with this SHA-256, in lower-case hex, and forgets what stood before it: that is not
    /// asked for any more. Only the chunk whose turn it is is looked through.
    pub(crate) fn take(&mut self, unsigned_sha256: &str) -> Option<Known> {
        let wanted = from_hex(unsigned_sha256)?;
        let chunk = self.chunks.front_mut()?;
        let at = chunk
            .iter()
            .position(|known| *known.unsigned_sha256() == wanted)?;
        let known = chunk.drain(..=at).next_back();
        self.len -= at + 1;
        if chunk.is_empty() {
            self.chunks.pop_front();
        }
        known
    }
}

/// How many are kept, of 80 bytes each: 16 megabytes.
const MOST: usize = 200_000;

#[cfg(test)]
mod tests {
    use touchstone_vc::{Contexts, crypto::rust::CRYPTO, json::Value};

    use super::*;
    use crate::digest::hex;

    const CREATED: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    fn chunk(numbers: std::ops::Range<u32>) -> Vec<Known> {
        let contexts = Contexts::bundled();
        let known = numbers.map(|number| {
            let document = format!(
                r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"did:example:{number}"}}"#
            );
            let document = Value::parse(document.as_bytes()).unwrap();
            let draft = Draft::new(&document, "did:example:1#key", CREATED, &contexts, &CRYPTO);
            Known::of(&draft.unwrap(), None, &CRYPTO).unwrap()
        });
        known.collect()
    }

    fn sha256(known: &Known) -> [u8; 32] {
        *known.unsigned_sha256()
    }

    #[test]
    fn what_was_kept_is_taken_once_and_in_its_order() {
        let (first, second) = (chunk(0..3), chunk(3..5));
        let mut drafted = Drafted::default();
        drafted.keep(first.clone());
        drafted.keep(Vec::new());
        drafted.keep(second.clone());
        for known in first.iter().chain(&second) {
            let taken = drafted.take(&hex(known.unsigned_sha256()));
            assert_eq!(taken.as_ref().map(sha256), Some(sha256(known)));
            assert!(drafted.take(&hex(known.unsigned_sha256())).is_none());
        }
        assert_eq!((drafted.len, drafted.chunks.len()), (0, 0));
    }

    #[test]
    fn what_another_run_reserved_is_unknown_and_keeps_nothing_from_being_found() {
        let known = chunk(0..3);
        let mut drafted = Drafted::default();
        drafted.keep(known.clone());
        for unknown in chunk(7..9) {
            assert!(drafted.take(&hex(unknown.unsigned_sha256())).is_none());
        }
        // The first is left out: it is forgotten with the second.
        assert!(drafted.take(&hex(known[1].unsigned_sha256())).is_some());
        assert!(drafted.take(&hex(known[0].unsigned_sha256())).is_none());
        assert!(drafted.take(&hex(known[2].unsigned_sha256())).is_some());
        assert!(drafted.take("no hash").is_none());
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (one, two) = (chunk(0..1), chunk(1..3));
        let mut drafted = Drafted {
            len: MOST - 2,
            ..Drafted::default()
        };
        for known in [one, two.clone(), chunk(3..4)] {
            drafted.keep(known);
        }
        assert_eq!(drafted.len, MOST);
        assert_eq!(drafted.chunks.iter().map(VecDeque::len).sum::<usize>(), 2);
        drafted.chunks.pop_front();
        assert!(drafted.take(&hex(two[0].unsigned_sha256())).is_some());
        assert!(drafted.take(&hex(two[1].unsigned_sha256())).is_none());
    }
}
