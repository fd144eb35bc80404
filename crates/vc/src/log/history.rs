//! All that became of an issuer's keys, as one hash: whoever shows a part of it and leaves something out is found out.
//!
//! Each credential and each status list is entered with the history as it stood then (`docs/formats/log.md`). A reader who is given the
//! events makes the hash again; if it is the one that was entered, no event before that place was left out, put in or moved.

use alloc::vec::Vec;

use crate::Crypto;

/// The history of an issuer of whose keys nothing was entered yet.
pub const NO_KEYS: [u8; 32] = [0; 32];

/// The history `before`, and one more entry about a key: `SHA-256("touchstone-log/1 key-history\n" ‖ before ‖ SHA-256(entry))`.
pub fn history(crypto: &Crypto, before: &[u8; 32], entry: &[u8]) -> [u8; 32] {
    let mut message = Vec::with_capacity(HISTORY.len() + 64);
    message.extend_from_slice(HISTORY);
    message.extend_from_slice(before);
    message.extend_from_slice(&(crypto.sha256)(entry));
    (crypto.sha256)(&message)
}

const HISTORY: &[u8] = b"touchstone-log/1 key-history\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::rust::CRYPTO;

    #[test]
    fn a_history_depends_on_every_event_and_on_their_order() {
        let of = |events: &[&[u8]]| {
            let then = |before, event: &&[u8]| history(&CRYPTO, &before, event);
            events.iter().fold(NO_KEYS, then)
        };
        let whole = of(&[b"one", b"two", b"three"]);
        for other in [
            &[][..],
            &[b"one" as &[u8], b"two"],
            &[b"two", b"three"],
            &[b"one", b"three"],
            &[b"two", b"one", b"three"],
            &[b"one", b"two", b"three", b"three"],
            &[b"onetwo", b"three"],
        ] {
            assert_ne!(of(other), whole);
        }
        let mut message = b"touchstone-log/1 key-history\n".to_vec();
        message.extend(NO_KEYS);
        message.extend((CRYPTO.sha256)(b"one"));
        assert_eq!(of(&[b"one"]), (CRYPTO.sha256)(&message));
    }
}
