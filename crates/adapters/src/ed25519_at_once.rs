//! Many Ed25519 signatures of few keys, each checked to the letter and all of them together in less time.
//!
//! A check computes `SB − kA` and compares its encoding with R, bytes with bytes (RFC 8032 §5.1.7, without the cofactor). What
//! takes the time are the doublings, some 250 for each signature, and one division for each encoding. Where one key has made many
//! signatures, both are paid once: for each byte of a scalar there are the multiples of a point that it can ask for, so that `SB − kA`
//! is 64 additions, and the divisions of all encodings are made as one.
//!
//! All signatures take their step at one byte before any takes the next: the multiples for one byte are 20 KB, which stay where the
//! processor reads at once; those for all bytes would not.
//!
//! **Invariant:** nothing here is a matter of chance. The batch equation `Σ zᵢ(SᵢB − Rᵢ − kᵢAᵢ) = 0` decides in a group of prime order
//! only; it takes proof that no point has a part of small order, and that proof costs more than these multiples (`docs/speed.md`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aws_lc_rs::digest::{Context, SHA512};
use curve25519_dalek::{
    Scalar,
    constants::ED25519_BASEPOINT_POINT,
    edwards::{CompressedEdwardsY, EdwardsPoint},
    traits::Identity,
};
use touchstone_vc::crypto::Signed;

use crate::CRYPTO;
use crate::crypto_aws_lc::is_small_order;

/// Whether every one of these signatures is good, each as [`Crypto::verify_ed25519`](touchstone_vc::Crypto) judges it.
///
/// No says only that they are not all good; which it is, a check of each by itself tells.
pub fn verify_ed25519_at_once(signed: &[Signed]) -> bool {
    let mut by_key = BTreeMap::<_, Vec<_>>::new();
    for one in signed {
        by_key.entry(&one.key).or_default().push(one);
    }
    by_key.into_iter().all(|(key, signed)| {
        if signed.len() < WORTH_MULTIPLES {
            let mut alone = signed.iter();
            return alone
                .all(|one| (CRYPTO.verify_ed25519)(&one.key, &one.message, &one.signature));
        }
        are_good(key, &signed)
    })
}

/// Whether all of these are good signatures of this key.
fn are_good(key: &[u8; 32], signed: &[&Signed]) -> bool {
    if is_small_order(key) || !is_canonical(key) {
        return false;
    }
    let Some(point) = CompressedEdwardsY(*key).decompress() else {
        return false;
    };
    let scalars: Option<Vec<_>> = signed.iter().map(|one| scalars(one)).collect();
    let Some(scalars) = scalars else { return false };
    let mut sums = vec![EdwardsPoint::identity(); signed.len()];
    for (place, multiples) in OF_BASE.iter().enumerate() {
        let digits = scalars.iter().map(|(s, _)| s[place]);
        add(&mut sums, digits, multiples);
    }
    let mut of_place = -point;
    for place in 0..PLACES {
        let multiples = multiples(&of_place);
        let digits = scalars.iter().map(|(_, k)| k[place]);
        add(&mut sums, digits, &multiples);
        of_place = multiples[HALF - 1] + multiples[HALF - 1];
    }
    let encoded = EdwardsPoint::compress_batch_alloc(&sums);
    let mut both = encoded.iter().zip(signed);
    both.all(|(found, one)| one.signature.starts_with(found.as_bytes()))
}

/// S and k, with which `SB + k(−A)` must be the R that this signature begins with; nothing if it cannot be good.
///
/// `k(−A)`, not `(−k)A`: where the key has a part of small order these are not the same, as −k is taken modulo the group's order.
fn scalars(one: &Signed) -> Option<(Digits, Digits)> {
    let (r, s) = one.signature.split_first_chunk::<32>()?;
    if is_small_order(r) {
        return None;
    }
    let s = Scalar::from_canonical_bytes(s.try_into().ok()?).into_option()?;
    let mut k = Context::new(&SHA512);
    for part in [r.as_slice(), &one.key, &one.message] {
        k.update(part);
    }
    let k = Scalar::from_bytes_mod_order_wide(k.finish().as_ref().try_into().ok()?);
    Some((digits(&s), digits(&k)))
}

