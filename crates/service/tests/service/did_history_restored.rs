//! An older copy of a database with histories of DIDs: they go on from what was published since, or not at all.

use std::sync::Arc;

use touchstone_service::World;
use touchstone_service::logging::{file, sequence_until_idle};
use touchstone_service::operations::restore::{Forgone, Reconciled, reconcile};
use touchstone_service::operations::signing_key::{compromise, make, rotate, signing_keys};
use touchstone_service::operations::{Turn, work_once_on, work_until_idle};
use touchstone_service::ports::{FetchError, Fetched, Signer};
use touchstone_testkit::{MemorySigner, TestWorld, world};
use touchstone_vc::did::DidDocument;
use touchstone_vc::did::webvh::log_url;

use crate::did_history::{MINUTE_MS, institution, published, read, rotated, serve};
use crate::signing_key::{giving_up, rotation};
use crate::signing_key_restored::{copy, restored};

/// Reads what is published, with the checkpoint of the log, and of a history what is handed in.
async fn learn(
    world: &TestWorld,
    here: &World,
    log: Option<Vec<u8>>,
    without_log: bool,
) -> Reconciled {
    let checkpoint = file(world, "checkpoint").await.unwrap().unwrap().bytes;
    let shown = Fetched {
        bytes: checkpoint,
        media_type: "text/plain".into(),
    };
    let url = world.site.link("/log/checkpoint");
    world.fetch.answer(&url, Ok(shown));
    let at_hand = |url: &str| match url {
        url if url.ends_with("/i/riverside/did.jsonl") => log.clone(),
        _ => None,
    };
    let without = Forgone {
        lists: true,
        log: without_log,
    };
    reconcile(here, &at_hand, "operator", without)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_restored_history_goes_on_from_what_was_published() {
    let world = world().await;
    let (tenant, did) = institution(&world).await;
    // In the copy a change waits that was published afterwards.
    world.clock.advance_millis(MINUTE_MS);
    make(&world, &tenant, "owner", "For later.").await.unwrap();
    let older = copy(&world, "history").await;
    work_until_idle(&world).await.unwrap();
    rotated(&world, &tenant).await;
    world.clock.advance_millis(MINUTE_MS);
    let first = signing_keys(&world, &tenant)
        .await
        .unwrap()
        .pop()
        .unwrap()
        .id;
    compromise(&world, &giving_up(&world, &tenant, &first))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let log = published(&world).await;
    assert_eq!(read(&world, &did, &log).unwrap().versions, 3);

    let here = restored(&world, &older, Arc::clone(&world.world.signer)).await;
    world.clock.advance_millis(MINUTE_MS);
    // Nobody shows it: the log says that there is more, and nobody can do without that.
    for without_log in [false, true] {
        let learned = learn(&world, &here, None, without_log).await;
        assert!(!learned.open);
        assert_eq!(learned.histories.behind, std::slice::from_ref(&did));
        assert!(
            learned.waits_for().contains("history"),
            "{}",
            learned.waits_for()
        );
    }
    // A part of it is not enough either.
    let lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
    let part = lines[..2].concat();
    assert!(!learn(&world, &here, Some(part), false).await.open);
    // Nor what somebody made of it.
    let mut altered = log.clone();
    let at = altered.len() - 30;
    altered[at] ^= 1;
    assert!(!learn(&world, &here, Some(altered), false).await.open);
    assert_eq!(published(&here).await, lines[0], "nothing was taken over");

    let learned = learn(&world, &here, Some(log.clone()), false).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!(learned.histories.lines, 2);
    work_until_idle(&here).await.unwrap();
    let after = published(&here).await;
    assert!(
        after.starts_with(&log),
        "nothing that was published is another"
    );
    let rotated_to = rotate(&here, &rotation(&tenant, true))
        .await
        .unwrap()
        .key
        .id;
    world.clock.advance_millis(MINUTE_MS);
    work_until_idle(&here).await.unwrap();
    let grown = published(&here).await;
    assert!(grown.starts_with(&after) && grown.len() > after.len());
    let document = read(&here, &did, &grown).unwrap().document.unwrap();
    let document = DidDocument::from_value(&document, &did).unwrap();
    assert!(
        document
            .assertion_methods
            .contains(&format!("{did}#{rotated_to}"))
    );
    let given_up = document.method(&format!("{did}#{first}")).unwrap();
    assert!(
        given_up.revoked.is_some(),
        "what was learnt of keys is in it"
    );
}

#[tokio::test]
async fn a_history_that_nobody_can_show_is_done_without_only_if_the_log_is() {
    let world = world().await;
    let (_, did) = institution(&world).await;
    let older = copy(&world, "history-unread").await;
    let here = restored(&world, &older, Arc::clone(&world.world.signer)).await;
    let learned = learn(&world, &here, None, false).await;
    assert!(!learned.open);
    assert_eq!(learned.histories.unread, std::slice::from_ref(&did));
    world
        .fetch
        .answer(&log_url(&did).unwrap(), Err(FetchError::TimedOut));
    assert!(!learn(&world, &here, None, false).await.open);
    // At its public address it is found as well as at hand.
    serve(&world, &did, &published(&world).await);
    assert!(learn(&world, &here, None, false).await.open);

    let here = restored(&world, &older, Arc::clone(&world.world.signer)).await;
    world
        .fetch
        .answer(&log_url(&did).unwrap(), Err(FetchError::TimedOut));
    assert!(learn(&world, &here, None, true).await.open);
}

/// Two installations from one backup, with its keys: the second to come sees that it is.
#[tokio::test]
async fn a_history_that_was_published_with_another_past_is_not_continued() {
    let world = world().await;
    let (tenant, did) = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let copies = copy(&world, "history-forked").await;
    // The other has keys of the same names as they were.
    let keys = Arc::new(MemorySigner::default());
    for key in ["log", "riverside-1"] {
        keys.create(key).await.unwrap();
    }
    for number in 2..6 {
        keys.create(&format!("riverside.update-{number}"))
            .await
            .unwrap();
    }
    let other = restored(&world, &copies, keys).await;
    let log = published(&world).await;
    assert!(learn(&world, &other, Some(log), false).await.open);
    world.clock.advance_millis(MINUTE_MS);
    make(&other, &tenant, "owner", "Over there.").await.unwrap();
    while work_once_on(&other, "sign-history").await.unwrap() == Turn::Worked {}
    let theirs = published(&other).await;
    assert_eq!(read(&world, &did, &theirs).unwrap().versions, 2);

    rotated(&world, &tenant).await;
    let ours = copy(&world, "history-ours").await;
    let here = restored(&world, &ours, Arc::clone(&world.world.signer)).await;
    let learned = learn(&world, &here, Some(theirs), true).await;
    assert!(!learned.open);
    assert_eq!(learned.histories.forked, [did]);
}
