//! What a witness decides, and how a log reads what it answers.

use touchstone_tlog::merkle::{empty_root, prove_consistency};
use touchstone_tlog::note::SignatureLine;
use touchstone_tlog::witness::{
    AddCheckpoint, AddCheckpointError, AnswerError, Latest, Refusal, conflicting_size,
    cosignatures, decide, origin_hash,
};
use touchstone_tlog::{Hash, ProofError, VerifierKey, VerifyError};

use crate::support::{CRYPTO, Tree, keys, sign_at, signed};

const SIZE: u64 = 40;

fn request(tree: &Tree, old: u64, size: u64) -> AddCheckpoint {
    let [log, ..] = keys("log.example.org");
    let proof = prove_consistency(&CRYPTO, old, size, |node| tree.read(node));
    AddCheckpoint {
        old_size: old,
        proof: proof.unwrap().unwrap_or_default(),
        checkpoint: signed(tree, size, &[&log]),
    }
}

fn ask(request: &AddCheckpoint, latest: Option<Latest>) -> Result<Latest, Refusal> {
    let [log, ..] = keys("log.example.org");
    // What arrives is what was written.
    let request = AddCheckpoint::parse(request.to_string().as_bytes()).unwrap();
    decide(&request, &[log.0], latest, &CRYPTO)
}

fn latest(tree: &Tree, size: u64) -> Option<Latest> {
    let root = tree.root(0, size as usize);
    Some(Latest { size, root })
}

#[test]
fn every_step_forward_is_cosigned_and_becomes_the_latest() {
    let tree = Tree::new(SIZE);
    for size in 0..=SIZE {
        let expect = latest(&tree, size).unwrap();
        assert_eq!(ask(&request(&tree, 0, size), None), Ok(expect));
        for old in 0..=size {
            let outcome = ask(&request(&tree, old, size), latest(&tree, old));
            assert_eq!(outcome, Ok(expect), "{old} to {size}");
        }
    }
}

#[test]
fn t50_a_stale_or_rolled_back_request_is_answered_with_the_size() {
    let tree = Tree::new(SIZE);
    let seen = latest(&tree, 30);
    for (old, size) in [
        (0, 30),
        (0, 40),
        (20, 30),
        (20, 40),
        (29, 29),
        (10, 20),
        (31, 40),
    ] {
        let refusal = ask(&request(&tree, old, size), seen).unwrap_err();
        assert_eq!(refusal, Refusal::Conflict { size: 30 }, "{old} to {size}");
        assert_eq!(refusal.status(), 409);
    }
    // One who claims to go on from where the witness is, backwards.
    let mut back = request(&tree, 20, 20);
    back.old_size = 30;
    let refusal = ask(&back, seen).unwrap_err();
    assert_eq!((refusal.status(), refusal), (400, Refusal::OldSizeLarger));
    let refusal = ask(&request(&tree, 5, 10), None).unwrap_err();
    assert_eq!(refusal, Refusal::Conflict { size: 0 });
}

#[test]
fn t50_a_fork_is_not_cosigned() {
    let tree = Tree::new(SIZE);
    let forked = Some(Latest {
        size: 30,
        root: Hash([1; 32]),
    });
    let same_size = ask(&request(&tree, 30, 30), forked).unwrap_err();
    assert_eq!(
        (same_size.status(), same_size),
        (422, Refusal::Fork { size: 30 })
    );
    for size in 31..=SIZE {
        let refusal = ask(&request(&tree, 30, size), forked).unwrap_err();
        assert_eq!(refusal.status(), 422);
        assert!(matches!(refusal, Refusal::Inconsistent(_)), "{size}");
    }
}

#[test]
fn a_proof_that_is_too_much_or_too_little_is_refused() {
    let tree = Tree::new(SIZE);
    let mut first = request(&tree, 0, 30);
    first.proof.push(Hash([0; 32]));
    let refusal = ask(&first, None).unwrap_err();
    let expect = Refusal::Inconsistent(ProofError::EmptyOldTree);
    assert_eq!((refusal.status(), refusal), (422, expect));
    let mut next = request(&tree, 30, 40);
    next.proof.pop();
    assert_eq!(ask(&next, latest(&tree, 30)).unwrap_err().status(), 422);
}

#[test]
fn an_empty_log_has_one_root() {
    let [log, ..] = keys("log.example.org");
    let empty = Tree::new(0);
    assert_eq!(empty.root(0, 0), empty_root(&CRYPTO));
    let mut request = request(&empty, 0, 0);
    let text = request.checkpoint.checkpoint.text();
    let other = text.replace("47DEQpj8HBSa", "57DEQpj8HBSa");
    assert_ne!(text, other);
    let mut note = touchstone_tlog::Note::new(&other).unwrap();
    crate::support::sign(&mut note, &log);
    let bytes = note.to_string();
    request.checkpoint = touchstone_tlog::SignedCheckpoint::parse(bytes.as_bytes()).unwrap();
    let refusal = ask(&request, None).unwrap_err();
    assert_eq!((refusal.status(), refusal), (422, Refusal::NotEmptyRoot));
}

