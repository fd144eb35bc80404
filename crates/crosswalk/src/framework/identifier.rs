//! Identifiers that some forms demand: a UUID for what has an address only.

use sha2::{Digest as _, Sha256};

/// The UUID at the end of `uri`, or one made from the address ([RFC 9562 §5.8](https://www.rfc-editor.org/rfc/rfc9562#section-5.8),
/// SHA-256): the same address always gives the same one.
pub fn uuid_of(uri: &str) -> String {
    let start = uri.char_indices().rev().nth(35).map(|(at, _)| at);
    let end = start.map_or("", |start| &uri[start..]);
    let end = end.to_ascii_lowercase();
    if is_uuid(&end) {
        return end;
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(uri.as_bytes())[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_ends_with_a_uuid_keeps_it() {
        let uuid = "c9d819b3-de84-401e-808a-ddcbfbdd4953";
        assert_eq!(uuid_of(&format!("https://x.example/{uuid}")), uuid);
        let made = uuid_of("https://x.example/1");
        assert!(is_uuid(&made), "{made}");
        assert_eq!(made, uuid_of("https://x.example/1"));
        assert_ne!(made, uuid_of("https://x.example/2"));
        assert_eq!(&made[14..15], "8");
    }
}
