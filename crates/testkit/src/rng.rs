//! Randomness that is the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use touchstone_service::ports::Rng;

/// Numbers that follow from a seed. Never for anything but tests.
pub struct SeededRng(AtomicU64);

/// The numbers that follow from `seed`.
pub fn seeded_rng(seed: u64) -> SeededRng {
    SeededRng(AtomicU64::new(seed))
}

impl SeededRng {
    /// The next number (SplitMix64).
    pub fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}
