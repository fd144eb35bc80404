//! Throwaway keys by AWS-LC: made at start, in memory only, gone with the process.

use aws_lc_rs::{
    error::Unspecified,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair,
    },
};
use touchstone_service::ports::{SignError, ThrowawayKeys};
use touchstone_vc::{Curve, Signature, did::PublicKey};

/// A key on each curve.
pub struct ThrowawayKeysAwsLc {
    ed25519: Ed25519KeyPair,
    p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
}

impl ThrowawayKeysAwsLc {
    /// Makes the keys.
    pub fn generate() -> Result<Self, SignError> {
        let failed = |_: Unspecified| SignError::Unavailable;
        Ok(Self {
            ed25519: Ed25519KeyPair::generate().map_err(failed)?,
            p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?,
            p384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(failed)?,
        })
    }
}

impl ThrowawayKeys for ThrowawayKeysAwsLc {
    fn public(&self, curve: Curve) -> PublicKey {
        match curve {
            Curve::Ed25519 => {
                let key = self.ed25519.public_key().as_ref();
                PublicKey::Ed25519(key.try_into().expect("an Ed25519 key has 32 bytes"))
            }
            Curve::P256 => PublicKey::P256(compressed::<32, 33>(&self.p256)),
            Curve::P384 => PublicKey::P384(compressed::<48, 49>(&self.p384)),
        }
    }

    fn sign(&self, curve: Curve, message: &[u8]) -> Result<Signature, SignError> {
        let ecdsa = |pair: &EcdsaKeyPair| {
            let signed = pair.sign(&SystemRandom::new(), message);
            signed.map_err(|_| SignError::Unavailable)
        };
        Ok(Signature(match curve {
            Curve::Ed25519 => self.ed25519.sign(message).as_ref().to_vec(),
            Curve::P256 => ecdsa(&self.p256)?.as_ref().to_vec(),
            Curve::P384 => ecdsa(&self.p384)?.as_ref().to_vec(),
        }))
    }
}

/// The compressed form of a point (SEC 1 §2.3.3): `x`, and before it whether `y` is odd.
fn compressed<const HALF: usize, const LENGTH: usize>(pair: &EcdsaKeyPair) -> [u8; LENGTH] {
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(HALF);
    let odd = y.last().is_some_and(|last| last & 1 == 1);
    let mut key = [0; LENGTH];
    key[0] = 2 + u8::from(odd);
    key[1..].copy_from_slice(x);
    key
}

#[cfg(test)]
mod tests {
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    #[test]
    fn what_they_sign_is_verified_by_another_library() {
        let keys = ThrowawayKeysAwsLc::generate().unwrap();
        for curve in [Curve::Ed25519, Curve::P256, Curve::P384] {
            let signature = keys.sign(curve, b"message").unwrap().0;
            let verify = |message: &[u8]| match keys.public(curve) {
                PublicKey::Ed25519(key) => {
                    (CRYPTO.verify_ed25519)(&key, message, signature[..].try_into().unwrap())
                }
                PublicKey::P256(key) => {
                    (CRYPTO.verify_p256)(&key, message, signature[..].try_into().unwrap())
                }
                PublicKey::P384(key) => {
                    (CRYPTO.verify_p384)(&key, message, signature[..].try_into().unwrap())
                }
                PublicKey::Rsa(_) => unreachable!("no such curve"),
            };
            assert!(verify(b"message"), "{curve:?}");
            assert!(!verify(b"another"), "{curve:?}");
        }
    }

    #[test]
    fn each_time_they_are_others() {
        let [one, two] = [(); 2].map(|()| ThrowawayKeysAwsLc::generate().unwrap());
        assert_ne!(one.public(Curve::P256), two.public(Curve::P256));
    }
}
