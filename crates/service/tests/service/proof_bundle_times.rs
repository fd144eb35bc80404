//! The proof bundle: what was seen when, and what is dated otherwise.

use touchstone_bundle::{Answer, Bundle, Policy, Question, StatusProof, Why, Witnessed};
use touchstone_service::{World, logging::trust_file, ports::Clock as _};
use touchstone_store::CredentialRow;
use touchstone_testkit::TestWorld;
use touchstone_tlog::{Checkpoint, SignedCheckpoint, VerifierKey};
use touchstone_vc::{
    Timestamp,
    crypto::rust::CRYPTO,
    log::{Entry, NO_KEYS, history},
};

use crate::proof_bundle::{
    TREE, bundled, cosign, judged, rebuild, refuses, signed, tree_of, trusted, with_credentials,
    witness,
};

/// An installation with credentials, a witness, and the trust in both.
async fn watched() -> (TestWorld, Vec<CredentialRow>, VerifierKey, Policy) {
    let (world, credentials) = with_credentials().await;
    let one = witness(&world, "one.example", true).await;
    let text = trust_file(&world).await.unwrap().unwrap();
    let text = text.replace("quorum none", &format!("witness one {one}\nquorum one"));
    let policy = Policy::parse(text.as_bytes(), &TREE).unwrap();
    (world, credentials, one, policy)
}

async fn seen(world: &World, bundle: &Bundle, by: &VerifierKey, at: Timestamp) -> Bundle {
    let mut seen = bundle.clone();
    let seconds = u64::try_from(at.unix_millis() / 1_000).unwrap();
    cosign(world, &mut seen, "one.example", by, seconds).await;
    seen
}

