//! What a transparency log needs of cryptography, by AWS-LC.

use aws_lc_rs::signature::{ML_DSA_44, UnparsedPublicKey};
use touchstone_tlog::Crypto;
use touchstone_tlog::crypto::{ML_DSA_44_KEY, ML_DSA_44_SIGNATURE};

/// The server's provider. The same vectors run on it and on the pure-Rust one.
pub static TLOG_CRYPTO: Crypto = Crypto {
    sha256: crate::CRYPTO.sha256,
    verify_ed25519: crate::CRYPTO.verify_ed25519,
    verify_ml_dsa_44,
};

fn verify_ml_dsa_44(
    key: &[u8; ML_DSA_44_KEY],
    message: &[u8],
    signature: &[u8; ML_DSA_44_SIGNATURE],
) -> bool {
    UnparsedPublicKey::new(&ML_DSA_44, key)
        .verify(message, signature)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
    use touchstone_tlog::crypto::rust;

    use super::*;

    #[test]
    fn both_providers_hold_the_same_ml_dsa_signatures_for_good() {
        let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &[7; 32]).unwrap();
        let key: [u8; ML_DSA_44_KEY] = pair.public_key().as_ref().try_into().unwrap();
        let mut signature = [0; ML_DSA_44_SIGNATURE];
        pair.sign(b"statement", &mut signature).unwrap();
        for provider in [&TLOG_CRYPTO, &rust::CRYPTO] {
            let verify = provider.verify_ml_dsa_44;
            assert!(verify(&key, b"statement", &signature));
            assert!(!verify(&key, b"Statement", &signature));
            for place in [0, 31, 32, 1000, 2335, 2336, 2400, 2419] {
                let mut touched = signature;
                touched[place] ^= 1;
                assert!(!verify(&key, b"statement", &touched), "byte {place}");
            }
            let mut other = key;
            other[40] ^= 1;
            assert!(!verify(&other, b"statement", &signature));
        }
    }
}