/// A scalar's bytes, each as a number from −128 to 127 with what it owes carried on. Nothing is carried out of the last: a scalar is less
/// than 2²⁵³.
fn digits(scalar: &Scalar) -> Digits {
    let mut carry = 0;
    scalar.to_bytes().map(|byte| {
        let digit = i16::from(byte) + carry;
        carry = i16::from(digit > 127);
        digit - (carry << 8)
    })
}

/// The multiples of a point by 1 to 128.
fn multiples(point: &EdwardsPoint) -> Vec<EdwardsPoint> {
    let mut all = Vec::with_capacity(HALF);
    all.push(*point);
    for _ in 1..HALF {
        all.extend(all.last().map(|last| last + point));
    }
    all
}

/// Adds to each sum what its digit asks for, in a time that depends on the digits: nothing here is secret.
fn add(sums: &mut [EdwardsPoint], digits: impl Iterator<Item = i16>, multiples: &[EdwardsPoint]) {
    for (sum, digit) in sums.iter_mut().zip(digits) {
        let Some(at) = usize::from(digit.unsigned_abs()).checked_sub(1) else {
            continue;
        };
        if digit > 0 {
            *sum += multiples[at];
        } else {
            *sum -= multiples[at];
        }
    }
}

/// Whether the coordinate is less than p = 2²⁵⁵ − 19. That nought has no sign need not be looked at: points with x = 0 have order
/// 1 or 2.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    *first < 0xed || middle.iter().any(|byte| *byte != 0xff) || last & 0x7f != 0x7f
}

/// The multiples of the base point for each place.
static OF_BASE: LazyLock<Vec<Vec<EdwardsPoint>>> = LazyLock::new(|| {
    let mut of_place = ED25519_BASEPOINT_POINT;
    let places = (0..PLACES).map(|_| {
        let multiples = multiples(&of_place);
        of_place = multiples[HALF - 1] + multiples[HALF - 1];
        multiples
    });
    places.collect()
});

