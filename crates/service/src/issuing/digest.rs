//! Digests in the forms that rows and documents keep them.

use touchstone_vc::Crypto;

/// SHA-256 in lower-case hex.
pub(crate) fn sha256_hex(crypto: &Crypto, bytes: &[u8]) -> String {
    hex(&(crypto.sha256)(bytes))
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Reads 32 bytes from hex.
pub(crate) fn from_hex(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digits = hex.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_hex_reads_back() {
        let bytes = [0x0f, 0xf0, 0x9a, 0xa9].repeat(8);
        assert_eq!(from_hex(&hex(&bytes)).unwrap().as_slice(), bytes);
        for wrong in ["", "0f", &"0".repeat(63), &"0g".repeat(32), &"é".repeat(32)] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }
}
