//! Inflating with a cap: a megabyte that claims to be a gigabyte stops at the cap.
//!
//! gzip is [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952), zlib RFC 1950. Whatever the input says, no more than
//! `cap` bytes are ever held.

use alloc::vec::Vec;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{
    DecompressError, TINFLStatus, decompress_slice_iter_to_slice, decompress_to_vec_zlib_with_limit,
};

/// Why nothing was inflated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum InflateError {
    /// It would be larger than the cap.
    TooLarge,
    /// It is damaged, or no such stream at all.
    Malformed,
}

/// Inflates one gzip member and checks its length and checksum.
pub(crate) fn gunzip(bytes: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let body = gzip_body(bytes).ok_or(InflateError::Malformed)?;
    let (deflated, trailer) = body
        .split_last_chunk::<8>()
        .ok_or(InflateError::Malformed)?;
    let [c0, c1, c2, c3, l0, l1, l2, l3] = *trailer;
    // The trailer says how much it will be, so that nothing grows on the way. It may lie, within what deflate can do.
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    if length > cap {
        return Err(InflateError::TooLarge);
    }
    if length / MOST_FROM_ONE_BYTE > deflated.len() {
        return Err(InflateError::Malformed);
    }
    let mut plain = alloc::vec![0; length];
    let inflated =
        decompress_slice_iter_to_slice(&mut plain, core::iter::once(deflated), false, true);
    if inflated == Ok(length) && crc32(&plain) == u32::from_le_bytes([c0, c1, c2, c3]) {
        Ok(plain)
    } else {
        Err(InflateError::Malformed)
    }
}

/// Deflate makes at most 1,032 bytes of one (RFC 1951: 258 bytes for two bits and less).
const MOST_FROM_ONE_BYTE: usize = 1032;

/// Compresses into one gzip member without a time or a name: the same input gives the same bytes.
pub(crate) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    out.extend(compress_to_vec(plain, 6));
    out.extend(crc32(plain).to_le_bytes());
    // The format keeps the length modulo 2³².
    out.extend((plain.len() as u32).to_le_bytes());
    out
}

/// Inflates a zlib stream.
pub(crate) fn unzlib(bytes: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    decompress_to_vec_zlib_with_limit(bytes, cap).map_err(|e| fault(&e))
}

/// CRC-32 as gzip and PNG use it.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    // The fast one brings a table of 16 KiB, which no compression makes smaller: too much for what a page loads.
    #[cfg(not(target_family = "wasm"))]
    return crc32fast::hash(bytes);
    #[cfg(target_family = "wasm")]
    return small_crc32(bytes);
}

/// The same, bit by bit.
#[cfg(any(test, target_family = "wasm"))]
fn small_crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    })
}

/// What follows the header of a gzip member.
fn gzip_body(bytes: &[u8]) -> Option<&[u8]> {
    let (header, mut rest) = bytes.split_first_chunk::<10>()?;
    let [0x1f, 0x8b, 8, flags, ..] = *header else {
        return None;
    };
    if flags & 0b1110_0000 != 0 {
        return None; // Reserved flags.
    }
    if flags & 0b100 != 0 {
        let (length, tail) = rest.split_first_chunk::<2>()?;
        rest = tail.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [0b1000, 0b1_0000] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & 0b10 != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

fn fault(error: &DecompressError) -> InflateError {
    match error.status {
        TINFLStatus::HasMoreOutput => InflateError::TooLarge,
        _ => InflateError::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn gzip_is_read_back_and_a_flipped_byte_is_noticed() {
        let plain = vec![7; 20_000];
        let zipped = gzip(&plain);
        assert_eq!(gunzip(&zipped, 20_000), Ok(plain.clone()));
        for at in [0, 3, 12, zipped.len() - 5, zipped.len() - 1] {
            let mut bad = zipped.clone();
            bad[at] ^= 0x80;
            assert_ne!(gunzip(&bad, 20_000), Ok(plain.clone()), "byte {at}");
        }
    }

    #[test]
    fn the_cap_is_kept_to_the_byte() {
        let zipped = gzip(&vec![0; 1000]);
        assert_eq!(gunzip(&zipped, 999), Err(InflateError::TooLarge));
        assert!(gunzip(&zipped, 1000).is_ok());
    }

    #[test]
    fn checksum_is_the_standard_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(small_crc32(b"123456789"), 0xcbf4_3926);
        let all: Vec<u8> = (0..=255).cycle().take(5000).collect();
        assert_eq!(small_crc32(&all), crc32(&all));
    }
}
