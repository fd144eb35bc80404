//! Many Ed25519 signatures at once, by the batch equation, with the verdict of checking each strictly by itself.
//!
//! For random zᵢ, `Σ zᵢ(SᵢB − Rᵢ − kᵢAᵢ) = 0` says that every bracket is zero, but for a chance of 2⁻¹²⁸, only in a group of prime
//! order. On the whole curve a bracket may be a point of order 2, 4 or 8, and then the equation holds by chance once in two to
//! eight times; so do signatures that a strict check refuses. Therefore all points are first proven to be in the prime-order
//! subgroup:
//!
//! - each key by itself, by multiplying it with the group's order. A cohort has one key.
//! - all Rᵢ together: [`ROUNDS`] sums over random subsets are multiplied with the order. If one Rᵢ has a part of small order, each
//!   of these sums has one too, with a probability of at least one half whatever the others are; so all of them miss it with a
//!   chance of at most 2⁻¹²⁸. Sums cost additions only, thirty or so for each signature where a multiplication costs three
//!   hundred.
//!
//! The random numbers are drawn from a hash over everything that is checked, so the same input gives the same answer; who wants
//! to make them fit has to try 2¹²⁸ inputs.

use std::collections::{BTreeMap, btree_map::Entry};

use aws_lc_rs::digest::{Context, SHA512, digest};
use curve25519_dalek::{
    Scalar,
    constants::ED25519_BASEPOINT_POINT,
    edwards::{CompressedEdwardsY, EdwardsPoint},
    traits::{Identity, IsIdentity, VartimeMultiscalarMul},
};
use touchstone_vc::crypto::Signed;

/// Whether every one of these signatures is good, each as [`Crypto::verify_ed25519`](touchstone_vc::Crypto) judges it.
///
/// No says only that they cannot be accepted together: one is bad, or a key is not one that a batch can be proven for. Which it
/// is, a check of each by itself tells.
pub fn verify_ed25519_at_once(signed: &[Signed]) -> bool {
    all_good(signed).is_some()
}

fn all_good(signed: &[Signed]) -> Option<()> {
    let mut keys = BTreeMap::new();
    let mut seed = Context::new(&SHA512);
    seed.update(b"touchstone/ed25519-at-once");
    let mut parsed = Vec::with_capacity(signed.len());
    for one in signed {
        let (r, s) = one.signature.split_first_chunk::<32>()?;
        let s = Scalar::from_canonical_bytes(s.try_into().ok()?).into_option()?;
        let mut k = Context::new(&SHA512);
        for part in [r.as_slice(), &one.key, &one.message] {
            k.update(part);
        }
        let k = wide(k.finish().as_ref());
        for part in [one.key.as_slice(), &one.signature, &k.to_bytes()] {
            seed.update(part);
        }
        if let Entry::Vacant(unknown) = keys.entry(one.key) {
            unknown.insert((key(&one.key)?, Scalar::ZERO));
        }
        parsed.push((point(r)?, s, k, one.key));
    }
    let seed = seed.finish();
    let mut of_base = Scalar::ZERO;
    let (mut points, mut factors, mut subsets) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (r, s, k, key)) in parsed.into_iter().enumerate() {
        let drawn = digest(
            &SHA512,
            &[seed.as_ref(), &(number as u64).to_be_bytes()].concat(),
        );
        let (z, subset) = drawn.as_ref().split_first_chunk::<16>()?;
        let z = Scalar::from(u128::from_le_bytes(*z));
        subsets.push(u128::from_le_bytes(*subset.first_chunk()?));
        of_base += z * s;
        keys.get_mut(&key)?.1 += z * k;
        points.push(r);
        factors.push(z);
    }
    are_torsion_free(&points, &subsets).then_some(())?;
    for (key, factor) in keys.into_values() {
        points.push(key);
        factors.push(factor);
    }
    points.push(ED25519_BASEPOINT_POINT);
    factors.push(-of_base);
    EdwardsPoint::vartime_multiscalar_mul(factors, points)
        .is_identity()
        .then_some(())
}

/// A key in the prime-order subgroup, not the identity, in its one canonical form.
fn key(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    let key = point(bytes)?;
    has_group_order(&key).then_some(key)
}

/// A point that is not the identity, from its one canonical form.
fn point(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    let point = CompressedEdwardsY(*bytes).decompress()?;
    (is_canonical(bytes) && !point.is_identity()).then_some(point)
}

/// Whether the coordinate is less than p = 2²⁵⁵ − 19. That nought has no sign need not be looked at: points with x = 0 have order
/// 1 or 2.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    *first < 0xed || middle.iter().any(|byte| *byte != 0xff) || last & 0x7f != 0x7f
}

