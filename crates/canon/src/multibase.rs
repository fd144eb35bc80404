//! Multibase, hexadecimal and the multicodec prefixes of public keys.
//!
//! W3C Controlled Identifiers 1.0 §2.4 (multibase) and §2.2.2 (Multikey). Inputs are keys, digests and signatures;
//! [`decode`] refuses anything longer than [`MAX_CHARS`], because base58 costs the square of its length.

use alloc::string::String;
use alloc::vec::Vec;

/// Decodes a multibase string: `z` is base58btc, `u` is base64url without padding.
pub fn decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    match text.as_bytes().first() {
        Some(b'z') => decode_base58(&text[1..]),
        Some(b'u') => decode_base64url(&text[1..]),
        _ => Err(MultibaseError::UnknownBase),
    }
}

/// Encodes as base58btc with its prefix `z`.
pub fn encode_base58(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    // Digits of base 58⁵, the lowest first: five characters at a time instead of one.
    let mut limbs: Vec<u32> = Vec::with_capacity(bytes.len() / 3 + 1);
    for chunk in bytes[zeros..].chunks(4) {
        let word = chunk
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        let mut carry = word;
        for limb in &mut limbs {
            carry += u64::from(*limb) << (8 * chunk.len());
            *limb = (carry % BASE58_LIMB) as u32;
            carry /= BASE58_LIMB;
        }
        while carry > 0 {
            limbs.push((carry % BASE58_LIMB) as u32);
            carry /= BASE58_LIMB;
        }
    }
    let mut out = String::with_capacity(1 + zeros + limbs.len() * BASE58_DIGITS);
    out.push('z');
    out.extend(core::iter::repeat_n('1', zeros));
    let mut leading = true;
    for limb in limbs.iter().rev() {
        let mut rest = *limb;
        let mut digits = [0; BASE58_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 58) as u8;
            rest /= 58;
        }
        for digit in digits {
            leading &= digit == 0;
            if !leading {
                out.push(char::from(BASE58[usize::from(digit)]));
            }
        }
    }
    out
}

/// Encodes as base64url without padding, with its prefix `u`.
pub fn encode_base64url(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(1 + bytes.len().div_ceil(3) * 4);
    out.push('u');
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=chunk.len() {
            out.push(char::from(BASE64URL[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    out
}

/// Lower-case hexadecimal.
pub fn encode_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Reads hexadecimal of either case.
pub fn decode_hex(text: &str) -> Result<Vec<u8>, MultibaseError> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let digit = |at: usize| {
                pair.get(at)
                    .and_then(|digit| char::from(*digit).to_digit(16))
            };
            let (high, low) = digit(0).zip(digit(1)).ok_or(MultibaseError::BadDigit)?;
            Ok((high << 4 | low) as u8)
        })
        .collect()
}

/// Why a multibase string was not decoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MultibaseError {
    /// Neither `z` nor `u` in front.
    #[error("unknown multibase prefix")]
    UnknownBase,
    /// A character outside the alphabet.
    #[error("character outside the alphabet")]
    BadDigit,
    /// Bits left over: another text would decode to the same bytes.
    #[error("not the only way to write these bytes")]
    NotCanonical,
    /// Longer than any key, digest or signature.
    #[error("too long")]
    TooLong,
}

/// Longest base58 text that is decoded; ML-DSA-87 signatures fit.
pub const MAX_CHARS: usize = 8192;

/// Multicodec prefix of an Ed25519 public key.
pub const ED25519_PUB: [u8; 2] = [0xed, 0x01];
/// Multicodec prefix of a compressed P-256 public key.
pub const P256_PUB: [u8; 2] = [0x80, 0x24];
/// Multicodec prefix of a compressed P-384 public key.
pub const P384_PUB: [u8; 2] = [0x81, 0x24];

