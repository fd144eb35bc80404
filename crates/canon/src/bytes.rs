//! Looking for rare bytes in text: eight at a time where it is short, sixteen where it is long. In the browser's module, whose size is
//! bounded, one after the other.

/// Whether the shortest code is wanted, and not the fastest.
const BYTES_OF_CODE_COUNT: bool = cfg!(target_family = "wasm");

/// The place of the first byte that JSON strings cannot hold as it is: below 0x20, `"` or `\`.
pub(crate) fn find_json_special(bytes: &[u8]) -> Option<usize> {
    find(
        bytes,
        |word| below(word, 0x20) | equal(word, b'"') | equal(word, b'\\'),
        |byte| (byte < 0x20) | (byte == b'"') | (byte == b'\\'),
    )
}

/// The place of the first byte that N-Quads literals may not hold as it is: as for JSON, and DEL, and the byte 0xEF that
/// begins U+FFFE and U+FFFF.
pub(crate) fn find_literal_special(bytes: &[u8]) -> Option<usize> {
    find(
        bytes,
        |word| {
            below(word, 0x20)
                | equal(word, b'"')
                | equal(word, b'\\')
                | equal(word, 0x7f)
                | equal(word, 0xef)
        },
        |byte| (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0x7f) | (byte == 0xef),
    )
}

/// Whether `single` says yes to any byte. `single` has no branches, so that many bytes are one vector instruction.
pub(crate) fn any(bytes: &[u8], single: impl Fn(u8) -> bool) -> bool {
    if BYTES_OF_CODE_COUNT {
        return bytes.iter().any(|byte| single(*byte));
    }
    let (chunks, tail) = bytes.as_chunks::<16>();
    let in_chunk = |chunk: &[u8; 16]| chunk.iter().fold(false, |any, byte| any | single(*byte));
    chunks.iter().any(in_chunk)
        || match bytes.last_chunk::<16>() {
            Some(last) => !tail.is_empty() && in_chunk(last),
            None => tail.iter().any(|byte| single(*byte)),
        }
}

/// `words` marks bytes of a word by their highest bit, the first one exactly; `single` says the same of one byte, without
/// branches.
fn find(bytes: &[u8], words: impl Fn(u64) -> u64, single: impl Fn(u8) -> bool) -> Option<usize> {
    if BYTES_OF_CODE_COUNT {
        return bytes.iter().position(|byte| single(*byte));
    }
    let mut at = 0;
    // Keys and short texts end here.
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let marks = words(u64::from_le_bytes(*word));
        if marks != 0 {
            return Some(at + marks.trailing_zeros() as usize / 8);
        }
        at += 8;
        if at == SHORT {
            break;
        }
    }
    let (chunks, _) = bytes.get(at..).unwrap_or_default().as_chunks::<16>();
    for chunk in chunks {
        if chunk.iter().fold(false, |any, byte| any | single(*byte)) {
            break;
        }
        at += 16;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let found = rest.iter().position(|byte| single(*byte))?;
    Some(at + found)
}

/// Marks the bytes of `word` that are less than `limit`, which is at most 128.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(EACH * u64::from(limit)) & !word & HIGH
}

/// Marks the bytes of `word` that equal `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (EACH * u64::from(byte)), 1)
}

/// Bytes that are looked at eight at a time.
const SHORT: usize = 24;
const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_at_every_place() {
        for byte in 0..=255_u8 {
            for length in [1, 7, 8, 9, 23, 24, 31, 40, 57] {
                for at in 0..length {
                    let mut text = alloc::vec![b'a'; length];
                    text[at] = byte;
                    let json = byte < 0x20 || byte == b'"' || byte == b'\\';
                    assert_eq!(
                        find_json_special(&text),
                        json.then_some(at),
                        "{byte} {length} {at}"
                    );
                    let literal = json || byte == 0x7f || byte == 0xef;
                    assert_eq!(
                        find_literal_special(&text),
                        literal.then_some(at),
                        "{byte} {length} {at}"
                    );
                    assert!(any(&text, |found| found == byte));
                    assert!(!any(&text, |found| found == b'b') || byte == b'b');
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_is_found() {
        assert_eq!(find_json_special(b"abc\"\x01\\!!!!"), Some(3));
        assert_eq!(find_json_special(b"0123456789\x1f\""), Some(10));
        assert_eq!(find_literal_special("éé\u{fffe}\"".as_bytes()), Some(4));
    }
}
