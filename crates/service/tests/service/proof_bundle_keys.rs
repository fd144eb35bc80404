//! The proof bundle: keys that were given up, criteria that are others, what has ended.

use touchstone_bundle::{Answer, Bundle, Question, Why};
use touchstone_service::{World, ports::Clock as _};
use touchstone_tlog::{Checkpoint, SignedCheckpoint};
use touchstone_vc::Timestamp;

use crate::proof_bundle::{
    bundled, judged, rebuild, refuses, signed, tree_of, trusted, with_credentials,
};
use crate::support::stolen;

/// Has the log, by its own key, hold exactly what the bundle holds: what a thief of that key would do.
async fn relogged(world: &World, bundle: &mut Bundle) {
    rebuild(bundle);
    let shown = SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).unwrap();
    let (size, root) = tree_of(bundle);
    let fork = Checkpoint::new(shown.checkpoint.origin(), size, root).unwrap();
    bundle.checkpoint = signed(world, &fork).await;
}

/// It was entered before the key was given up; whether by its owner or by a thief, its place does not tell.
#[tokio::test]
async fn t43_what_a_compromised_key_signed_is_unknown_and_hiding_it_is_found_out() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let row = &credentials[0];
    let before = bundled(&world, row).await;
    world.clock.advance_millis(60_000);
    stolen(&world, row).await;
    let bundle = bundled(&world, row).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    refuses(&found, Question::Key, Answer::Unknown, Why::Compromised);

    // The bundle as it is now, without a word of that.
    let mut silent = bundle.clone();
    silent.key_events.truncate(1);
    silent.credentials[0].keys = 1;
    let found = judged(&world, &silent, Some(&policy), None);
    assert_eq!(
        found.of(Question::Documents),
        Some(Answer::Fail),
        "{:?}",
        found.lines
    );
    // The one that was fetched before still says what was known then, and as of when.
    let found = judged(&world, &before, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    assert!(found.status_as_of < Some(world.clock.now()));
}

#[tokio::test]
async fn the_key_in_the_log_is_the_key_in_the_document() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    // Somebody puts their own key into the document, and has the log take that document in: the log's key event names another.
    let mut forged = bundled(&world, &credentials[0]).await;
    let event = forged.key_events[0].document.clone();
    let theirs = "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
    let ours = event.lines().nth(3).unwrap().to_owned();
    forged.did_documents[0].document = forged.did_documents[0].document.replace(&ours, theirs);
    relogged(&world, &mut forged).await;
    let found = judged(&world, &forged, Some(&policy), None);
    let key = found
        .lines
        .iter()
        .find(|line| line.question == Question::Key);
    let key = key.unwrap();
    assert_eq!((key.answer, key.why), (Answer::Fail, Some(Why::KeyDiffers)));
}

#[tokio::test]
async fn criteria_that_the_credential_does_not_bind_are_refused() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let genuine = bundled(&world, &credentials[0]).await;
    // Other criteria, in a log that has them: the credential names their digest, not their place.
    let mut forged = genuine.clone();
    forged.achievements[0].document = forged.achievements[0]
        .document
        .replacen("micro", "macro", 1);
    assert_ne!(forged.achievements, genuine.achievements);
    relogged(&world, &mut forged).await;
    let found = judged(&world, &forged, Some(&policy), None);
    refuses(
        &found,
        Question::Documents,
        Answer::Fail,
        Why::OtherAchievement,
    );
    let mut less = genuine;
    less.achievements.clear();
    let found = judged(&world, &less, Some(&policy), None);
    refuses(
        &found,
        Question::Documents,
        Answer::Unknown,
        Why::AchievementNotShown,
    );
}

#[tokio::test]
async fn one_that_has_ended_stood_when_it_was_issued() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let row = &credentials[0];
    let until = row.valid_until.expect("the example ends");
    let bundle = bundled(&world, row).await;
    let later = Timestamp::from_unix_millis(until + 86_400_000);
    world.clock.set(later);
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    assert_eq!(found.ended, Some(Timestamp::from_unix_millis(until)));
    let line = found
        .lines
        .iter()
        .find(|line| line.question == Question::Credential);
    assert_eq!(line.unwrap().why, Some(Why::Ended));
    // Whether it stood on that day is another question.
    let found = judged(&world, &bundle, Some(&policy), Some(later));
    assert_eq!(found.of(Question::Credential), Some(Answer::Fail));
}
