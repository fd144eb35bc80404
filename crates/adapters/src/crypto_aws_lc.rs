//! Hashes and signature checks by AWS-LC.
//!
//! AWS-LC checks Ed25519 as RFC 8032 §5.1.7 allows; [`Crypto::verify_ed25519`] asks for more, so that a signature has one
//! form and one key: points of small order are refused here, by their seven encodings.

use aws_lc_rs::{
    digest::{SHA256, SHA384, SHA512, digest},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
        RsaPublicKeyComponents, UnparsedPublicKey,
    },
};
use touchstone_vc::{Crypto, crypto::RsaKey};

/// The server's provider. The same vectors run on it and on the pure-Rust one.
pub static CRYPTO: Crypto = Crypto {
    sha256,
    sha384,
    sha512,
    verify_ed25519,
    verify_p256,
    verify_p384,
    verify_rs256,
};

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes)
        .as_ref()
        .try_into()
        .expect("SHA-256 is 32 bytes long")
}

fn sha384(bytes: &[u8]) -> [u8; 48] {
    digest(&SHA384, bytes)
        .as_ref()
        .try_into()
        .expect("SHA-384 is 48 bytes long")
}

fn sha512(bytes: &[u8]) -> [u8; 64] {
    digest(&SHA512, bytes)
        .as_ref()
        .try_into()
        .expect("SHA-512 is 64 bytes long")
}

fn verify_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (r, _) = signature.split_at(32);
    !is_small_order(key)
        && !is_small_order(r)
        && UnparsedPublicKey::new(&ED25519, key)
            .verify(message, signature)
            .is_ok()
}

fn verify_p256(key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(message, signature)
        .is_ok()
}

fn verify_p384(key: &[u8; 49], message: &[u8], signature: &[u8; 96]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, key)
        .verify(message, signature)
        .is_ok()
}

fn verify_rs256(key: &RsaKey, message: &[u8], signature: &[u8]) -> bool {
    RsaPublicKeyComponents {
        n: &key.n,
        e: &key.e,
    }
    .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
    .is_ok()
}

/// Whether an encoded point has order 1, 2, 4 or 8: its y is one of five values, two of which have a second encoding
/// (y + p). The sign bit does not matter.
pub(crate) fn is_small_order(point: &[u8]) -> bool {
    let Some((last, rest)) = point.split_last() else {
        return true;
    };
    SMALL_ORDER_Y
        .iter()
        .any(|y| rest == &y[..31] && last & 0x7f == y[31])
}

const SMALL_ORDER_Y: [[u8; 32]; 7] = [
    [0; 32],
    filled(0x01, 0x00, 0x00),
    filled(0xec, 0xff, 0x7f),
    filled(0xed, 0xff, 0x7f),
    filled(0xee, 0xff, 0x7f),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, //
        0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc,
        0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, //
        0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03,
        0x7a,
    ],
];

const fn filled(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;
    use touchstone_vc::crypto::rust;

    use super::*;

    const VECTORS: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/wycheproof"
    );

    fn hex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// Runs every test of every file of `schema` whose groups `reads` can read: what this provider says is what Wycheproof says,
    /// and what the pure-Rust provider says. A file that is added is run.
    #[track_caller]
    fn run(
        schema: &str,
        least: usize,
        reads: impl Fn(&Value) -> Option<Vec<u8>>,
        verify: impl Fn(&Crypto, &Value, &[u8], &[u8], &[u8]) -> bool,
    ) {
        let mut seen = 0;
        let folder = fs::read_dir(VECTORS).expect("the vectors stand in ../shared/vectors");
        for entry in folder {
            let path = entry.unwrap().path();
            let Ok(file) = serde_json::from_slice::<Value>(&fs::read(&path).unwrap()) else {
                continue;
            };
            if file["schema"] != schema {
                continue;
            }
            for group in file["testGroups"].as_array().unwrap() {
                let Some(key) = reads(group) else { continue };
                for test in group["tests"].as_array().unwrap() {
                    let message = hex(test["msg"].as_str().unwrap());
                    let signature = hex(test["sig"].as_str().unwrap());
                    let ours = verify(&CRYPTO, group, &key, &message, &signature);
                    let pure = verify(&rust::CRYPTO, group, &key, &message, &signature);
                    assert_eq!(ours, pure, "{} {test}", path.display());
                    // "acceptable": a verifier may; both of ours are strict.
                    assert_eq!(ours, test["result"] == "valid", "{} {test}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > least, "only {seen} vectors were found");
    }

    #[test]
    fn t15_wycheproof_ed25519_verdicts_hold_and_agree_with_pure_rust() {
        run(
            "eddsa_verify_schema_v1.json",
            100,
            |group| {
                (group["publicKey"]["curve"] == "edwards25519")
                    .then(|| hex(group["publicKey"]["pk"].as_str().unwrap()))
            },
            |crypto, _, key, message, signature| match (key.try_into(), signature.try_into()) {
                (Ok(key), Ok(signature)) => (crypto.verify_ed25519)(key, message, signature),
                _ => false,
            },
        );
    }

    #[test]
    fn t15_wycheproof_ecdsa_verdicts_hold_and_agree_with_pure_rust() {
        run(
            "ecdsa_p1363_verify_schema_v1.json",
            300,
            |group| match (group["publicKey"]["curve"].as_str(), group["sha"].as_str()) {
                (Some("secp256r1"), Some("SHA-256")) | (Some("secp384r1"), Some("SHA-384")) => {
                    let point = hex(group["publicKey"]["uncompressed"].as_str().unwrap());
                    let (x, y) = point[1..].split_at(point.len() / 2);
                    Some([&[2 + (y[y.len() - 1] & 1)], x].concat())
                }
                _ => None,
            },
            |crypto, _, key, message, signature| match key.len() {
                33 => signature.try_into().is_ok_and(|signature| {
                    (crypto.verify_p256)(key.try_into().unwrap(), message, signature)
                }),
                _ => signature.try_into().is_ok_and(|signature| {
                    (crypto.verify_p384)(key.try_into().unwrap(), message, signature)
                }),
            },
        );
    }

    #[test]
    fn t15_wycheproof_rsa_verdicts_hold_and_agree_with_pure_rust() {
        run(
            "rsassa_pkcs1_verify_schema_v1.json",
            150,
            |group| {
                (group["sha"] == "SHA-256").then(|| {
                    let modulus = hex(group["publicKey"]["modulus"].as_str().unwrap());
                    modulus.into_iter().skip_while(|byte| *byte == 0).collect()
                })
            },
            |crypto, group, key, message, signature| {
                let key = RsaKey {
                    n: key.to_vec(),
                    e: hex(group["publicKey"]["publicExponent"].as_str().unwrap()),
                };
                (crypto.verify_rs256)(&key, message, signature)
            },
        );
    }

    #[test]
    fn points_of_small_order_sign_nothing() {
        // With A of order 1, R of order 1 and S = 0 the bare equation holds for every message.
        let identity = filled(1, 0, 0);
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&identity);
        assert!(
            UnparsedPublicKey::new(&ED25519, &identity)
                .verify(b"any", &signature)
                .is_ok(),
            "the equation alone accepts"
        );
        assert!(!verify_ed25519(&identity, b"any", &signature));
        for y in SMALL_ORDER_Y {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&y).expect("a point");
            assert!(key.is_weak(), "{y:?}");
        }
    }
}
