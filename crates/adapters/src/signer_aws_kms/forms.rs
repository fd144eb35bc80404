//! The forms in which KMS writes keys and signatures: DER, as ASN.1 has it.

use der::{
    Decode, Sequence,
    asn1::{BitStringRef, ObjectIdentifier, UintRef},
};
use touchstone_service::ports::PublicKey;

/// Reads a public key (`SubjectPublicKeyInfo`, RFC 5480 §2) that is one of P-256.
pub(super) fn public_key(der: &[u8]) -> Option<PublicKey> {
    let read = Info::from_der(der).ok()?;
    if (read.algorithm.kind, read.algorithm.curve) != (EC, P256) {
        return None;
    }
    // SEC 1 §2.3.3, uncompressed.
    let point = read.key.as_bytes()?.strip_prefix(&[4])?;
    point.try_into().ok().map(PublicKey::p256_at)
}

/// A signature of P-256 (`ECDSA-Sig-Value`, RFC 5480 appendix A) as proofs have it: `r ‖ s`.
pub(super) fn signature(der: &[u8]) -> Option<Vec<u8>> {
    let read = Values::from_der(der).ok()?;
    let mut fixed = vec![0; 64];
    let (r, s) = fixed.split_at_mut(32);
    for (place, value) in [(r, read.r.as_bytes()), (s, read.s.as_bytes())] {
        let begin = place.len().checked_sub(value.len())?;
        place.get_mut(begin..)?.copy_from_slice(value);
    }
    Some(fixed)
}

#[derive(Sequence)]
struct Info<'a> {
    algorithm: Algorithm,
    key: BitStringRef<'a>,
}

#[derive(Sequence)]
struct Algorithm {
    kind: ObjectIdentifier,
    curve: ObjectIdentifier,
}

#[derive(Sequence)]
struct Values<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// `id-ecPublicKey` (RFC 5480 §2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// `secp256r1` (RFC 5480 §2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{
            ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
        },
    };

    use super::*;
    use crate::CRYPTO;

    #[test]
    fn keys_and_signatures_of_p256_are_read_and_nothing_else_is() {
        use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
        let info = |pair: &EcdsaKeyPair| -> Vec<u8> {
            let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            der.as_ref().to_vec()
        };
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let der = info(&pair);
        let key = public_key(&der).unwrap();
        // Enough of them that `r` and `s` are short, and begin with a bit that is set, now and then.
        for number in 0_u16..600 {
            let message = number.to_be_bytes();
            let signed = pair.sign(&SystemRandom::new(), &message).unwrap();
            let fixed = signature(signed.as_ref()).unwrap();
            assert!(key.holds(&message, &fixed, &CRYPTO), "{number}");
        }
        let other = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap();
        assert_eq!(public_key(&info(&other)), None, "another curve");
        let signed = other.sign(&SystemRandom::new(), b"m").unwrap();
        assert_eq!(signature(signed.as_ref()), None, "numbers of 384 bits");
        for cut in 0..der.len() {
            assert_eq!(public_key(&der[..cut]), None, "{cut}");
        }
        assert_eq!(
            public_key(&[&der[..], &[0]].concat()),
            None,
            "more behind it"
        );
        let signed = pair.sign(&SystemRandom::new(), b"m").unwrap();
        let more = [signed.as_ref(), &[0]].concat();
        assert_eq!(signature(&more), None, "more behind it");
    }
}
