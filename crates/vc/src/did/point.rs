//! Whether a point lies on P-256 or P-384: `y² = x³ − 3x + b` modulo `p` (SP 800-186 §3.2.1.3 and §3.2.1.4, SEC 1 §2.3.4).
//!
//! Keys are public, so nothing here takes constant time. A compressed point has a `y` if the right side is a square modulo `p`,
//! which the Jacobi symbol tells (Handbook of Applied Cryptography, 2.149).

use core::cmp::Ordering;

/// A number in limbs of 64 bits, the least significant first.
type Number<const L: usize> = [u64; L];

/// A curve with a = −3 over the numbers modulo a prime.
struct Curve<const L: usize> {
    p: Number<L>,
    b: Number<L>,
}

/// Whether there is a point of P-256 with this `x`, and with this `y` if one is given. Both are 32 bytes, big-endian.
pub(super) fn on_p256(x: &[u8], y: Option<&[u8]>) -> bool {
    P256.holds(x, y)
}

/// The same of P-384, with 48 bytes.
pub(super) fn on_p384(x: &[u8], y: Option<&[u8]>) -> bool {
    P384.holds(x, y)
}

/// The `y` that goes with this `x` on P-256, the odd one or the even one. Both are 32 bytes, big-endian.
pub(super) fn y_on_p256(x: &[u8], odd: bool) -> Option<[u8; 32]> {
    let root = P256.root(x)?;
    let y = match root[0] & 1 == u64::from(odd) {
        true => root,
        false => minus(&P256.p, &root),
    };
    let mut bytes = [0; 32];
    for (to, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().rev().zip(y) {
        *to = limb.to_be_bytes();
    }
    Some(bytes)
}

impl<const L: usize> Curve<L> {
    /// A square root of `x³ − 3x + b`, if there is one: of a square `a` modulo `p`, which is 3 modulo 4, it is `a` to the power
    /// of `(p + 1) / 4`.
    fn root(&self, x: &[u8]) -> Option<Number<L>> {
        let x = number::<L>(x).filter(|x| compare(x, &self.p) == Ordering::Less)?;
        let right = self.right(&x);
        let mut one = [0; L];
        one[0] = 1;
        // p + 1 would not fit: (p + 1) / 4 = (p − 3) / 4 + 1.
        let power = plus(&half(&half(&self.p)), &one).0;
        let mut root = one;
        for limb in power.iter().rev() {
            for bit in (0..64).rev() {
                root = self.product(&root, &root);
                if limb >> bit & 1 == 1 {
                    root = self.product(&root, &right);
                }
            }
        }
        (self.product(&root, &root) == right).then_some(root)
    }

    /// `x³ − 3x + b`.
    fn right(&self, x: &Number<L>) -> Number<L> {
        let x2 = self.product(x, x);
        // x³ − 3x = x (x² − 3)
        let mut three = [0; L];
        three[0] = 3;
        let cubic = self.product(x, &self.difference(&x2, &three));
        self.sum(&cubic, &self.b)
    }

    fn holds(&self, x: &[u8], y: Option<&[u8]>) -> bool {
        let read = |bytes: &[u8]| {
            let number = number::<L>(bytes)?;
            (compare(&number, &self.p) == Ordering::Less).then_some(number)
        };
        let Some(x) = read(x) else { return false };
        let right = self.right(&x);
        match y {
            Some(y) => read(y).is_some_and(|y| self.product(&y, &y) == right),
            None => self.is_square(right),
        }
    }

    fn sum(&self, a: &Number<L>, b: &Number<L>) -> Number<L> {
        let (mut sum, carried) = plus(a, b);
        if carried || compare(&sum, &self.p) != Ordering::Less {
            sum = minus(&sum, &self.p);
        }
        sum
    }

    fn difference(&self, a: &Number<L>, b: &Number<L>) -> Number<L> {
        match compare(a, b) {
            Ordering::Less => minus(&plus(a, &self.p).0, b),
            _ => minus(a, b),
        }
    }

    /// By doubling and adding.
    fn product(&self, a: &Number<L>, b: &Number<L>) -> Number<L> {
        let mut product = [0; L];
        for limb in b.iter().rev() {
            for bit in (0..64).rev() {
                product = self.sum(&product, &product);
                if limb >> bit & 1 == 1 {
                    product = self.sum(&product, a);
                }
            }
        }
        product
    }

    /// Whether the Jacobi symbol of `a` over `p` is not −1. It is 0 for zero alone, whose root is zero.
    fn is_square(&self, mut a: Number<L>) -> bool {
        let (mut n, mut negative) = (self.p, false);
        while a != [0; L] {
            while a[0] & 1 == 0 {
                a = half(&a);
                negative ^= matches!(n[0] & 7, 3 | 5);
            }
            if compare(&a, &n) == Ordering::Less {
                core::mem::swap(&mut a, &mut n);
                negative ^= a[0] & 3 == 3 && n[0] & 3 == 3;
            }
            a = minus(&a, &n);
        }
        !negative
    }
}

fn number<const L: usize>(bytes: &[u8]) -> Option<Number<L>> {
    let mut number = [0; L];
    let (chunks, rest) = bytes.as_chunks::<8>();
    if chunks.len() != L || !rest.is_empty() {
        return None;
    }
    for (limb, chunk) in number.iter_mut().rev().zip(chunks) {
        *limb = u64::from_be_bytes(*chunk);
    }
    Some(number)
}

fn compare<const L: usize>(a: &Number<L>, b: &Number<L>) -> Ordering {
    a.iter().rev().cmp(b.iter().rev())
}

/// The sum without what does not fit, and whether something did not fit.
fn plus<const L: usize>(a: &Number<L>, b: &Number<L>) -> (Number<L>, bool) {
    let (mut sum, mut carry) = ([0; L], false);
    for ((to, a), b) in sum.iter_mut().zip(a).zip(b) {
        let (partial, first) = a.overflowing_add(*b);
        let (whole, second) = partial.overflowing_add(u64::from(carry));
        (*to, carry) = (whole, first || second);
    }
    (sum, carry)
}

/// The difference, counted around where `a` is the smaller one.
fn minus<const L: usize>(a: &Number<L>, b: &Number<L>) -> Number<L> {
    let (mut difference, mut borrow) = ([0; L], false);
    for ((to, a), b) in difference.iter_mut().zip(a).zip(b) {
        let (partial, first) = a.overflowing_sub(*b);
        let (whole, second) = partial.overflowing_sub(u64::from(borrow));
        (*to, borrow) = (whole, first || second);
    }
    difference
}

fn half<const L: usize>(a: &Number<L>) -> Number<L> {
    let (mut half, mut above) = ([0; L], 0);
    for (to, limb) in half.iter_mut().zip(a).rev() {
        *to = limb >> 1 | above << 63;
        above = limb & 1;
    }
    half
}

const P256: Curve<4> = Curve {
    p: [
        0xffff_ffff_ffff_ffff,
        0x0000_0000_ffff_ffff,
        0x0000_0000_0000_0000,
        0xffff_ffff_0000_0001,
    ],
    b: [
        0x3bce_3c3e_27d2_604b,
        0x651d_06b0_cc53_b0f6,
        0xb3eb_bd55_7698_86bc,
        0x5ac6_35d8_aa3a_93e7,
    ],
};

const P384: Curve<6> = Curve {
    p: [
        0x0000_0000_ffff_ffff,
        0xffff_ffff_0000_0000,
        0xffff_ffff_ffff_fffe,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
    ],
    b: [
        0x2a85_c8ed_d3ec_2aef,
        0xc656_398d_8a2e_d19d,
        0x0314_088f_5013_875a,
        0x181d_9c6e_fe81_4112,
        0x988e_056b_e3f8_2d19,
        0xb331_2fa7_e23e_e7e4,
    ],
};

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use sha2::{Digest as _, Sha512};

    use super::*;

    /// Numbers that look random, and the ends of the field.
    fn numbers(length: usize) -> impl Iterator<Item = Vec<u8>> {
        let drawn =
            (0_u32..300).map(move |seed| Sha512::digest(seed.to_be_bytes())[..length].to_vec());
        let mut small = Vec::from([0; 3].map(|_| alloc::vec![0; length]));
        small[1][length - 1] = 1;
        small[2] = alloc::vec![0xff; length];
        drawn.chain(small)
    }

    #[test]
    fn what_lies_on_a_curve_is_what_another_implementation_says() {
        let (mut on, mut off) = (0, 0);
        for x in numbers(32) {
            let point = [&[2], x.as_slice()].concat();
            let expect = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok();
            assert_eq!(on_p256(&x, None), expect, "{x:02x?}");
            *if expect { &mut on } else { &mut off } += 1;
        }
        for x in numbers(48) {
            let point = [&[3], x.as_slice()].concat();
            let expect = p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok();
            assert_eq!(on_p384(&x, None), expect, "{x:02x?}");
            *if expect { &mut on } else { &mut off } += 1;
        }
        assert!(on > 200 && off > 200, "{on} on, {off} off");
    }

    #[test]
    fn of_a_whole_point_y_is_one_of_the_two_that_go_with_x() {
        for x in numbers(32).filter(|x| on_p256(x, None)).take(20) {
            let point = [&[2], x.as_slice()].concat();
            let whole = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap();
            let whole = whole.to_sec1_point(false);
            let mut y = whole.as_bytes()[33..].to_vec();
            assert!(on_p256(&x, Some(&y)));
            y[31] ^= 2;
            assert!(!on_p256(&x, Some(&y)));
        }
        assert!(!on_p256(&[1; 31], None) && !on_p384(&[1; 47], None));
    }
}
