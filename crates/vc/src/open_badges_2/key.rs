//! The key of a signed badge: `publicKeyPem`, an RSA key as `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) in PEM (RFC 7468).

use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::RsaKey;

/// Reads the one kind of key that Open Badges 2.0 was signed with.
pub(super) fn rsa(pem: &str) -> Option<RsaKey> {
    let body = pem
        .trim()
        .strip_prefix("-----BEGIN PUBLIC KEY-----")?
        .strip_suffix("-----END PUBLIC KEY-----")?;
    let digits: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let der = STANDARD.decode(digits).ok()?;
    let (info, []) = element(&der, SEQUENCE)? else {
        return None;
    };
    let (algorithm, key) = element(info, SEQUENCE)?;
    if !algorithm.starts_with(&RSA_ENCRYPTION) {
        return None;
    }
    let (bits, []) = element(key, BIT_STRING)? else {
        return None;
    };
    let ([0], bits) = bits.split_at_checked(1)? else {
        return None;
    };
    let (numbers, []) = element(bits, SEQUENCE)? else {
        return None;
    };
    let (n, rest) = element(numbers, INTEGER)?;
    let (e, []) = element(rest, INTEGER)? else {
        return None;
    };
    let plain = |number: &[u8]| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        number[zeros..].to_vec()
    };
    Some(RsaKey {
        n: plain(n),
        e: plain(e),
    })
}

/// The content of a DER element with this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [first, length, rest @ ..] = der else {
        return None;
    };
    if *first != tag {
        return None;
    }
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => {
            let (length, rest) = rest.split_first()?;
            (usize::from(*length), rest)
        }
        0x82 => {
            let ([high, low], rest) = rest.split_first_chunk::<2>()?;
            (usize::from(*high) << 8 | usize::from(*low), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;
/// `rsaEncryption`, 1.2.840.113549.1.1.1, as an OBJECT IDENTIFIER.
const RSA_ENCRYPTION: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
