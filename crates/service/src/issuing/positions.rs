//! Random free positions in a status list.
//!
//! **Invariant (threat 38):** every free position is equally likely, so that a position says nothing about when, to whom or
//! with whom a credential was issued; and some positions of a full list were never given.

use crate::ports::Rng;

/// Entries of a status list
/// ([Bitstring Status List §3.2](https://www.w3.org/TR/vc-bitstring-status-list/): at least 131,072 for herd privacy).
pub(crate) const LENGTH: u32 = 131_072;

/// From how many given positions on a list counts as full. An eighth stays empty, as cover.
pub(crate) const FULL: u32 = LENGTH / 8 * 7;

/// Draws up to `wanted` free positions, and marks them in the bitmap. Fewer come back only when the list gets full.
pub(crate) fn draw(used: &mut [u8], used_count: u32, wanted: usize, rng: &dyn Rng) -> Vec<u32> {
    let room = FULL.saturating_sub(used_count) as usize;
    let mut drawn = Vec::with_capacity(wanted.min(room));
    // At least an eighth is free, so a draw hits a free one after eight tries on average at worst.
    while drawn.len() < wanted.min(room) {
        let position = rng.below(LENGTH);
        let (byte, bit) = (position as usize / 8, 0x80 >> (position % 8));
        if let Some(byte) = used.get_mut(byte)
            && *byte & bit == 0
        {
            *byte |= bit;
            drawn.push(position);
        }
    }
    drawn
}

/// The bitmap of a list of which nothing is given yet.
pub(crate) fn unused() -> Vec<u8> {
    vec![0; LENGTH as usize / 8]
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        sync::atomic::{AtomicU64, Ordering},
    };

    use super::*;

    /// SplitMix64: even enough to test with, and the same every time.
    struct Seeded(AtomicU64);

    impl Rng for Seeded {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                *byte = (z ^ (z >> 31)) as u8;
            }
        }
    }

    #[test]
    fn a_list_gives_each_position_once_until_it_is_full() {
        let rng = Seeded(AtomicU64::new(7));
        let (mut used, mut given) = (unused(), BTreeSet::new());
        loop {
            let drawn = draw(&mut used, given.len() as u32, 10_000, &rng);
            if drawn.is_empty() {
                break;
            }
            for position in drawn {
                assert!(position < LENGTH);
                assert!(given.insert(position), "{position} was given twice");
            }
        }
        assert_eq!(given.len(), FULL as usize);
        assert_eq!(used.iter().map(|byte| byte.count_ones()).sum::<u32>(), FULL);
    }

    #[test]
    fn t38_positions_are_spread_over_the_whole_list() {
        let rng = Seeded(AtomicU64::new(7));
        let drawn = draw(&mut unused(), 0, 1_600, &rng);
        let mut sixteenths = [0_u32; 16];
        for position in drawn {
            sixteenths[(position / (LENGTH / 16)) as usize] += 1;
        }
        // 100 are expected in each; five standard deviations are 48.
        assert!(
            sixteenths.iter().all(|n| (52..=148).contains(n)),
            "{sixteenths:?}"
        );
    }
}
