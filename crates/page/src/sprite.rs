//! The icons, all in one file, and its address.
//!
//! The address carries a fingerprint that is worked out while compiling, so that a page made in a browser names the same file as
//! one made on the server.

/// The file itself.
pub const BYTES: &[u8] = include_bytes!("../assets/icons.svg");

/// Its name below `/assets/`.
pub const NAME: &str = "icons.svg";

/// Its fingerprint: changes with the bytes. Says which version is meant and secures nothing.
pub const VERSION: u64 = fnv_1a(BYTES);

/// Its address, without the fragment that names the icon.
#[must_use]
pub fn href() -> String {
    format!("/assets/{NAME}?v={VERSION:016x}")
}

/// FNV-1a, 64 bits.
const fn fnv_1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fnv_1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
