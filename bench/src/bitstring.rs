//! What reading one entry of a status list costs that is not in the cache: decode 2²⁰ entries, read one.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use touchstone_vc::status::bitstring::Bits;

use crate::cpu;

/// Prints the rate of decoding and reading, and of its floor: the inflate library alone on the same bytes.
pub(crate) fn run(seconds: f64) -> Result<()> {
    let encoded = encoded()?;
    let zipped = touchstone_canon::multibase::decode(&encoded)?;
    // A gzip member without optional fields: ten bytes of header, eight of trailer.
    let deflated = &zipped[10..zipped.len() - 8];
    let operation = || read(black_box(&encoded));
    let floor = || {
        let mut plain = vec![0; BYTES];
        let input = std::iter::once(black_box(deflated));
        let inflated = decompress_slice_iter_to_slice(&mut plain, input, false, true);
        assert_eq!(black_box(inflated), Ok(BYTES), "it was deflated by us");
        black_box(plain);
    };
    cpu::compare("bitstring", seconds, operation, floor);
    Ok(())
}

/// Decodes a list and reads one entry.
pub(crate) fn read(encoded: &str) {
    let bits = Bits::decode(encoded).expect("it was encoded by us");
    black_box(bits.get(black_box(INDEX)));
}

/// A list in which one in a hundred is withdrawn, without any pattern.
pub(crate) fn encoded() -> Result<String> {
    let mut bits = Bits::new(ENTRIES as u64);
    let mut word = 1_u64;
    for _ in 0..ENTRIES / 100 {
        word = word
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        bits.set(word >> 44, true).context("within the list")?;
    }
    let encoded = bits.encode();
    ensure!(Bits::decode(&encoded).is_ok(), "the list is not read back");
    Ok(encoded)
}

const ENTRIES: usize = 1 << 20;
const BYTES: usize = ENTRIES / 8;
const INDEX: u64 = 777_777;
