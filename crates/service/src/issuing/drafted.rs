//! What drafting a credential gave when it was reserved, until it is sealed: so it is canonicalized once.
//!
//! Lives as long as one worker carries one batch. What is not here (another worker reserved it, the program was started anew,
//! the batch is very large) is drafted anew from the stored bytes.
//!
//! **Invariant:** it is looked up by the SHA-256 of the stored bytes and by nothing else, and [`Draft::again`] compares the bytes
//! with it: nothing is signed by a hash of other bytes than those that were reserved and approved.

use std::collections::HashMap;

use touchstone_vc::{Crypto, Draft, ProofOptions, Statements, Timestamp};

use super::digest::from_hex;

/// Drafts in a few bytes each, by what they are the draft of.
#[derive(Default)]
pub(crate) struct Drafted(HashMap<[u8; 32], Known>);

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
    pub(crate) fn keep(&mut self, known: impl IntoIterator<Item = Known>) {
        let room = MOST.saturating_sub(self.0.len());
        let known = known.into_iter().take(room);
        self.0
            .extend(known.map(|known| (*known.unsigned_sha256(), known)));
    }

    /// Takes what is known of the document with this SHA-256, in lower-case hex.
    pub(crate) fn take(&mut self, unsigned_sha256: &str) -> Option<Known> {
        self.0.remove(&from_hex(unsigned_sha256)?)
    }
}

/// How many are kept: some eight megabytes.
const MOST: usize = 50_000;
