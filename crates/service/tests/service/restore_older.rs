//! An older database, and copies of lists that are not the last: what they show is taken where the last is done without.

use std::sync::Arc;

use touchstone_service::{
    issuing::revoke,
    logging::{look_back, sequence_until_idle},
    operations::{
        restore::{Forgone, is_restored, reconcile},
        work_until_idle,
    },
};
use touchstone_testkit::world;

use crate::log_files::{change, entries, watched};
use crate::restore::{
    LATER, bits, documents_of, learn, learn_without, list, numbers, published, restored, set,
};
use crate::signing_key_restored;
use crate::support::{MEASURING, all, confirmed, institution, issued};
use crate::withdraw::revocation;

/// The backup does not know the list: without the older copy nothing that was issued in it could be checked again.
#[tokio::test]
async fn t36_an_older_copy_of_a_later_list_is_taken_in_where_the_last_is_done_without() {
    let world = world().await;
    let (tenant, first) = issued(&world, MEASURING).await;
    let copy = signing_key_restored::copy(&world, "later-list").await;
    let full = world.store.read().status_lists(&tenant).await.unwrap();
    let (full, owner) = (&full[0].id, &tenant);
    world
        .store
        .write(|mut tx| async move { tx.abandon_status_list(owner, full, 1).await })
        .await
        .unwrap();
    confirmed(&world, &tenant, MEASURING, LATER).await;
    work_until_idle(&world).await.unwrap();
    let mut later = all(&world, &tenant).await;
    later.retain(|row| first.iter().all(|known| known.id != row.id));
    let mut copies = Vec::new();
    for row in &later {
        world.clock.advance_millis(60_000);
        revoke(&world, &revocation(&tenant, &row.id)).await.unwrap();
        work_until_idle(&world).await.unwrap();
        copies.push(documents_of(&world).await.remove(&list(2)).unwrap());
    }
    let [before, last] = &copies[..] else {
        panic!("two were issued in it: {}", copies.len());
    };
    let signer = Arc::clone(&world.world.signer);
    let here = signing_key_restored::restored(&world, &copy, signer).await;
    let mut shown = published(&world).await;
    assert_eq!(
        shown.insert(list(2), before.clone()).as_ref(),
        Some(last),
        "the log has a later one"
    );

    let learned = learn(&here, &shown).await;
    assert!(!learned.open && learned.waits_for_lists, "{learned:?}");
    assert_eq!((learned.unread, learned.later), (vec![list(2)], 0));
    assert_eq!(numbers(&here, &tenant).await, [1], "nothing is written yet");
    let without_lists = Forgone {
        lists: true,
        ..Forgone::default()
    };
    let learned = learn_without(&here, &shown, without_lists).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!((learned.unread, learned.later), (vec![list(2)], 1));
    work_until_idle(&here).await.unwrap();
    assert_eq!(numbers(&here, &tenant).await, [1, 2]);
    let shows = set(&bits(&here, &tenant, 2).await);
    assert_eq!(shows, 1, "what the copy shows, and no more is known");
}

/// With the old host gone each address takes seconds, and there may be thousands.
#[tokio::test]
async fn a_site_that_gave_no_answer_is_asked_again_only_where_the_copy_at_hand_is_not_the_last() {
    let (world, _, mut published) = restored().await;
    let before = documents_of(&world).await.remove(&list(1)).unwrap();
    let last = published.insert(list(1), before).unwrap();
    let asked = || {
        let asked = world.fetch.asked().into_iter();
        asked.filter(|url| *url == list(1)).count()
    };
    assert!(!learn(&world, &published).await.open);
    assert_eq!(asked(), 1);
    published.insert(list(1), last);
    let learned = learn(&world, &published).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!((learned.later, learned.withdrawn), (1, 1));
    assert_eq!(asked(), 1, "it is at hand");
}

/// What the files have more is not done without because it cannot be read for a moment: it would be found later, and all be read-only again.
#[tokio::test]
async fn what_the_files_have_more_of_the_log_is_waited_for_and_counts_for_good() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let copy = signing_key_restored::copy(&world, "unread-for-a-moment").await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    let signed = entries(&world).await;
    let signer = Arc::clone(&world.world.signer);
    let here = signing_key_restored::restored(&world, &copy, signer).await;
    let without = Forgone {
        lists: true,
        log: true,
    };
    let nothing = |_: &str| -> Option<Vec<u8>> { None };
    let whole = objects.files.lock().unwrap().clone();
    for gone in ["log/tile/0", "log/tile/entries"] {
        let mut files = whole.clone();
        files.retain(|key, _| !key.as_str().starts_with(gone));
        assert_ne!(files.len(), whole.len(), "{gone}");
        *objects.files.lock().unwrap() = files;
        let learned = reconcile(&here, &nothing, "operator", without).await;
        let learned = learned.unwrap();
        assert!(
            !learned.open && learned.waits_for_what_is_ahead.is_some(),
            "{learned:?}"
        );
        let told = learned.waits_for();
        assert!(told.contains("tile/") && told.contains("altered"), "{told}");
    }
    *objects.files.lock().unwrap() = whole;
    let learned = reconcile(&here, &nothing, "operator", without).await;
    let learned = learned.unwrap();
    assert!(learned.open, "{}", learned.waits_for());
    change(&here, &tenant, 1).await;
    sequence_until_idle(&here).await.unwrap();
    look_back(&here).await.unwrap();
    assert!(!is_restored(&here.store).await.unwrap());
    let now = entries(&here).await;
    assert_eq!(now[..signed.len()], signed[..]);
    assert_eq!(now.len(), signed.len() + 1);
}