/// Signed with an old date and entered today: the date is the issuer's word, and whoever saw the log says when it came.
#[tokio::test]
async fn t43_what_nobody_had_seen_by_then_is_not_there_by_then() {
    let (world, credentials, one, policy) = watched().await;
    let bundle = bundled(&world, &credentials[0]).await;
    let now = world.clock.now();
    let late = seen(&world, &bundle, &one, now.plus_millis(3_600_000)).await;
    let found = judged(&world, &late, Some(&policy), Some(now));
    refuses(&found, Question::Entered, Answer::Unknown, Why::SeenLater);
    // Who does not ask for a moment is told when it was seen.
    let found = judged(&world, &late, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    // By then it was there; and clocks are not one.
    for minutes in [-4, 0, 4] {
        let there = seen(&world, &bundle, &one, now.plus_millis(minutes * 60_000)).await;
        let found = judged(&world, &there, Some(&policy), Some(now));
        assert_eq!(found.answer(), Answer::Pass, "{minutes}: {:?}", found.lines);
    }
}

/// A list of next year, entered today, says nothing of next year.
#[tokio::test]
async fn a_status_that_is_dated_ahead_of_the_log_is_never_shown_as_fresh() {
    let (world, credentials, one, policy) = watched().await;
    let bundle = bundled(&world, &credentials[0]).await;
    let from = StatusProof::read(&bundle.status_proofs[0].proof, &TREE).unwrap();
    let from = from.stated().valid_from;
    // The list is a year ahead of whoever saw the log.
    let year_before = seen(&world, &bundle, &one, from.plus_millis(-365 * 86_400_000)).await;
    let found = judged(&world, &year_before, Some(&policy), None);
    refuses(&found, Question::Status, Answer::Unknown, Why::Ahead);
    assert_eq!(found.status_as_of, None);
    for minutes in [-4, 0, 60] {
        let there = seen(&world, &bundle, &one, from.plus_millis(minutes * 60_000)).await;
        let found = judged(&world, &there, Some(&policy), None);
        assert_eq!(found.answer(), Answer::Pass, "{minutes}: {:?}", found.lines);
        assert_eq!(found.status_as_of, Some(from));
    }
    // Judged by a clock that is behind the issuer's, it is told as of when all the same.
    let there = seen(&world, &bundle, &one, from).await;
    let found = judged(
        &world,
        &there,
        Some(&policy),
        Some(from.plus_millis(-60_000)),
    );
    assert_eq!(found.of(Question::Status), Some(Answer::Pass));
    assert_eq!(found.status_as_of, Some(from));
}

/// A list that is signed today for a day of last year, on which it was withdrawn, and entered today.
#[tokio::test]
async fn t37_a_status_that_nobody_had_seen_while_it_stood_says_nothing_of_then() {
    let (world, credentials, one, policy) = watched().await;
    let bundle = bundled(&world, &credentials[0]).await;
    let stated = StatusProof::read(&bundle.status_proofs[0].proof, &TREE).unwrap();
    let (from, until) = (stated.stated().valid_from, stated.stated().valid_until);
    // The credential itself was seen in time, in an earlier tree.
    let early = seen(&world, &bundle, &one, from).await;
    let late = seen(&world, &bundle, &one, until.plus_millis(365 * 86_400_000)).await;
    let mut forged = late;
    forged.credentials[0].witnessed = Some(Witnessed {
        checkpoint: early.checkpoint,
        path: bundle.credentials[0].entry.path.clone(),
    });
    let then = from.plus_millis(86_400_000);
    let found = judged(&world, &forged, Some(&policy), Some(then));
    assert_eq!(found.of(Question::Entered), Some(Answer::Pass));
    refuses(&found, Question::Status, Answer::Unknown, Why::SeenLater);
    let found = judged(&world, &forged, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    assert_eq!(found.status_as_of, Some(from), "as of then, by its date");
}

/// Two of three are asked for: what one of them states about the time, alone, moves nothing.
#[tokio::test]
async fn t50_one_witness_of_a_quorum_dates_nothing_back_or_ahead() {
    let (world, credentials) = with_credentials().await;
    let names = ["one.example", "two.example", "three.example"];
    let mut keys = Vec::new();
    for name in names {
        keys.push(witness(&world, name, true).await);
    }
    let text = trust_file(&world).await.unwrap().unwrap();
    let listed = format!(
        "witness one {}\nwitness two {}\nwitness three {}\ngroup two-of 2 one two three\nquorum two-of",
        keys[0], keys[1], keys[2]
    );
    let text = text.replace("quorum none", &listed);
    let policy = Policy::parse(text.as_bytes(), &TREE).unwrap();
    let bundle = bundled(&world, &credentials[0]).await;
    let (now, year) = (world.clock.now(), 365 * 86_400_000);
    let seen_at = async |times: [i64; 2]| {
        let mut seen = bundle.clone();
        for (place, at) in times.into_iter().enumerate() {
            let at = u64::try_from(now.plus_millis(at).unix_millis() / 1_000).unwrap();
            cosign(&world, &mut seen, names[place], &keys[place], at).await;
        }
        seen
    };
    // One says that it was there a year ago.
    let found = judged(
        &world,
        &seen_at([-year, year]).await,
        Some(&policy),
        Some(now),
    );
    refuses(&found, Question::Entered, Answer::Unknown, Why::SeenLater);
    let found = judged(&world, &seen_at([-year, 0]).await, Some(&policy), Some(now));
    assert_eq!(found.of(Question::Entered), Some(Answer::Pass));
    // One says that it sees it in a year; the other saw it before the list is dated.
    let found = judged(&world, &seen_at([year, -year]).await, Some(&policy), None);
    refuses(&found, Question::Status, Answer::Unknown, Why::Ahead);
    let found = judged(&world, &seen_at([year, 0]).await, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
}

/// With the real keys of the log: the statement over the list stands behind the end of the key that signed it. The issuer's document does not say so.
#[tokio::test]
async fn t43_a_status_that_an_ended_key_signed_says_nothing() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let mut forged = bundled(&world, &credentials[0]).await;
    assert_eq!(forged.key_events.len(), 1);
    let mut end = forged.key_events[0].clone();
    end.document = end.document.replace("\nactive\n", "\nretired\n");
    assert!(matches!(
        Entry::parse(end.document.as_bytes()),
        Ok(Entry::KeyEvent { .. })
    ));
    assert_ne!(end.document, forged.key_events[0].document);
    forged.key_events.push(end);
    forged.credentials[0].keys = 2;
    restated(&mut forged);
    rebuild(&mut forged);
    let shown = SignedCheckpoint::parse(forged.checkpoint.as_bytes()).unwrap();
    let (size, root) = tree_of(&forged);
    let fork = Checkpoint::new(shown.checkpoint.origin(), size, root).unwrap();
    forged.checkpoint = signed(&world, &fork).await;
    let found = judged(&world, &forged, Some(&policy), None);
    let line = found
        .lines
        .iter()
        .find(|line| line.question == Question::Documents)
        .unwrap();
    assert_eq!(
        (line.answer, line.why),
        (Answer::Unknown, Some(Why::StatusKey)),
        "{:?}",
        found.lines
    );
    assert_ne!(found.of(Question::Status), Some(Answer::Pass));
}

/// Has the log say that all events of keys stand before the list was published: its key signed what is stated of it, and not that.
fn restated(bundle: &mut Bundle) {
    let events = bundle.key_events.iter();
    let after = events.fold(NO_KEYS, |before, one| {
        history(&CRYPTO, &before, one.document.as_bytes())
    });
    let one = &mut bundle.status_proofs[0];
    let known = StatusProof::read(&one.proof, &TREE).unwrap();
    let Ok(Entry::StatusListRoot {
        stated, signature, ..
    }) = Entry::parse(known.entry())
    else {
        panic!("the entry of a list");
    };
    let entry = Entry::StatusListRoot {
        stated,
        signature,
        keys: after,
    };
    let entry = entry.encode().unwrap();
    assert_eq!(entry.len(), known.entry().len());
    let mut windows = one.proof.windows(entry.len());
    let at = windows.position(|bytes| bytes == known.entry()).unwrap();
    one.proof[at..at + entry.len()].copy_from_slice(&entry);
    one.keys = bundle.key_events.len();
}
