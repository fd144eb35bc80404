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
