//! The pure-Rust provider against the vectors that break others. Every file of the folder that a function can read is
//! run; the server's provider is held to the same files in `adapters`.

use serde_json::Value;
use touchstone_canon::multibase::decode_hex;
use touchstone_vc::crypto::RsaKey;
use touchstone_vc::crypto::rust::CRYPTO;

use crate::support::vectors;

/// Runs every test of the files with this schema: a test group, its message and its signature.
#[track_caller]
fn run(schema: &str, least: usize, verify: impl Fn(&Value, &[u8], &[u8]) -> Option<bool>) {
    let (mut seen, mut valid) = (0, 0);
    for path in vectors("wycheproof", ".json") {
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        if file["schema"] != schema {
            continue;
        }
        for group in file["testGroups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let Some(accepted) = verify(group, &hex(&test["msg"]), &hex(&test["sig"])) else {
                    continue;
                };
                let expect = test["result"] == "valid";
                assert_eq!(accepted, expect, "{} {test}", path.display());
                seen += 1;
                valid += usize::from(expect);
            }
        }
    }
    assert!(seen > least && valid > 5, "{seen} tests, {valid} valid");
}

fn hex(value: &Value) -> Vec<u8> {
    decode_hex(value.as_str().unwrap()).unwrap()
}

#[test]
fn t15_ed25519_takes_one_form_of_a_signature() {
    run("eddsa_verify_schema_v1.json", 100, |group, message, sig| {
        let key = hex(&group["publicKey"]["pk"]).try_into().ok()?;
        // A signature of another length never reaches a provider.
        Some(
            sig.try_into()
                .is_ok_and(|sig| (CRYPTO.verify_ed25519)(&key, message, sig)),
        )
    });
}

#[test]
fn t15_ecdsa_takes_what_is_valid_with_low_and_high_s() {
    let schema = "ecdsa_p1363_verify_schema_v1.json";
    run(schema, 300, |group, message, sig| {
        // 0x04 ‖ x ‖ y; the sign of y goes into the first byte of the compressed form.
        let point = hex(&group["publicKey"]["uncompressed"]);
        let (x, y) = point[1..].split_at(point.len() / 2);
        let key = [&[2 + (y.last()? & 1)], x].concat();
        match (
            group["publicKey"]["curve"].as_str()?,
            group["sha"].as_str()?,
        ) {
            ("secp256r1", "SHA-256") => {
                let key = key.try_into().ok()?;
                Some(
                    sig.try_into()
                        .is_ok_and(|sig| (CRYPTO.verify_p256)(&key, message, sig)),
                )
            }
            ("secp384r1", "SHA-384") => {
                let key = key.try_into().ok()?;
                Some(
                    sig.try_into()
                        .is_ok_and(|sig| (CRYPTO.verify_p384)(&key, message, sig)),
                )
            }
            _ => None,
        }
    });
}

#[test]
fn t15_rs256_takes_what_is_valid() {
    let schema = "rsassa_pkcs1_verify_schema_v1.json";
    run(schema, 150, |group, message, sig| {
        let zeros_and_n = hex(&group["publicKey"]["modulus"]);
        let key = RsaKey {
            n: zeros_and_n
                .into_iter()
                .skip_while(|byte| *byte == 0)
                .collect(),
            e: hex(&group["publicKey"]["publicExponent"]),
        };
        (group["sha"] == "SHA-256").then(|| (CRYPTO.verify_rs256)(&key, message, sig))
    });
}

#[test]
fn hashes_are_the_standard_ones() {
    let hex = |bytes: &[u8]| touchstone_canon::multibase::encode_hex(bytes);
    assert_eq!(
        hex(&(CRYPTO.sha256)(b"abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert!(
        hex(&(CRYPTO.sha384)(b"abc"))
            .starts_with("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163")
    );
    assert!(
        hex(&(CRYPTO.sha512)(b"abc"))
            .starts_with("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2")
    );
}
