//! What no implementation can go below: the parts of issuing and verifying that are not about the meaning of the document.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};

use crate::cpu::{self, Named};

/// One time: parse the JSON, hash the canonical bytes, one Ed25519 signature, write the JSON.
pub(crate) fn issue(text: &str, canonical: &str, signer: &Ed25519KeyPair) {
    let parsed: serde_json::Value = serde_json::from_str(black_box(text)).expect("it is JSON");
    let input = signing_input(canonical);
    black_box(signer.sign(black_box(&input)));
    black_box(serde_json::to_string(black_box(&parsed)).expect("it is JSON"));
}

/// One time: parse the JSON, one Ed25519 signature over what a token signs, write the JSON.
pub(crate) fn issue_token(text: &str, input: &[u8], signer: &Ed25519KeyPair) {
    let parsed: serde_json::Value = serde_json::from_str(black_box(text)).expect("it is JSON");
    black_box(signer.sign(black_box(input)));
    black_box(serde_json::to_string(black_box(&parsed)).expect("it is JSON"));
}

/// A check of one signature over the canonical bytes, by the library that is faster on this machine: one time of it is
/// parse the JSON, hash the canonical bytes, one Ed25519 verification.
pub(crate) fn verify<'f>(
    signed: &'f [u8],
    canonical: &'f str,
    public: [u8; 32],
    signer: &Ed25519KeyPair,
) -> Result<Named<'f>> {
    faster(signed, public, signer, move || signing_input(canonical))
}

/// The same of a token: parse the JSON, one Ed25519 verification of what it signs.
pub(crate) fn verify_token<'f>(
    payload: &'f [u8],
    input: &'f [u8],
    public: [u8; 32],
    signer: &Ed25519KeyPair,
) -> Result<Named<'f>> {
    faster(payload, public, signer, move || input)
}

/// Parse the JSON, make the input of the signature, check it, by the library that is faster here.
fn faster<'f, I: AsRef<[u8]>>(
    json: &'f [u8],
    public: [u8; 32],
    signer: &Ed25519KeyPair,
    input: impl Fn() -> I + Copy + 'f,
) -> Result<Named<'f>> {
    let signature: [u8; 64] = signer
        .sign(input().as_ref())
        .as_ref()
        .try_into()
        .context("an Ed25519 signature is 64 bytes long")?;
    let checks: [(&str, Check); 2] = [("aws-lc", by_aws_lc), ("ed25519-dalek", by_dalek)];
    for (_, check) in checks {
        ensure!(
            check(&public, input().as_ref(), &signature),
            "the floor's own signature does not verify"
        );
    }
    let [one, two] = checks.map(|(library, check)| -> Named<'f> {
        let work = move || {
            let parsed: serde_json::Value =
                serde_json::from_slice(black_box(json)).expect("it is JSON");
            black_box(parsed);
            let input = input();
            black_box(check(black_box(&public), input.as_ref(), &signature));
        };
        (library, Box::new(work))
    });
    Ok(cpu::faster(one, two))
}

/// Key, message, signature.
type Check = fn(&[u8; 32], &[u8], &[u8; 64]) -> bool;

/// What is signed: 64 bytes, of which the canonical bytes of the document decide half. The other half, of the proof, is
/// the same for a whole cohort.
fn signing_input(canonical: &str) -> [u8; 64] {
    let mut input = [0; 64];
    input[32..].copy_from_slice(digest(&SHA256, black_box(canonical.as_bytes())).as_ref());
    input
}

fn by_aws_lc(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, public)
        .verify(message, signature)
        .is_ok()
}

fn by_dalek(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    ed25519_dalek::VerifyingKey::from_bytes(public)
        .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}
