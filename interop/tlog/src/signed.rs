//! A log that we keep as Sigsum keeps its own: its reader takes our inclusion proofs, the log's signature and the witness's cosignature.
//!
//! [Sigsum](https://git.glasklar.is/sigsum/project/documentation/-/blob/main/log.md) has entries of one form and names a log by its key; its tree,
//! its checkpoint and its cosignatures are those of C2SP.

use anyhow::{Context, Result, ensure};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use touchstone_tlog::crypto::rust::CRYPTO;
use touchstone_tlog::note::{PublicKey, VerifierKey};
use touchstone_tlog::{Checkpoint, Frontier, Hash, cosignature, merkle};

use crate::Figures;

/// Every entry of a tree of `size`, shown to Sigsum's reader.
pub fn signed(size: u64, figures: &mut Figures) -> Result<()> {
    let [log, witness, submitter] = [5, 6, 7].map(|seed| SigningKey::from_bytes(&[seed; 32]));
    let mut tree = Frontier::default();
    let mut nodes = BTreeMap::new();
    let mut leaves = Vec::new();
    for number in 0..size {
        let message = (CRYPTO.sha256)(format!("message {number}").as_bytes());
        let checksum = (CRYPTO.sha256)(&message);
        let signature = submitter.sign(&[&b"sigsum.org/v1/tree-leaf\0"[..], &checksum].concat());
        let leaf = [&checksum[..], &signature.to_bytes(), &keyhash(&submitter)].concat();
        tree.push(&CRYPTO, merkle::leaf_hash(&CRYPTO, &leaf), |node, hash| {
            nodes.insert(node, hash);
        });
        leaves.push((message, signature.to_bytes()));
    }
    let origin = format!("sigsum.org/v1/tree/{}", hex(&keyhash(&log)));
    let checkpoint = Checkpoint::new(&origin, size, tree.root(&CRYPTO))?.text();
    let key = PublicKey::CosignatureEd25519(witness.verifying_key().to_bytes());
    let key = VerifierKey::new("witness.example", key, &CRYPTO)?;
    let time = 1_795_000_000;
    let cosigned = cosignature::message(&key, &checkpoint, time).context("a checkpoint")?;
    let head = format!(
        "size={size}\nroot_hash={}\nsignature={}\ncosignature={} {time} {}\n",
        hex(&tree.root(&CRYPTO).0),
        hex(&log.sign(checkpoint.as_bytes()).to_bytes()),
        hex(&keyhash(&witness)),
        hex(&witness.sign(&cosigned).to_bytes()),
    );
    let policy = policy(&log, &witness)?;
    for (index, (message, signature)) in (0..size).zip(&leaves) {
        let read = |node| nodes.get(&node).copied().context("a node");
        let path = merkle::prove_inclusion(&CRYPTO, index, size, read)?.context("a proof")?;
        let leaf = format!(
            "version=2\nlog={}\nleaf={} {}\n",
            hex(&keyhash(&log)),
            hex(&keyhash(&submitter)),
            hex(signature)
        );
        let shown = format!("{leaf}\n{head}\n{}", proof(index, &path));
        let holds = |text: &str| {
            let read = sigsum::SigsumSignature::from_ascii(text);
            let signers = [submitter.verifying_key().to_bytes().into()];
            read.is_ok_and(|one| {
                sigsum::verify(&(*message).into(), &one, &signers, &policy).is_ok()
            })
        };
        ensure!(
            holds(&shown),
            "Sigsum's reader refuses entry {index} of {size}"
        );
        figures.proofs += 1;
        for (from, to) in [
            (
                format!("leaf_index={index}\n"),
                format!("leaf_index={}\n", index + 1),
            ),
            (format!("size={size}\n"), format!("size={}\n", size + 1)),
            (format!(" {time} "), format!(" {} ", time + 1)),
        ] {
            ensure!(
                !holds(&shown.replacen(&from, &to, 1)),
                "taken: {from} as {to}"
            );
            figures.refused += 1;
        }
        for place in 0..path.len() {
            let mut touched = path.clone();
            touched[place].0[place % 32] ^= 1;
            let touched = format!("{leaf}\n{head}\n{}", proof(index, &touched));
            ensure!(!holds(&touched), "a touched proof of {index} was taken");
            figures.refused += 1;
        }
    }
    Ok(())
}

/// The log counts where the witness has seen it.
fn policy(log: &SigningKey, witness: &SigningKey) -> Result<sigsum::Policy> {
    let mut policy = sigsum::PolicyBuilder::new();
    policy.add_log(log.verifying_key().to_bytes().into(), None)?;
    let key = witness.verifying_key().to_bytes().into();
    policy.add_witness("witness".into(), key, None)?;
    policy.set_quorum("witness".into())?;
    Ok(policy.build())
}

fn proof(index: u64, path: &[Hash]) -> String {
    let mut text = format!("leaf_index={index}\n");
    for hash in path {
        let _ = writeln!(text, "node_hash={}", hex(&hash.0));
    }
    text
}

fn keyhash(key: &SigningKey) -> [u8; 32] {
    (CRYPTO.sha256)(key.verifying_key().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