#[test]
fn who_is_no_known_log_is_told_so_and_nothing_of_the_state() {
    let tree = Tree::new(SIZE);
    let request = request(&tree, 0, 30);
    let unknown = decide(&request, &[], latest(&tree, 30), &CRYPTO).unwrap_err();
    assert_eq!((unknown.status(), unknown), (404, Refusal::UnknownLog));
    let [other, ..] = keys("other.example.org");
    let stranger = decide(&request, &[other.0], latest(&tree, 30), &CRYPTO).unwrap_err();
    let expect = Refusal::NotSigned(VerifyError::NobodyKnown);
    assert_eq!((stranger.status(), stranger), (403, expect));
    let mut spoiled = request.clone();
    let [log, ..] = keys("log.example.org");
    spoiled
        .checkpoint
        .note
        .add(SignatureLine::new(&log.0, vec![1; 64]));
    assert_eq!(ask(&spoiled, None).unwrap_err().status(), 403);
}

#[test]
fn a_body_that_is_no_request_is_refused_with_the_line() {
    let tree = Tree::new(SIZE);
    let text = request(&tree, 30, 40).to_string();
    let hash = text.lines().nth(1).unwrap();
    for (text, error) in [
        (String::new(), AddCheckpointError::NoCheckpoint),
        (
            text.replacen("old 30", "old 030", 1),
            AddCheckpointError::OldSize,
        ),
        (
            text.replacen("old 30", "old -1", 1),
            AddCheckpointError::OldSize,
        ),
        (
            text.replacen("old 30\n", "", 1),
            AddCheckpointError::OldSize,
        ),
        (
            text.replacen("old 30\n", "old 30\r\n", 1),
            AddCheckpointError::OldSize,
        ),
        (
            text.replacen(hash, "AAAA", 1),
            AddCheckpointError::Hash { line: 2 },
        ),
        (
            text.replacen(hash, &[hash; 64].join("\n"), 1),
            AddCheckpointError::TooManyHashes,
        ),
    ] {
        assert_eq!(AddCheckpoint::parse(text.as_bytes()), Err(error), "{text}");
    }
    let cut = AddCheckpoint::parse(&text.as_bytes()[..text.len() - 1]);
    assert!(matches!(cut, Err(AddCheckpointError::Checkpoint(_))));
}

#[test]
fn t50_of_an_answer_only_what_the_witness_signed_of_this_checkpoint_is_taken() {
    let tree = Tree::new(SIZE);
    let [log, ..] = keys("log.example.org");
    let [plain, ed25519, lattice] = keys("w.example.org");
    let [_, stranger, _] = keys("stranger.example.org");
    let known: Vec<VerifierKey> = [&plain, &ed25519, &lattice]
        .map(|(key, _)| key.clone())
        .into();
    let checkpoint = signed(&tree, 30, &[&log]);
    let lines = |size, by: &[_]| {
        let note = signed(&tree, size, by).note;
        let lines = note.signatures().iter().map(|line| format!("{line}\n"));
        lines.collect::<String>()
    };
    let read = |body: &str| cosignatures(body.as_bytes(), &checkpoint, &known, &CRYPTO);
    let both = read(&lines(30, &[&stranger, &ed25519, &lattice])).unwrap();
    let ids: Vec<_> = both.iter().map(SignatureLine::id).collect();
    assert_eq!(ids, [ed25519.0.id(), lattice.0.id()]);
    let nobody = Err(AnswerError::Signature(VerifyError::NobodyKnown));
    assert_eq!(read(&lines(30, &[&stranger])), nobody);
    // A note signature of a witness is no cosignature.
    assert_eq!(read(&lines(30, &[&plain])), nobody);
    let other_tree = read(&lines(31, &[&ed25519]));
    assert!(matches!(
        other_tree,
        Err(AnswerError::Signature(VerifyError::Invalid { .. }))
    ));
    let mut timeless = touchstone_tlog::Note::new(checkpoint.note.text()).unwrap();
    sign_at(&mut timeless, &lattice, 0);
    let timeless = format!("{}\n", timeless.signatures()[0]);
    assert_eq!(read(&timeless), Err(AnswerError::NoTime));
    for no_answer in ["", "\n", "ok\n", "— w.example.org AAAA\n"] {
        assert!(read(no_answer).is_err(), "{no_answer:?}");
    }
}

#[test]
fn the_size_of_a_conflict_is_a_number_and_a_newline() {
    assert_eq!(conflicting_size(b"20852014\n"), Some(20_852_014));
    for body in [&b"20852014"[..], b"", b"\n", b"-1\n", b"1\n\n", b"01\n"] {
        assert_eq!(conflicting_size(body), None);
    }
}

#[test]
fn the_folder_of_a_log_is_the_hash_of_its_origin() {
    // As Sunlight has it.
    let folder = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706";
    assert_eq!(origin_hash("rome2026h1.example.org", &CRYPTO), folder);
}
