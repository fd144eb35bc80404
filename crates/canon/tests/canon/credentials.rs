//! Credentials as institutions issue them, in safe mode.

use crate::{canonical, read};
use touchstone_canon::json::Value;

/// `document` without its proof.
fn unsecured(json: &str) -> String {
    let mut document = Value::parse(json.as_bytes()).unwrap();
    document.as_object_mut().unwrap().remove("proof");
    document.to_string()
}

#[test]
fn a_real_open_badge_canonicalizes_in_safe_mode() {
    let nquads = canonical(&unsecured(&read("sample-shapes/aim.json"))).unwrap();
    println!("{nquads}");
    assert!(nquads.lines().count() > 60);
}

#[track_caller]
fn same_form(document: &str, expect: &str) {
    assert_eq!(
        canonical(&unsecured(&read(document))).unwrap(),
        read(expect),
        "{document}"
    );
}

#[test]
fn the_eddsa_and_ecdsa_vectors_have_the_published_canonical_forms() {
    same_form(
        "vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json",
        "vc-di-eddsa/eddsa-rdfc-2022/canonDocDataInt.txt",
    );
    same_form(
        "vc-di-eddsa/eddsa-rdfc-2022/proofConfigDataInt.json",
        "vc-di-eddsa/eddsa-rdfc-2022/proofCanonDataInt.txt",
    );
    same_form(
        "vc-di-eddsa/Ed25519Signature2020/signedEdSig.json",
        "vc-di-eddsa/Ed25519Signature2020/canonDocEdSig.txt",
    );
    same_form(
        "vc-di-eddsa/Ed25519Signature2020/proofConfigEdSig.json",
        "vc-di-eddsa/Ed25519Signature2020/proofCanonEdSig.txt",
    );
}