type Digits = [i16; PLACES];
/// Bytes of a scalar.
const PLACES: usize = 32;
/// How many multiples a place has: the other half are their negatives.
const HALF: usize = 128;
/// How many signatures of one key pay for its multiples, which take some 4,000 additions.
const WORTH_MULTIPLES: usize = 64;

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::digest;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use curve25519_dalek::constants::EIGHT_TORSION;

    use super::*;

    fn signed(key: u8, message: &str) -> Signed {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[key; 32]).unwrap();
        Signed {
            key: pair.public_key().as_ref().try_into().unwrap(),
            message: message.into(),
            signature: pair.sign(message.as_bytes()).as_ref().try_into().unwrap(),
        }
    }

    /// By three keys in turn.
    fn many(count: usize) -> Vec<Signed> {
        let made = (0..count).map(|number| signed(1 + (number % 3) as u8, &number.to_string()));
        made.collect()
    }

    fn strictly(signed: &Signed) -> bool {
        (CRYPTO.verify_ed25519)(&signed.key, &signed.message, &signed.signature)
    }

    /// What is said of this one among as many of the same key as make it worth their multiples.
    fn among_many(one: &Signed) -> bool {
        verify_ed25519_at_once(&vec![one.clone(); WORTH_MULTIPLES])
    }

    fn wide(hash: &[u8]) -> Scalar {
        Scalar::from_bytes_mod_order_wide(hash.try_into().unwrap())
    }

    /// A signature whose R, or whose key, has a part of small order and which fits the equation but for that part.
    fn mixed(number: usize, in_key: bool) -> Signed {
        let secret = wide(digest(&SHA512, &number.to_be_bytes()).as_ref());
        let nonce = wide(digest(&SHA512, &(!number).to_be_bytes()).as_ref());
        let torsion = EIGHT_TORSION[1 + number % 7];
        let none = EdwardsPoint::identity();
        let (in_key, in_r) = if in_key {
            (torsion, none)
        } else {
            (none, torsion)
        };
        let key = (ED25519_BASEPOINT_POINT * secret + in_key).compress().0;
        let r = (ED25519_BASEPOINT_POINT * nonce + in_r).compress().0;
        let message = number.to_be_bytes();
        let mut k = Context::new(&SHA512);
        for part in [r.as_slice(), &key, &message] {
            k.update(part);
        }
        let s = nonce + wide(k.finish().as_ref()) * secret;
        Signed {
            key,
            message: message.into(),
            signature: [r, s.to_bytes()].concat().try_into().unwrap(),
        }
    }

    #[test]
    fn good_signatures_are_good_together() {
        for count in [0, 1, 2, 7, 64, 3 * WORTH_MULTIPLES - 1, 3 * WORTH_MULTIPLES] {
            assert!(verify_ed25519_at_once(&many(count)), "{count}");
        }
    }

    #[test]
    fn one_bad_signature_spoils_all() {
        let good = many(3 * WORTH_MULTIPLES);
        for bit in 0..512 {
            let mut all = good.clone();
            all[17].signature[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_ed25519_at_once(&all), "bit {bit}");
        }
        let mut all = good.clone();
        all[3].message.push(0);
        assert!(!verify_ed25519_at_once(&all));
        let mut all = good.clone();
        all[3].key = all[4].key;
        assert!(!verify_ed25519_at_once(&all));
        let mut few = many(7);
        few[3].message.push(0);
        assert!(!verify_ed25519_at_once(&few));
    }

    #[test]
    fn the_steps_of_a_scalar_are_its_product() {
        let corners = [0, 1, 127, 128, 129, 255, 256, 0x7f80, 0x8080, u128::MAX].map(Scalar::from);
        let drawn = (0..50_u64).map(|number| wide(digest(&SHA512, &number.to_be_bytes()).as_ref()));
        for scalar in corners.into_iter().chain([-Scalar::ONE]).chain(drawn) {
            let mut sum = [EdwardsPoint::identity()];
            for (digit, multiples) in digits(&scalar).into_iter().zip(OF_BASE.iter()) {
                add(&mut sum, [digit].into_iter(), multiples);
            }
            assert_eq!(sum[0], ED25519_BASEPOINT_POINT * scalar);
        }
    }

    /// Plain batch verification accepts about one in eight of these.
    #[test]
    fn t15_points_of_mixed_order_pass_together_only_if_they_pass_alone() {
        let mut refused = 0;
        for number in 0..100 {
            for in_key in [false, true] {
                let odd = mixed(number, in_key);
                let strict = strictly(&odd);
                refused += usize::from(!strict);
                assert_eq!(among_many(&odd), strict, "{number} {in_key}");
            }
        }
        assert!((150..200).contains(&refused), "{refused}");
    }

    #[test]
    fn points_have_one_form() {
        let mut p = [0xff; 32];
        (p[0], p[31]) = (0xed, 0x7f);
        assert!(!is_canonical(&p));
        p[0] = 0xec;
        assert!(is_canonical(&p));
        p[31] = 0xff;
        assert!(is_canonical(&p), "the sign is no part of the coordinate");
    }

    #[test]
    fn t15_every_wycheproof_signature_has_the_verdict_it_has_alone() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/vectors/wycheproof/ed25519_test.json"
        );
        let vectors: serde_json::Value =
            serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let bytes = |value: &serde_json::Value| from_hex(value.as_str().unwrap());
        let mut good = 0;
        for group in vectors["testGroups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let Ok(signature) = bytes(&test["sig"]).try_into() else {
                    continue;
                };
                let one = Signed {
                    key: bytes(&group["publicKey"]["pk"]).try_into().unwrap(),
                    message: bytes(&test["msg"]),
                    signature,
                };
                let alone = strictly(&one);
                good += usize::from(alone);
                assert_eq!(among_many(&one), alone, "{}", test["tcId"]);
            }
        }
        assert!(good > 50, "{good}");
    }

    fn from_hex(text: &str) -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        pairs.map(|pair| byte(pair).unwrap()).collect()
    }
}