fn decode_base58(text: &str) -> Result<Vec<u8>, MultibaseError> {
    if text.len() > MAX_CHARS {
        return Err(MultibaseError::TooLong);
    }
    let zeros = text.bytes().take_while(|byte| *byte == b'1').count();
    // Digits of base 2³², the lowest first.
    let mut limbs: Vec<u32> = Vec::with_capacity(text.len() / 5 + 1);
    for chunk in text.as_bytes()[zeros..].chunks(BASE58_DIGITS) {
        let (mut carry, mut power) = (0, 1);
        for character in chunk {
            let value = BASE58_VALUES[usize::from(*character)];
            if value == NO_DIGIT {
                return Err(MultibaseError::BadDigit);
            }
            carry = carry * 58 + u64::from(value);
            power *= 58;
        }
        for limb in &mut limbs {
            carry += u64::from(*limb) * power;
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            limbs.push(carry as u32);
        }
    }
    let number = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    let mut bytes = Vec::with_capacity(zeros + limbs.len() * 4);
    bytes.resize(zeros, 0);
    bytes.extend(number.skip_while(|byte| *byte == 0));
    Ok(bytes)
}

/// Decodes base64url without padding and without a multibase prefix, as in a JWS.
pub fn decode_base64url(text: &str) -> Result<Vec<u8>, MultibaseError> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for character in chunk {
            bits = bits << 6 | sextet(*character).ok_or(MultibaseError::BadDigit)?;
        }
        let (spare, whole) = match chunk.len() {
            4 => (0, 3),
            3 => (2, 2),
            2 => (4, 1),
            _ => return Err(MultibaseError::NotCanonical),
        };
        if bits & ((1 << spare) - 1) != 0 {
            return Err(MultibaseError::NotCanonical);
        }
        let bits = bits >> spare << (8 * (3 - whole));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..=whole]);
    }
    Ok(bytes)
}

fn sextet(character: u8) -> Option<u32> {
    Some(u32::from(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    }))
}

/// Characters that are read and written at a time.
const BASE58_DIGITS: usize = 5;
/// 58⁵.
const BASE58_LIMB: u64 = 656_356_768;
/// The value of each character; [`NO_DIGIT`] of those that are none.
const BASE58_VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < BASE58.len() {
        values[BASE58[value] as usize] = value as u8;
        value += 1;
    }
    values
};
const NO_DIGIT: u8 = 255;
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_survives_the_round_trip() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37) ^ length).collect();
            assert_eq!(decode(&encode_base58(&bytes)).unwrap(), bytes);
            assert_eq!(decode(&encode_base64url(&bytes)).unwrap(), bytes);
            assert_eq!(decode_hex(&encode_hex(&bytes)).unwrap(), bytes);
        }
    }

    #[test]
    fn leading_zeros_are_kept() {
        assert_eq!(encode_base58(&[0, 0, 1]), "z112");
        assert_eq!(decode("z112").unwrap(), [0, 0, 1]);
        assert_eq!(decode("z").unwrap(), [0_u8; 0]);
        assert_eq!(encode_base58(&[0; 9]), "z111111111");
        assert_eq!(encode_base58(&[0xff; 4]), "z7YXq9G");
        assert_eq!(decode("z7YXq9G").unwrap(), [0xff; 4]);
    }

    #[test]
    fn a_did_key_starts_with_the_ed25519_prefix() {
        let key = decode("z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX").unwrap();
        assert_eq!(key[..2], ED25519_PUB);
        assert_eq!(key.len(), 34);
    }

    #[test]
    fn text_that_is_not_the_only_form_is_refused() {
        assert_eq!(decode("uQQ"), Ok([0x41].to_vec()));
        assert_eq!(decode("uQR"), Err(MultibaseError::NotCanonical));
        assert_eq!(decode("uQ"), Err(MultibaseError::NotCanonical));
        assert_eq!(decode("uQQ=="), Err(MultibaseError::BadDigit));
        assert_eq!(decode("z0"), Err(MultibaseError::BadDigit));
        assert_eq!(decode("m"), Err(MultibaseError::UnknownBase));
        assert_eq!(decode(""), Err(MultibaseError::UnknownBase));
        assert_eq!(decode("\u{e9}"), Err(MultibaseError::UnknownBase));
        assert_eq!(decode_hex("abc"), Err(MultibaseError::BadDigit));
        assert_eq!(
            decode(&["z", &"2".repeat(MAX_CHARS + 1)].concat()),
            Err(MultibaseError::TooLong)
        );
    }
}
