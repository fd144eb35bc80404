//! An issuer with a list, and a log that has its statement.

use ed25519_dalek::{Signer as _, SigningKey};
use touchstone_bundle::{StatusFile, StatusProof, status_root};
use touchstone_tlog::{
    Checkpoint, Hash, Node, Note, PublicKey, SignedCheckpoint, TlogProof, VerifierKey, cosignature,
    crypto::rust::CRYPTO as TREE, merkle, note::SignatureLine,
};
use touchstone_vc::{
    Timestamp,
    crypto::rust::CRYPTO,
    did,
    log::{Entry, NO_KEYS, StatusRoot},
    model::StatusPurpose,
    status::bitstring::{Bits, StatusList},
};

pub(crate) const URL: &str = "https://verify.example.edu/i/riverside/status/1";
pub(crate) const ORIGIN: &str = "verify.example.edu/log";
/// The published list has as many.
pub(crate) const LENGTH: u64 = 131_072;

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn public(seed: u8) -> did::PublicKey {
    did::PublicKey::Ed25519(key(seed).verifying_key().to_bytes())
}

/// The issuer that signs with a key, and contains it.
pub(crate) fn issuer(seed: u8) -> String {
    did::key::did(&public(seed))
}

/// A list of `length` entries, of which these are set.
pub(crate) fn bits(length: u64, set: impl IntoIterator<Item = u64>) -> Bits {
    let mut bits = Bits::new(length);
    for index in set {
        bits.set(index, true).unwrap();
    }
    bits
}

/// About `share` of 1,000 entries set, always the same ones.
pub(crate) fn random(length: u64, share: u64) -> Bits {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    bits(
        length,
        (0..length).filter(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % 1_000 < share
        }),
    )
}

pub(crate) fn list(bits: Bits) -> StatusList {
    StatusList {
        id: URL.into(),
        issuer: issuer(1),
        purpose: StatusPurpose::Revocation,
        valid_from: at("2026-11-21T14:02:00Z"),
        valid_until: at("2026-11-28T14:02:00Z"),
        ttl_millis: 30_000,
        bits,
    }
}

/// The list as it is published. Nothing here looks at its signature.
pub(crate) fn published(list: &StatusList) -> Vec<u8> {
    list.unsigned().to_string().into_bytes()
}

pub(crate) fn stated(list: &StatusList) -> StatusRoot {
    StatusRoot {
        issuer: list.issuer.clone(),
        url: list.id.clone(),
        purpose: list.purpose.as_str().into(),
        length: list.bits.len(),
        valid_from: list.valid_from,
        valid_until: list.valid_until,
        root: status_root(&list.bits, &TREE).unwrap().0,
        method: did::key::verification_method(&public(1)),
    }
}

/// The entry of a statement that the issuer signed.
pub(crate) fn entry(stated: &StatusRoot) -> Vec<u8> {
    let signature = key(1).sign(&stated.signing_input().unwrap());
    let signed = stated.signed(&signature.to_bytes()).unwrap();
    let entry = StatusRoot::entry(&signed, &NO_KEYS).unwrap();
    assert!(matches!(entry, Entry::StatusListRoot { .. }));
    entry.encode().unwrap()
}

pub(crate) fn proof(list: &StatusList, index: u64) -> StatusProof {
    StatusProof::make(&published(list), &entry(&stated(list)), index, &TREE).unwrap()
}

/// The key of the log that signs with this seed.
pub(crate) fn log_key(seed: u8) -> VerifierKey {
    log_key_of(ORIGIN, seed)
}

pub(crate) fn log_key_of(origin: &str, seed: u8) -> VerifierKey {
    let public = key(seed).verifying_key().to_bytes();
    VerifierKey::new(origin, PublicKey::Ed25519(public), &TREE).unwrap()
}

/// A log of three entries, of which the second is this one.
pub(crate) fn logged(entry: &[u8], seed: u8) -> TlogProof {
    let leaves: Vec<Hash> = [b"one" as &[u8], entry, b"three"]
        .iter()
        .map(|entry| merkle::leaf_hash(&TREE, entry))
        .collect();
    let read = |node: Node| match node.level {
        0 => leaves.get(node.index as usize).copied().ok_or(()),
        _ => Ok(merkle::node_hash(&TREE, leaves[0], leaves[1])),
    };
    let root = merkle::root(&TREE, 3, read).unwrap();
    let path = merkle::prove_inclusion(&TREE, 1, 3, read).unwrap().unwrap();
    let checkpoint = Checkpoint::new(ORIGIN, 3, root).unwrap();
    let mut note = Note::new(&checkpoint.text()).unwrap();
    let signature = key(seed).sign(checkpoint.text().as_bytes());
    note.add(SignatureLine::new(
        &log_key(seed),
        signature.to_bytes().to_vec(),
    ));
    TlogProof {
        extra: None,
        index: 1,
        path,
        checkpoint: SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap(),
    }
}

/// The key of a witness.
pub(crate) fn witness_key(seed: u8) -> VerifierKey {
    let public = key(seed).verifying_key().to_bytes();
    VerifierKey::new("one.example", PublicKey::CosignatureEd25519(public), &TREE).unwrap()
}

/// Has the witness see the checkpoint, at so many seconds since 1970.
pub(crate) fn cosign(logged: &mut TlogProof, seed: u8, at: u64) {
    let mut note = logged.checkpoint.note.clone();
    let witness = witness_key(seed);
    let message = cosignature::message(&witness, note.text(), at).unwrap();
    let signature = key(seed).sign(&message).to_bytes();
    note.add(SignatureLine::new(
        &witness,
        cosignature::timestamped(&witness, at, &signature),
    ));
    logged.checkpoint = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
}

pub(crate) fn file(list: &StatusList, index: u64) -> StatusFile {
    let proof = proof(list, index);
    let logged = logged(proof.entry(), 9);
    StatusFile { proof, logged }
}

pub(crate) fn is_signed(proof: &StatusProof) -> bool {
    let issuer = did::DidDocument::contained(&proof.stated().issuer);
    issuer.is_some_and(|issuer| {
        issuer.is_ok_and(|issuer| proof.is_signed_by_issuer(&issuer, &CRYPTO))
    })
}
