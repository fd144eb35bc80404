//! How much of a federation is read, and how much of it below one of the anchor's own subordinates.
//!
//! **Invariant:** one of these takes half of it at most, with all who stand below it. So none of them alone keeps us from reading what the others say;
//! the anchor, which the reader trusts, could, and so could two of them.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;

/// How far collecting goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The most intermediates below each other.
    pub depth: usize,
    /// The most entities.
    pub entities: usize,
    /// The most documents.
    pub documents: usize,
    /// The most bytes of documents.
    pub bytes: usize,
    /// The longest that documents are waited for, in milliseconds.
    pub millis: u64,
}

impl Default for Limits {
    /// Half is enough for a whole federation: one may have a single intermediate above all of its members.
    fn default() -> Self {
        Self {
            depth: 4,
            entities: 2_000,
            documents: 8_000,
            bytes: 64 << 20,
            millis: 20 * 60_000,
        }
    }
}

impl Limits {
    /// What one of the anchor's own subordinates may take.
    fn half(self) -> Self {
        Self {
            depth: self.depth,
            entities: self.entities / 2,
            documents: self.documents / 2,
            bytes: self.bytes / 2,
            millis: self.millis / 2,
        }
    }
}

/// What is taken of [`Limits`]. Whose it is, is said by the anchor's own subordinate through whom it came; of what the anchor itself says, by the
/// anchor.
#[derive(Clone, Debug)]
pub(super) struct Room {
    anchor: String,
    limits: Limits,
    whole: Taken,
    below: BTreeMap<String, Taken>,
}

impl Room {
    pub(super) fn new(anchor: &str, limits: Limits) -> Self {
        Self {
            anchor: anchor.to_owned(),
            limits,
            whole: Taken::default(),
            below: BTreeMap::new(),
        }
    }

    /// Whether somebody so far below the anchor is asked whom it has.
    pub(super) fn reaches(&self, depth: usize) -> bool {
        depth <= self.limits.depth
    }

    /// Takes an entity in, if there is room for it.
    pub(super) fn entity(&mut self, whose: &str) -> bool {
        let one = Taken {
            entities: 1,
            ..Taken::default()
        };
        self.take(whose, one)
    }

    /// Takes a document that is wanted.
    pub(super) fn document(&mut self, whose: &str) -> bool {
        let one = Taken {
            documents: 1,
            ..Taken::default()
        };
        self.take(whose, one)
    }

    /// Takes the bytes of one that came.
    pub(super) fn bytes(&mut self, whose: &str, bytes: usize) -> bool {
        let more = Taken {
            bytes,
            ..Taken::default()
        };
        self.take(whose, more)
    }

    /// Whether there is time to wait for one more.
    pub(super) fn has_time(&mut self, whose: &str) -> bool {
        self.take(whose, Taken::default())
    }

    /// Notes how long one was waited for.
    pub(super) fn waited(&mut self, whose: &str, millis: u64) {
        let more = Taken {
            millis,
            ..Taken::default()
        };
        self.whole = self.whole.and(more);
        if whose != self.anchor {
            let below = self.below.entry(whose.to_owned()).or_default();
            *below = below.and(more);
        }
    }

    /// Takes nothing where there is not room for all of it.
    fn take(&mut self, whose: &str, more: Taken) -> bool {
        let whole = self.whole.and(more);
        if !whole.fits(self.limits) {
            return false;
        }
        if whose != self.anchor {
            let below = self.below.entry(whose.to_owned()).or_default();
            let with = below.and(more);
            if !with.fits(self.limits.half()) {
                return false;
            }
            *below = with;
        }
        self.whole = whole;
        true
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    entities: usize,
    documents: usize,
    bytes: usize,
    millis: u64,
}

impl Taken {
    fn and(self, more: Self) -> Self {
        Self {
            entities: self.entities.saturating_add(more.entities),
            documents: self.documents.saturating_add(more.documents),
            bytes: self.bytes.saturating_add(more.bytes),
            millis: self.millis.saturating_add(more.millis),
        }
    }

    fn fits(self, limits: Limits) -> bool {
        self.entities <= limits.entities
            && self.documents <= limits.documents
            && self.bytes <= limits.bytes
            && self.millis <= limits.millis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_federation_below_one_intermediate_has_room_for_a_thousand() {
        let half = Limits {
            depth: 4,
            entities: 1_000,
            documents: 4_000,
            bytes: 32 << 20,
            millis: 10 * 60_000,
        };
        assert_eq!(Limits::default().half(), half);
    }
}
