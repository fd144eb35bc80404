//! Digests in the forms that rows and documents keep them.

use touchstone_vc::{Crypto, multibase};

/// SHA-256 in lower-case hex.
pub(crate) fn sha256_hex(crypto: &Crypto, bytes: &[u8]) -> String {
    hex(&(crypto.sha256)(bytes))
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    multibase::encode_hex(bytes)
}

/// Reads 32 bytes from hex.
pub(crate) fn from_hex(hex: &str) -> Option<[u8; 32]> {
    multibase::decode_hex(hex).ok()?.try_into().ok()
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
