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

/// A check of a signature over canonical bytes, for each of these credentials, by the library that is faster on this machine: one time
/// of each is parse the JSON, hash the canonical bytes, one Ed25519 verification.
pub(crate) fn verify<'f>(
    credentials: &[(&'f [u8], &'f str)],
    public: [u8; 32],
    signer: &Ed25519KeyPair,
) -> Result<Named<'f>> {
    faster(credentials, public, signer, signing_input)
}

/// The same of a token: parse the JSON, one Ed25519 verification of what it signs.
pub(crate) fn verify_token<'f>(
    payload: &'f [u8],
    input: &'f [u8],
    public: [u8; 32],
    signer: &Ed25519KeyPair,
) -> Result<Named<'f>> {
    faster(&[(payload, input)], public, signer, |input| input)
}

/// For each: parse the JSON, make the input of the signature, check it, by the library that is faster here.
fn faster<'f, T: Copy + 'f, I: AsRef<[u8]> + 'f>(
    documents: &[(&'f [u8], T)],
    public: [u8; 32],
    signer: &Ed25519KeyPair,
    input: fn(T) -> I,
) -> Result<Named<'f>> {
    let checks: [(&str, Check); 2] = [("aws-lc", by_aws_lc), ("ed25519-dalek", by_dalek)];
    let mut signed = Vec::with_capacity(documents.len());
    for (json, document) in documents {
        let input = input(*document);
        let signature = signer.sign(input.as_ref());
        let signature: [u8; 64] = signature
            .as_ref()
            .try_into()
            .context("an Ed25519 signature is 64 bytes long")?;
        for (_, check) in checks {
            ensure!(
                check(&public, input.as_ref(), &signature),
                "the floor's own signature does not verify"
            );
        }
        signed.push((*json, *document, signature));
    }
    let [one, two] = checks.map(|(library, check)| -> Named<'f> {
        let signed = signed.clone();
        let work = move || {
            for (json, document, signature) in &signed {
                let parsed: serde_json::Value =
                    serde_json::from_slice(black_box(json)).expect("it is JSON");
                black_box(parsed);
                let input = input(*document);
                black_box(check(black_box(&public), input.as_ref(), signature));
            }
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
