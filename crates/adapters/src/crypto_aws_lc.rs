//! Hashes and signature checks by AWS-LC.
//!
//! AWS-LC checks Ed25519 as RFC 8032 §5.1.7 allows; [`Crypto::verify_ed25519`] asks for more, so that a signature has one
//! form and one key: points of small order are refused here, by their seven encodings.

use aws_lc_rs::{
    digest::{SHA256, SHA384, digest},
    signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey},
};
use touchstone_vc::Crypto;

/// The server's provider. The same vectors run on it and on the pure-Rust one.
pub static CRYPTO: Crypto = Crypto {
    sha256,
    sha384,
    verify_ed25519,
    verify_p256,
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

/// Whether an encoded point has order 1, 2, 4 or 8: its y is one of five values, two of which have a second encoding
/// (y + p). The sign bit does not matter.
fn is_small_order(point: &[u8]) -> bool {
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
    use std::{fs, path::Path};

    use serde_json::Value;
    use touchstone_vc::crypto::rust;

    use super::*;

    const VECTORS: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/wycheproof"
    );

    fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
        let digits: Option<Vec<u8>> = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        digits?.try_into().ok()
    }

    fn vector_files() -> Vec<Value> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(VECTORS).to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in
                fs::read_dir(&folder).expect("the vectors stand in ../shared/vectors/wycheproof")
            {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false if path.extension().is_some_and(|e| e == "json") => {
                        found.extend(serde_json::from_slice(&fs::read(path).unwrap()));
                    }
                    false => {}
                }
            }
        }
        found
    }

    #[test]
    fn t15_wycheproof_ed25519_verdicts_hold_and_agree_with_pure_rust() {
        let mut seen = 0;
        for file in vector_files()
            .iter()
            .filter(|file| file["algorithm"] == "EDDSA")
        {
            for group in file["testGroups"].as_array().unwrap() {
                let Some(key) = bytes::<32>(group["publicKey"]["pk"].as_str().unwrap_or_default())
                else {
                    continue;
                };
                for test in group["tests"].as_array().unwrap() {
                    let message = hex_vec(test["msg"].as_str().unwrap());
                    let Some(signature) = bytes::<64>(test["sig"].as_str().unwrap()) else {
                        continue;
                    };
                    let ours = verify_ed25519(&key, &message, &signature);
                    assert_eq!(ours, test["result"] == "valid", "{test}");
                    assert_eq!(
                        ours,
                        (rust::CRYPTO.verify_ed25519)(&key, &message, &signature),
                        "{test}"
                    );
                    seen += 1;
                }
            }
        }
        assert!(seen > 60, "only {seen} vectors were found");
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

    fn hex_vec(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }
}
