//! What anchors need of cryptography, by AWS-LC; Keccak, which it does not have, by RustCrypto.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use sha3::{Digest as _, Keccak256};
use touchstone_anchor::{Crypto, Scheme};

/// What times are checked with.
pub static ANCHOR_CRYPTO: Crypto = Crypto {
    sha256: crate::CRYPTO.sha256,
    sha384: crate::CRYPTO.sha384,
    sha512: crate::CRYPTO.sha512,
    keccak256: |bytes| Keccak256::digest(bytes).into(),
    verify,
};

fn verify(scheme: Scheme, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let algorithm: &'static dyn VerificationAlgorithm = match scheme {
        // As credentials are checked: with points of small order refused.
        Scheme::Ed25519 => {
            return match (key.try_into(), signature.try_into()) {
                (Ok(key), Ok(signature)) => (crate::CRYPTO.verify_ed25519)(key, message, signature),
                _ => false,
            };
        }
        Scheme::RsaPkcs1Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        Scheme::RsaPkcs1Sha384 => &RSA_PKCS1_2048_8192_SHA384,
        Scheme::RsaPkcs1Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        Scheme::P256Sha256 => &ECDSA_P256_SHA256_ASN1,
        Scheme::P256Sha384 => &ECDSA_P256_SHA384_ASN1,
        Scheme::P256Sha512 => &ECDSA_P256_SHA512_ASN1,
        Scheme::P384Sha256 => &ECDSA_P384_SHA256_ASN1,
        Scheme::P384Sha384 => &ECDSA_P384_SHA384_ASN1,
        Scheme::P384Sha512 => &ECDSA_P384_SHA512_ASN1,
        Scheme::P521Sha256 => &ECDSA_P521_SHA256_ASN1,
        Scheme::P521Sha384 => &ECDSA_P521_SHA384_ASN1,
        Scheme::P521Sha512 => &ECDSA_P521_SHA512_ASN1,
    };
    UnparsedPublicKey::new(algorithm, key)
        .verify(message, signature)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use aws_lc_rs::{
        rand::SystemRandom,
        rsa::{KeyPair as RsaKeyPair, KeySize},
        signature::{
            ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
            ECDSA_P521_SHA256_ASN1_SIGNING, ECDSA_P521_SHA384_ASN1_SIGNING,
            ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
            RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
        },
    };
    use p256::ecdsa::signature::hazmat::PrehashSigner;
    use serde_json::Value;
    use touchstone_bundle::crypto::ANCHOR_CRYPTO as IN_BROWSERS;
    use touchstone_vc::multibase::decode_hex;

    use super::*;

    const VECTORS: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/wycheproof"
    );

    #[track_caller]
    fn both(scheme: Scheme, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let here = (ANCHOR_CRYPTO.verify)(scheme, key, message, signature);
        let in_browsers = (IN_BROWSERS.verify)(scheme, key, message, signature);
        assert_eq!(here, in_browsers, "{scheme:?}");
        here
    }

    #[test]
    fn what_this_provider_signed_is_taken_here_and_in_browsers_and_nothing_else_is() {
        let random = SystemRandom::new();
        let message = b"what was stamped";
        let mut signed: Vec<(Scheme, Vec<u8>, Vec<u8>)> = Vec::new();
        for (scheme, algorithm) in [
            (Scheme::P256Sha256, &ECDSA_P256_SHA256_ASN1_SIGNING),
            (Scheme::P384Sha384, &ECDSA_P384_SHA384_ASN1_SIGNING),
            (Scheme::P521Sha256, &ECDSA_P521_SHA256_ASN1_SIGNING),
            (Scheme::P521Sha384, &ECDSA_P521_SHA384_ASN1_SIGNING),
            (Scheme::P521Sha512, &ECDSA_P521_SHA512_ASN1_SIGNING),
        ] {
            let key = EcdsaKeyPair::generate(algorithm).unwrap();
            let signature = key.sign(&random, message).unwrap().as_ref().to_vec();
            signed.push((scheme, key.public_key().as_ref().to_vec(), signature));
        }
        // Digests of another length than the curve's, which this provider does not sign.
        let p256 = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let p384 = p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap();
        let (sha256, sha384) = (IN_BROWSERS.sha256, IN_BROWSERS.sha384);
        let sha512 = IN_BROWSERS.sha512;
        for (scheme, digest) in [
            (Scheme::P256Sha384, sha384(message).to_vec()),
            (Scheme::P256Sha512, sha512(message).to_vec()),
        ] {
            let signature: p256::ecdsa::Signature = p256.sign_prehash(&digest).unwrap();
            let key = p256.verifying_key().to_sec1_point(false);
            signed.push((
                scheme,
                key.as_bytes().to_vec(),
                signature.to_der().as_bytes().to_vec(),
            ));
        }
        for (scheme, digest) in [
            (Scheme::P384Sha256, sha256(message).to_vec()),
            (Scheme::P384Sha512, sha512(message).to_vec()),
        ] {
            let signature: p384::ecdsa::Signature = p384.sign_prehash(&digest).unwrap();
            let key = p384.verifying_key().to_sec1_point(false);
            signed.push((
                scheme,
                key.as_bytes().to_vec(),
                signature.to_der().as_bytes().to_vec(),
            ));
        }
        let rsa = RsaKeyPair::generate(KeySize::Rsa3072).unwrap();
        for (scheme, padding) in [
            (Scheme::RsaPkcs1Sha256, &RSA_PKCS1_SHA256),
            (Scheme::RsaPkcs1Sha384, &RSA_PKCS1_SHA384),
            (Scheme::RsaPkcs1Sha512, &RSA_PKCS1_SHA512),
        ] {
            let mut signature = vec![0; rsa.public_modulus_len()];
            rsa.sign(padding, &random, message, &mut signature).unwrap();
            signed.push((scheme, rsa.public_key().as_ref().to_vec(), signature));
        }
        let key = Ed25519KeyPair::generate().unwrap();
        let signature = key.sign(message).as_ref().to_vec();
        signed.push((
            Scheme::Ed25519,
            key.public_key().as_ref().to_vec(),
            signature,
        ));

        let schemes: Vec<_> = signed.iter().map(|(scheme, _, _)| *scheme).collect();
        for (scheme, key, signature) in &signed {
            assert!(both(*scheme, key, message, signature), "{scheme:?}");
            assert!(!both(*scheme, key, b"another", signature), "{scheme:?}");
            assert!(!both(*scheme, key, message, b""), "{scheme:?}");
            let mut altered = signature.clone();
            *altered.last_mut().unwrap() ^= 1;
            assert!(!both(*scheme, key, message, &altered), "{scheme:?}");
            for other in schemes.iter().filter(|other| *other != scheme) {
                assert!(
                    !both(*other, key, message, signature),
                    "{scheme:?} as {other:?}"
                );
            }
        }
    }

    /// With such a key one signature holds for every message.
    #[test]
    fn t15_an_ed25519_key_of_small_order_signs_nothing() {
        // The neutral point, as key and as the signature's `R`; `S` is 0.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!both(Scheme::Ed25519, &neutral, b"anything", &signature));
    }

    /// Anybody makes such a key for a signature that they choose: 2^1024 - 1, squared, is the encoded message beside a multiple of the
    /// modulus, which is that square less the message.
    #[test]
    fn t15_an_rsa_key_with_an_even_exponent_signs_nothing() {
        let message = b"stamped 3";
        let digest = (ANCHOR_CRYPTO.sha256)(message);
        assert_eq!(digest[31] % 2, 0, "the modulus is odd");
        let prefix = "3031300d060960864801650304020105000420";
        let mut encoded = vec![0, 1];
        encoded.resize(204, 0xff);
        encoded.push(0);
        encoded.extend(decode_hex(prefix).unwrap());
        encoded.extend(digest);
        let mut square = vec![0xff_u8; 127];
        square.push(0xfe);
        square.resize(255, 0);
        square.push(1);
        assert_eq!((encoded.len(), square.len()), (256, 256));
        let mut borrowed = false;
        let mut modulus = square;
        for (byte, less) in modulus.iter_mut().zip(&encoded).rev() {
            let (once, a) = byte.overflowing_sub(*less);
            let (twice, b) = once.overflowing_sub(borrowed.into());
            (*byte, borrowed) = (twice, a || b);
        }
        let mut key = decode_hex("308201080282010100").unwrap();
        key.extend(modulus);
        key.extend([0x02, 0x01, 0x02]);
        let signature = [vec![0; 128], vec![0xff; 128]].concat();
        assert!(!both(Scheme::RsaPkcs1Sha256, &key, message, &signature));
    }

    #[test]
    fn t15_wycheproof_verdicts_hold_for_signatures_as_certificates_have_them() {
        let (mut seen, mut valid) = (0, 0);
        for entry in fs::read_dir(VECTORS).expect("the vectors stand in ../shared/vectors") {
            let path = entry.unwrap().path();
            let Ok(file) = serde_json::from_slice::<Value>(&fs::read(&path).unwrap()) else {
                continue;
            };
            let schema = file["schema"].as_str().unwrap_or_default();
            for group in file["testGroups"].as_array().unwrap_or(&vec![]) {
                let curve = group["publicKey"]["curve"].as_str();
                let scheme = match (schema, curve, group["sha"].as_str()) {
                    ("ecdsa_verify_schema_v1.json", Some("secp256r1"), Some("SHA-256")) => {
                        Scheme::P256Sha256
                    }
                    ("ecdsa_verify_schema_v1.json", Some("secp384r1"), Some("SHA-384")) => {
                        Scheme::P384Sha384
                    }
                    ("rsassa_pkcs1_verify_schema_v1.json", _, Some("SHA-256")) => {
                        Scheme::RsaPkcs1Sha256
                    }
                    _ => continue,
                };
                let hex = |value: &Value| decode_hex(value.as_str().unwrap()).unwrap();
                let key = match scheme {
                    Scheme::RsaPkcs1Sha256 => hex(&group["publicKeyAsn"]),
                    _ => hex(&group["publicKey"]["uncompressed"]),
                };
                for test in group["tests"].as_array().unwrap() {
                    let taken = both(scheme, &key, &hex(&test["msg"]), &hex(&test["sig"]));
                    // "acceptable": a verifier may; both of ours are strict.
                    let expected = test["result"] == "valid";
                    assert_eq!(taken, expected, "{} {test}", path.display());
                    seen += 1;
                    valid += usize::from(expected);
                }
            }
        }
        assert!(seen > 800 && valid > 200, "{seen} tests, {valid} valid");
    }
}
