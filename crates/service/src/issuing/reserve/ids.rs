//! The ids of credentials: random, and those of one second near each other.
//!
//! An id is the key of five large indexes. Were all its bits its own, each credential of a list of a million would read and write
//! a page of every one of them; so those reserved together begin with the same random 32 bits, and share pages.
//!
//! **Invariant (threat 38):** two ids begin alike only where both proofs say the same second in `created`; an id tells nobody
//! anything that does not stand beside it. What is left of it, 90 bits, is random and nobody else's.

use touchstone_vc::Timestamp;
use uuid::Uuid;

use crate::ports::Rng;

/// Draws ids.
#[derive(Default)]
pub(super) struct Ids {
    /// The second that drew last, and how its ids begin.
    last: Option<(Timestamp, [u8; 4])>,
}

impl Ids {
    /// The id of a credential whose proof is created at `created`.
    pub(super) fn draw(&mut self, rng: &dyn Rng, created: Timestamp) -> Uuid {
        let beginning = match self.last {
            Some((second, beginning)) if second == created => beginning,
            _ => rng.bytes(),
        };
        self.last = Some((created, beginning));
        rng.uuid_beginning(beginning)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        sync::atomic::{AtomicU64, Ordering},
    };

    use super::*;

    /// Never the same twice, and the same in every run.
    struct Counted(AtomicU64);

    impl Rng for Counted {
        fn fill(&self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(8) {
                let step = self.0.fetch_add(1, Ordering::Relaxed);
                let number = step.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
                chunk.copy_from_slice(&number[..chunk.len()]);
            }
        }
    }

    #[test]
    fn t38_ids_begin_alike_only_within_the_second_that_the_proof_tells() {
        let (rng, mut ids) = (Counted(AtomicU64::new(7)), Ids::default());
        let mut of_second = |second| -> Vec<Uuid> {
            let created = Timestamp::from_unix_seconds(second);
            (0..1_000).map(|_| ids.draw(&rng, created)).collect()
        };
        let beginning = |id: &Uuid| id.as_bytes()[..4].to_vec();
        let drawn = [of_second(1_800_000_000), of_second(1_800_000_001)];
        let beginnings = drawn
            .each_ref()
            .map(|ids| ids.iter().map(beginning).collect::<BTreeSet<_>>());
        assert!(beginnings.iter().all(|of_second| of_second.len() == 1));
        assert_ne!(beginnings[0], beginnings[1]);
        let ids = drawn.concat();
        let own: BTreeSet<_> = ids.iter().map(|id| id.as_bytes()[4..].to_vec()).collect();
        assert_eq!(own.len(), ids.len());
        assert!(ids.iter().all(|id| id.get_version_num() == 4));
    }
}