/// Whether all points are in the prime-order subgroup. Bit number `j` of `subsets[i]` says whether point `i` is in sum `j`.
fn are_torsion_free(points: &[EdwardsPoint], subsets: &[u128]) -> bool {
    let mut sums = [EdwardsPoint::identity(); ROUNDS];
    let mut table = Vec::with_capacity(1 << GROUP);
    for (points, subsets) in points.chunks(GROUP).zip(subsets.chunks(GROUP)) {
        // All sums of these few, by which of them are in it.
        table.clear();
        table.push(EdwardsPoint::identity());
        for point in points {
            for at in 0..table.len() {
                table.push(table[at] + point);
            }
        }
        for (round, sum) in sums.iter_mut().enumerate() {
            let members = subsets.iter().enumerate();
            let chosen = members.fold(0, |chosen, (at, subset)| {
                chosen | ((subset >> round) as usize & 1) << at
            });
            *sum += table[chosen];
        }
    }
    sums.iter().all(has_group_order)
}

/// Whether ℓP = 0, as (ℓ − 1)P = −P: scalars end below ℓ.
fn has_group_order(point: &EdwardsPoint) -> bool {
    EdwardsPoint::vartime_multiscalar_mul([-Scalar::ONE], [point]) == -point
}

fn wide(hash: &[u8]) -> Scalar {
    let hash = hash.try_into().expect("SHA-512 is 64 bytes long");
    Scalar::from_bytes_mod_order_wide(hash)
}

/// How many sums are multiplied: the chance to miss a point of small order is halved by each.
const ROUNDS: usize = 128;
/// How many points are summed by table: 2ⁿ additions for n points, and then one addition for n points in each round.
const GROUP: usize = 5;

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use curve25519_dalek::constants::EIGHT_TORSION;

    use super::*;
    use crate::CRYPTO;

    fn signed(key: u8, message: &str) -> Signed {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[key; 32]).unwrap();
        Signed {
            key: pair.public_key().as_ref().try_into().unwrap(),
            message: message.into(),
            signature: pair.sign(message.as_bytes()).as_ref().try_into().unwrap(),
        }
    }

    fn many(count: usize) -> Vec<Signed> {
        let made = (0..count).map(|number| signed(1 + (number % 3) as u8, &number.to_string()));
        made.collect()
    }

    fn strictly(signed: &Signed) -> bool {
        (CRYPTO.verify_ed25519)(&signed.key, &signed.message, &signed.signature)
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
        for count in [0, 1, 2, 7, 64, 200] {
            assert!(verify_ed25519_at_once(&many(count)), "{count}");
        }
    }

    #[test]
    fn one_bad_signature_spoils_all() {
        for (byte, bit) in [(0, 1), (31, 0x80), (32, 1), (63, 0x10), (63, 0x80)] {
            let mut all = many(50);
            all[17].signature[byte] ^= bit;
            assert!(!strictly(&all[17]));
            assert!(!verify_ed25519_at_once(&all), "{byte} {bit}");
        }
        let mut all = many(50);
        all[3].message.push(0);
        assert!(!verify_ed25519_at_once(&all));
        let mut all = many(50);
        all[3].key = all[4].key;
        assert!(!verify_ed25519_at_once(&all));
    }

    /// Plain batch verification accepts about one in eight of these.
    #[test]
    fn t15_points_of_mixed_order_pass_together_only_if_they_pass_alone() {
        let others = many(20);
        let mut refused = 0;
        for number in 0..200 {
            for in_key in [false, true] {
                let odd = mixed(number, in_key);
                let strict = strictly(&odd);
                refused += usize::from(!strict);
                let mut all = others.clone();
                all.insert(number % 20, odd);
                assert!(strict || !verify_ed25519_at_once(&all), "{number} {in_key}");
            }
        }
        assert!(refused > 300, "{refused}");
    }

    #[test]
    fn several_errors_that_cancel_out_are_found() {
        // The same point of order two in two R: their sum is free of it.
        let order_two = EIGHT_TORSION[4];
        let points: Vec<_> = (1..=40_u64)
            .map(|number| ED25519_BASEPOINT_POINT * Scalar::from(number))
            .collect();
        let subsets: Vec<u128> = (0..40_u64)
            .map(|number| {
                let drawn = digest(&SHA512, &number.to_be_bytes());
                u128::from_le_bytes(*drawn.as_ref().first_chunk().unwrap())
            })
            .collect();
        assert!(are_torsion_free(&points, &subsets));
        let mut odd = points;
        odd[3] += order_two;
        odd[29] += order_two;
        assert!(!are_torsion_free(&odd, &subsets));
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
                let together = verify_ed25519_at_once(&[one, signed(1, "another")]);
                assert_eq!(together, alone, "{}", test["tcId"]);
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
