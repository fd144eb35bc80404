//! The pure-Rust provider against the vectors that break others.

use serde_json::Value;
use touchstone_canon::multibase::decode_hex;
use touchstone_vc::crypto::rust::CRYPTO;

use crate::support::vector;

fn cases(file: &str) -> Vec<(Vec<u8>, Value)> {
    let suite: Value = serde_json::from_slice(&vector(&format!("wycheproof/{file}"))).unwrap();
    let mut cases = Vec::new();
    for group in suite["testGroups"].as_array().unwrap() {
        let key = group["publicKey"]["pk"]
            .as_str()
            .or_else(|| group["publicKey"]["uncompressed"].as_str())
            .unwrap();
        for test in group["tests"].as_array().unwrap() {
            cases.push((decode_hex(key).unwrap(), test.clone()));
        }
    }
    cases
}

fn run(file: &str, verify: impl Fn(&[u8], &[u8], &[u8; 64]) -> bool) {
    let mut valid = 0;
    let cases = cases(file);
    for (key, test) in &cases {
        let field = |name: &str| decode_hex(test[name].as_str().unwrap()).unwrap();
        // A signature of another length never reaches a provider.
        let accepted = field("sig")
            .try_into()
            .is_ok_and(|signature| verify(key, &field("msg"), &signature));
        let expect = test["result"] == "valid";
        valid += usize::from(expect);
        assert_eq!(
            accepted, expect,
            "{file} {} {}",
            test["tcId"], test["comment"]
        );
    }
    assert!(cases.len() > 80 && valid > 20, "{} {valid}", cases.len());
}

#[test]
fn t15_ed25519_takes_one_form_of_a_signature() {
    run("ed25519_test.json", |key, message, signature| {
        key.try_into()
            .is_ok_and(|key| (CRYPTO.verify_ed25519)(key, message, signature))
    });
}

#[test]
fn t15_p256_takes_what_is_valid() {
    run(
        "ecdsa_secp256r1_sha256_p1363_test.json",
        |key, message, signature| {
            // 0x04 ‖ x ‖ y; the sign of y goes into the first byte of the compressed form.
            let [4, rest @ ..] = key else { return false };
            let mut compressed = [0; 33];
            compressed[0] = 2 + (rest[63] & 1);
            compressed[1..].copy_from_slice(&rest[..32]);
            (CRYPTO.verify_p256)(&compressed, message, signature)
        },
    );
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
}
