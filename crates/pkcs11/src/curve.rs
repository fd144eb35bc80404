//! The two kinds of keys, and how PKCS#11 writes them.

use cryptoki::mechanism::{
    Mechanism,
    eddsa::{EddsaParams, EddsaSignatureScheme},
};
use touchstone_service::ports::PublicKey;
use touchstone_vc::crypto::Crypto;

/// What keys are made.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum KeyKind {
    /// Ed25519 (RFC 8032).
    #[default]
    Ed25519,
    /// NIST P-256 with ECDSA over SHA-256 (FIPS 186-5).
    P256,
}

impl KeyKind {
    /// `CKA_EC_PARAMS`: the curve's object identifier in DER (RFC 8410 §3, RFC 5480 §2.1.1.1).
    pub(crate) fn parameters(self) -> Vec<u8> {
        match self {
            Self::Ed25519 => vec![0x06, 0x03, 0x2b, 0x65, 0x70],
            Self::P256 => vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        }
    }

    /// How the module makes one.
    pub(crate) fn generation(self) -> Mechanism<'static> {
        match self {
            Self::Ed25519 => Mechanism::EccEdwardsKeyPairGen,
            Self::P256 => Mechanism::EccKeyPairGen,
        }
    }
}

/// How the module signs with a key, and what of a message it is given.
pub(crate) fn signing(
    key: PublicKey,
    message: &[u8],
    crypto: &Crypto,
) -> (Mechanism<'static>, Vec<u8>) {
    match key {
        PublicKey::Ed25519(_) => {
            let pure = EddsaParams::new(EddsaSignatureScheme::Ed25519);
            (Mechanism::Eddsa(pure), message.to_vec())
        }
        PublicKey::P256(_) => (Mechanism::Ecdsa, (crypto.sha256)(message).to_vec()),
    }
}

/// Reads `CKA_EC_POINT`: an OCTET STRING in DER, or, of some modules, the point as it is.
pub(crate) fn point(bytes: &[u8]) -> Option<PublicKey> {
    match bytes {
        [0x04, 0x20, key @ ..] | key if key.len() == 32 => {
            key.try_into().ok().map(PublicKey::Ed25519)
        }
        [0x04, 0x41, 0x04, point @ ..] | [0x04, point @ ..] if point.len() == 64 => {
            point.try_into().ok().map(PublicKey::p256_at)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_as_modules_write_them_and_nothing_else_is() {
        let ed = [7; 32];
        assert_eq!(point(&ed), Some(PublicKey::Ed25519(ed)));
        let wrapped = [&[0x04, 0x20][..], &ed].concat();
        assert_eq!(point(&wrapped), Some(PublicKey::Ed25519(ed)));
        let (x, mut y) = ([9; 32], [1; 32]);
        y[31] = 2;
        let raw = [&[0x04][..], &x, &y].concat();
        let mut compressed = [9; 33];
        compressed[0] = 2;
        assert_eq!(point(&raw), Some(PublicKey::P256(compressed)));
        let wrapped = [&[0x04, 0x41][..], &raw].concat();
        assert_eq!(point(&wrapped), Some(PublicKey::P256(compressed)));
        for other in [&[][..], &[4], &ed[1..], &raw[1..], &[0; 97]] {
            assert_eq!(point(other), None, "{other:?}");
        }
    }
}
