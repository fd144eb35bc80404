//! Proofs in a file.

use touchstone_tlog::merkle::prove_inclusion;
use touchstone_tlog::{
    Policy, PolicyError, ProofError, TlogProof, TlogProofError, TlogProofRefusal,
};

use crate::support::{CRYPTO, Tree, keys, leaf, signed};

fn proof() -> (TlogProof, Policy) {
    let tree = Tree::new(300);
    let [log, ..] = keys("log.example.org");
    let [_, witness, _] = keys("w.example.org");
    let checkpoint = signed(&tree, 300, &[&log, &witness]);
    let path = prove_inclusion(&CRYPTO, 7, 300, |node| tree.read(node));
    let text = format!("log {}\nwitness W {}\nquorum W\n", log.0, witness.0);
    let proof = TlogProof {
        extra: Some(b"salt".to_vec()),
        index: 7,
        path: path.unwrap().unwrap(),
        checkpoint,
    };
    (proof, Policy::parse(text.as_bytes(), &CRYPTO).unwrap())
}

#[test]
fn a_proof_is_read_as_it_is_written_and_holds() {
    let (proof, policy) = proof();
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 7\n"));
    let read = TlogProof::parse(text.as_bytes()).unwrap();
    assert_eq!(read, proof);
    let evaluation = read.verify(leaf(7), &policy, &CRYPTO).unwrap();
    assert!(evaluation.has_quorum);
    let other = read.verify(leaf(8), &policy, &CRYPTO);
    assert_eq!(
        other,
        Err(TlogProofRefusal::Inclusion(ProofError::OtherRoot))
    );
    let alone = TlogProof {
        extra: None,
        ..read
    };
    assert!(
        alone
            .to_string()
            .starts_with("c2sp.org/tlog-proof@v1\nindex 7\n")
    );
    assert_eq!(TlogProof::parse(alone.to_string().as_bytes()), Ok(alone));
}

#[test]
fn any_flipped_bit_of_a_proof_fails_but_for_its_extra_line() {
    let (proof, policy) = proof();
    let bytes = proof.to_string().into_bytes();
    for place in 0..bytes.len() {
        for bit in [0, 3, 7] {
            let mut touched = bytes.clone();
            touched[place] ^= 1 << bit;
            let Ok(read) = TlogProof::parse(&touched) else {
                continue;
            };
            let same = TlogProof {
                extra: proof.extra.clone(),
                ..read.clone()
            } == proof;
            let holds = read.verify(leaf(7), &policy, &CRYPTO);
            let holds = holds.is_ok_and(|evaluation| evaluation.has_quorum);
            assert_eq!(holds, same, "bit {bit} of byte {place}");
        }
    }
}

#[test]
fn t50_a_proof_that_no_witness_saw_is_pending_and_not_false() {
    let (mut proof, policy) = proof();
    proof
        .checkpoint
        .note
        .retain(|line| line.name() == "log.example.org");
    let evaluation = proof.verify(leaf(7), &policy, &CRYPTO).unwrap();
    assert!(!evaluation.has_quorum);
    assert_eq!(evaluation.earliest(), None);
    proof.checkpoint.note.retain(|_| false);
    let outcome = proof.verify(leaf(7), &policy, &CRYPTO);
    let refused = matches!(
        outcome,
        Err(TlogProofRefusal::Policy(PolicyError::NotSignedByLog { .. }))
    );
    assert!(refused);
}

#[test]
fn bytes_that_are_no_proof_are_refused_with_the_line() {
    let (proof, _) = proof();
    let text = proof.to_string();
    let hash = text.lines().nth(3).unwrap();
    for (text, error) in [
        (String::new(), TlogProofError::NoCheckpoint),
        (text.replacen("@v1", "@v2", 1), TlogProofError::Header),
        (
            text.replacen("c2FsdA==", "c2FsdA", 1),
            TlogProofError::Extra,
        ),
        (text.replacen("c2FsdA==", "", 1), TlogProofError::Extra),
        (
            text.replacen("index 7", "index 07", 1),
            TlogProofError::Index,
        ),
        (text.replacen("extra", "more", 1), TlogProofError::Index),
        (
            text.replacen(hash, "AAAA", 1),
            TlogProofError::Hash { line: 4 },
        ),
        (
            text.replacen("index 7\n", "index 7\r\n", 1),
            TlogProofError::Index,
        ),
        (
            text.replacen(hash, &[hash; 60].join("\n"), 1),
            TlogProofError::TooManyHashes,
        ),
    ] {
        assert_eq!(TlogProof::parse(text.as_bytes()), Err(error), "{text}");
    }
    let cut = &text.as_bytes()[..text.len() - 1];
    assert!(matches!(
        TlogProof::parse(cut),
        Err(TlogProofError::Checkpoint(_))
    ));
}
