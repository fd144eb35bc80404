//! An older database: what was published since is learned before anything is changed, also of lists that it does not know.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use touchstone_service::{
    World,
    issuing::{Suspension, found, revoke, suspend},
    logging::{Learned, LogError, file, whole},
    operations::{
        restore::{Begun, Forgone, Reconciled, is_restored, mark_restored, reconcile, waits_for},
        signing_key::rotate,
        work_until_idle,
    },
    ports::{FetchError, Fetched},
    verifying::documents,
};
use touchstone_store::{AuditFilter, AuditRow, StatusPurpose, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::status::bitstring::Bits;

use crate::signing_key::rotation;
use crate::signing_key_restored;
use crate::support::{MEASURING, all, confirmed, founding, issued};
use crate::withdraw::{issued_suspendable, revocation};

pub(crate) const LATER: &str = "name,email,identifier,level,result,evidence,assessor,awarded_on\n\
    Noor Haddad,noor@example.org,R27-1,3,24 of 24,https://riverside.example/e/n.pdf,Marek Dvořák,2026-11-12\n\
    Ida Lund,ida@example.org,R27-2,3,24 of 24,https://riverside.example/e/i.pdf,Marek Dvořák,2026-11-12\n";
const STILL_LATER: &str = "name,email,identifier,level,result,evidence,assessor,awarded_on\n\
    Tove Berg,tove@example.org,R27-3,3,24 of 24,https://riverside.example/e/t.pdf,Marek Dvořák,2026-11-12\n";

/// What the world can read at each address.
pub(crate) type Published = BTreeMap<String, Vec<u8>>;

/// An installation that opened a second list after its backup and withdrew one of each; and its backup, restored.
pub(crate) async fn restored() -> (TestWorld, TenantId, Published) {
    let (restored, tenant, published) = put_back().await;
    let begun = Begun {
        actor: "ada".into(),
        database_restored: true,
        shares: Some("7F3A-91C2".into()),
    };
    mark_restored(&restored.store, restored.world.clock.now(), &begun)
        .await
        .unwrap();
    (restored, tenant, published)
}

/// The same, and nobody has said yet that it was restored.
async fn put_back() -> (TestWorld, TenantId, Published) {
    let lost = world().await;
    let (tenant, first) = issued(&lost, MEASURING).await;
    revoke(&lost, &revocation(&tenant, &first[0].id))
        .await
        .unwrap();
    let full = lost.store.read().status_lists(&tenant).await.unwrap();
    let (full, owner) = (&full[0].id, &tenant);
    lost.store
        .write(|mut tx| async move { tx.abandon_status_list(owner, full, 1).await })
        .await
        .unwrap();
    confirmed(&lost, &tenant, MEASURING, LATER).await;
    work_until_idle(&lost).await.unwrap();
    let both = all(&lost, &tenant).await;
    let later: Vec<_> = both
        .iter()
        .filter(|row| first.iter().all(|known| known.id != row.id))
        .collect();
    assert_eq!(later.len(), 2);
    revoke(&lost, &revocation(&tenant, &later[0].id))
        .await
        .unwrap();
    work_until_idle(&lost).await.unwrap();
    let mut published = documents_of(&lost).await;
    let log = whole(&lost).await.unwrap().unwrap();
    for path in log.paths {
        let bytes = file(&lost, &path).await.unwrap().unwrap().bytes;
        published.insert(lost.site.link(&format!("/log/{path}")), bytes);
    }
    published.insert(CHECKPOINT.to_owned(), log.checkpoint);

    // The same seeds make the same keys: this is the installation as it was before.
    let restored = world().await;
    let (same, again) = issued(&restored, MEASURING).await;
    assert_eq!((same, again.len()), (tenant.clone(), first.len()));
    (restored, tenant, published)
}

/// The documents of an installation, by their addresses.
pub(crate) async fn documents_of(world: &World) -> Published {
    let published = documents(world).await.unwrap().into_iter();
    published
        .map(|document| (world.site.link(&document.path), document.bytes))
        .collect()
}

/// The same, with the checkpoint of its log.
pub(crate) async fn published(world: &World) -> Published {
    let mut published = documents_of(world).await;
    let checkpoint = file(world, "checkpoint").await.unwrap().unwrap();
    published.insert(CHECKPOINT.to_owned(), checkpoint.bytes);
    published
}

pub(crate) fn list(number: i64) -> String {
    format!("https://verify.example.edu/i/riverside/status/{number}")
}

pub(crate) async fn learn(world: &World, at_hand: &Published) -> Reconciled {
    learn_without(world, at_hand, Forgone::default()).await
}

pub(crate) async fn learn_without(
    world: &World,
    at_hand: &Published,
    without: Forgone,
) -> Reconciled {
    let at_hand = |url: &str| at_hand.get(url).cloned();
    reconcile(world, &at_hand, "bo", without).await.unwrap()
}

const CHECKPOINT: &str = "https://verify.example.edu/log/checkpoint";

pub(crate) async fn bits(world: &World, tenant: &TenantId, number: i64) -> Bits {
    let reader = world.store.read();
    let list = reader.status_list(tenant, number).await.unwrap().unwrap();
    let published = reader.publication(&list.id).await.unwrap().unwrap();
    let document = touchstone_vc::json::Value::parse(&published.bytes).unwrap();
    let encoded = document
        .get("credentialSubject")
        .unwrap()
        .get("encodedList");
    Bits::decode(encoded.unwrap().as_str().unwrap()).unwrap()
}

pub(crate) fn set(bits: &Bits) -> usize {
    (0..bits.len())
        .filter(|&position| bits.get(position) == Some(true))
        .count()
}

pub(crate) async fn numbers(world: &World, tenant: &TenantId) -> Vec<i64> {
    let lists = world.store.read().status_lists(tenant).await.unwrap();
    lists.into_iter().map(|list| list.number).collect()
}

/// What the record says of restores.
async fn recorded(world: &TestWorld, tenant: &TenantId) -> Vec<(String, Value)> {
    let filter = AuditFilter {
        action: Some("installation.restore".into()),
        ..AuditFilter::default()
    };
    let reader = world.store.read();
    let lines = reader.audit_lines(tenant, &filter, None, 9).await.unwrap();
    let said = |line: AuditRow| (line.actor, serde_json::from_str(&line.detail).unwrap());
    lines.into_iter().map(said).collect()
}

#[tokio::test]
async fn the_record_says_what_a_restore_was_told_to_do_without_once_it_is_open() {
    let (world, tenant, mut published) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    published.remove(&list(1));
    published.remove(CHECKPOINT);
    let lists_alone = Forgone {
        lists: true,
        log: false,
    };
    let learned = learn_without(&world, &published, lists_alone).await;
    assert!(!learned.open);
    assert_eq!(recorded(&world, &tenant).await, [], "it is read-only");
    let both = Forgone {
        lists: true,
        log: true,
    };
    assert!(learn_without(&world, &published, both).await.open);
    let said = json!({
        "begun": { "actor": "ada", "databaseRestored": true, "shares": "7F3A-91C2" },
        "withoutPublished": true, "withoutLog": true,
        "notRead": [list(1)], "laterListsUnknown": [], "historiesNotRead": [],
        "notReadOfAll": 1, "laterListsUnknownOfAll": 0, "historiesNotReadOfAll": 0,
        "logUnknown": true, "anchorsNotAsked": 0,
    });
    assert_eq!(recorded(&world, &tenant).await, [("bo".to_owned(), said)]);
}

/// A record is for good, and its institution hands it out: what it says of others is how much there was of all together.
#[tokio::test]
async fn t52_the_record_of_a_restore_names_nothing_of_another_institution() {
    let (world, tenant, mut published) = put_back().await;
    let other = found(&world, &founding("lakeside")).await.unwrap().tenant;
    let now = world.world.clock.now();
    mark_restored(&world.store, now, &Begun::default())
        .await
        .unwrap();
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    published.remove(&list(1));
    published.remove(CHECKPOINT);
    let both = Forgone {
        lists: true,
        log: true,
    };
    // Nobody answers for the other one's lists.
    let others = "https://verify.example.edu/i/lakeside/status/1".to_owned();
    let learned = learn_without(&world, &published, both).await;
    assert!(learned.open, "{learned:?}");
    assert_eq!(learned.unread, [list(1)]);
    assert_eq!(learned.unsure, std::slice::from_ref(&others));
    for (tenant, lists, unsure) in [
        (&tenant, json!([list(1)]), json!([])),
        (&other, json!([]), json!([others])),
    ] {
        let recorded = recorded(&world, tenant).await;
        let [(_, said)] = &recorded[..] else {
            panic!("{recorded:?}");
        };
        assert_eq!(said["notRead"], lists);
        assert_eq!(said["laterListsUnknown"], unsure);
        assert_eq!(said["notReadOfAll"], 1);
        assert_eq!(said["laterListsUnknownOfAll"], 1);
    }
}

/// The record has which shares opened the keys, whoever goes on and however often.
#[tokio::test]
async fn who_goes_on_with_a_restore_does_not_take_the_place_of_who_began_it() {
    let (world, tenant, published) = restored().await;
    let again = Begun {
        actor: "bo".into(),
        database_restored: true,
        shares: None,
    };
    mark_restored(&world.store, world.world.clock.now(), &again)
        .await
        .unwrap();
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    assert!(learn(&world, &published).await.open);
    let begun = json!({ "actor": "ada", "databaseRestored": true, "shares": "7F3A-91C2" });
    assert_eq!(recorded(&world, &tenant).await[0].1["begun"], begun);
}

#[tokio::test]
async fn the_record_has_a_restore_that_did_without_nothing() {
    let (world, tenant, published) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    assert!(learn(&world, &published).await.open);
    let recorded = recorded(&world, &tenant).await;
    let [(actor, said)] = &recorded[..] else {
        panic!("{recorded:?}");
    };
    assert_eq!(actor, "bo");
    for name in ["withoutPublished", "withoutLog", "logUnknown"] {
        assert_eq!(said[name], false, "{said}");
    }
}

#[tokio::test]
async fn t36_a_list_that_was_opened_after_the_backup_is_found_and_its_withdrawals_stay() {
    let (world, tenant, published) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    let learned = learn(&world, &published).await;
    assert!(learned.open && learned.unread.is_empty() && learned.unsure.is_empty());
    assert_eq!((learned.lists, learned.later, learned.withdrawn), (1, 1, 1));
    assert!(!is_restored(&world.store).await.unwrap());

    work_until_idle(&world).await.unwrap();
    assert_eq!(set(&bits(&world, &tenant, 1).await), 1);
    assert_eq!(
        set(&bits(&world, &tenant, 2).await),
        1,
        "of a credential that is not known here"
    );

    // No position of either is given again: what is issued now stands in a third.
    confirmed(&world, &tenant, MEASURING, STILL_LATER).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(numbers(&world, &tenant).await, [1, 2, 3]);
    let reader = world.store.read();
    for number in [1, 2] {
        let closed = reader.status_list(&tenant, number).await.unwrap().unwrap();
        assert!(closed.abandoned_at.is_some());
    }
}

#[tokio::test]
async fn t33_where_nobody_can_say_which_lists_there_were_no_number_is_given_again() {
    let (world, tenant, mut published) = restored().await;
    published.remove(&list(2)); // The server is gone, and the copy is from before.
    published.remove(CHECKPOINT);
    let without_log = Forgone {
        log: true,
        ..Forgone::default()
    };
    let learned = learn_without(&world, &published, without_log).await;
    assert!(learned.open);
    assert_eq!(learned.unsure, [list(2)]);
    confirmed(&world, &tenant, MEASURING, STILL_LATER).await;
    work_until_idle(&world).await.unwrap();
    let numbers = numbers(&world, &tenant).await;
    let minutes = world.world.clock.now().unix_millis() / 60_000;
    assert_eq!(numbers, [1, minutes], "far from what may have been given");
}

/// Whether a server says that there is nothing, or none answers: the log has a list there.
#[tokio::test]
async fn t33_a_list_that_only_the_log_has_keeps_it_read_only_and_its_number_is_not_given_again() {
    let (world, tenant, mut published) = restored().await;
    published.remove(&list(2));
    let learned = learn(&world, &published).await;
    assert!(!learned.open && learned.waits_for_lists, "{learned:?}");
    assert_eq!(learned.unread, [list(2)]);
    for number in 2..=5 {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    let learned = learn(&world, &published).await;
    assert!(!learned.open && learned.waits_for_lists, "{learned:?}");
    assert_eq!((learned.unread, learned.unsure), (vec![list(2)], vec![]));
    assert_eq!(numbers(&world, &tenant).await, [1]);

    let without_lists = Forgone {
        lists: true,
        ..Forgone::default()
    };
    assert!(learn_without(&world, &published, without_lists).await.open);
    confirmed(&world, &tenant, MEASURING, STILL_LATER).await;
    work_until_idle(&world).await.unwrap();
    let numbers = numbers(&world, &tenant).await;
    let minutes = world.world.clock.now().unix_millis() / 60_000;
    assert_eq!(numbers, [1, minutes]);
}

/// A copy that was put aside before somebody was withdrawn, or a static host that was not brought up to date: well signed, and not the last.
#[tokio::test]
async fn t36_a_list_of_which_the_log_has_a_later_one_does_not_open_it() {
    let (world, tenant, mut published) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    let before = documents_of(&world).await.remove(&list(1)).unwrap();
    let last = published.insert(list(1), before.clone()).unwrap();
    assert_ne!(before, last);
    let learned = learn(&world, &published).await;
    assert!(!learned.open && learned.waits_for_lists, "{learned:?}");
    assert_eq!(learned.unread, [list(1)]);
    let told = waits_for(&world.store).await.unwrap().unwrap();
    assert!(told.contains("older than the last"), "{told}");
    assert!(is_restored(&world.store).await.unwrap());

    // The same of both at once: whichever is the last counts.
    let fetched = |bytes: &Vec<u8>| {
        Ok(Fetched {
            bytes: bytes.clone(),
            media_type: "application/vc".into(),
        })
    };
    world.fetch.answer(&list(1), fetched(&before));
    assert!(!learn(&world, &published).await.open);
    world.fetch.answer(&list(1), fetched(&last));
    let learned = learn(&world, &published).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!((learned.withdrawn, learned.unread), (1, vec![]));
    work_until_idle(&world).await.unwrap();
    assert_eq!(set(&bits(&world, &tenant, 1).await), 1);
}

/// That a list from before the backup does not show a pause is no sign that the pause was ended.
#[tokio::test]
async fn t36_a_list_of_before_the_backup_ends_no_pause() {
    let world = world().await;
    let (tenant, credentials) = issued_suspendable(&world).await;
    let before = documents_of(&world).await;
    world.clock.advance_millis(60_000);
    let order = Suspension {
        tenant: tenant.clone(),
        credential: credentials[0].id.clone(),
        actor: "registrar".into(),
        reason: "Under review.".into(),
    };
    suspend(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let copy = signing_key_restored::copy(&world, "paused").await;
    let signer = Arc::clone(&world.world.signer);
    let here = signing_key_restored::restored(&world, &copy, signer).await;
    let lists = world.store.read().status_lists(&tenant).await.unwrap();
    let mut lists = lists.iter();
    let paused = lists.find(|list| list.purpose == StatusPurpose::Suspension);
    let paused = list(paused.unwrap().number);
    let mut shown = published(&world).await;
    let last = shown.insert(paused.clone(), before[&paused].clone());
    assert_ne!(last.as_ref(), shown.get(&paused));

    let learned = learn(&here, &shown).await;
    assert!(!learned.open && learned.waits_for_lists, "{learned:?}");
    assert_eq!(learned.unread, [paused]);
    let without_lists = Forgone {
        lists: true,
        log: true,
    };
    let learned = learn_without(&here, &shown, without_lists).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!((learned.paused, learned.reinstated), (0, 0));
    let kept = all(&here, &tenant).await;
    let kept = kept.iter().find(|row| row.id == credentials[0].id);
    assert!(kept.unwrap().suspended_at.is_some());
}

/// What a key signed that was made since the backup is known by the log: nobody has to do without it.
#[tokio::test]
async fn t36_a_list_that_a_later_key_signed_is_read_by_what_the_log_says_of_it() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let copy = signing_key_restored::copy(&world, "later-key").await;
    world.clock.advance_millis(60_000);
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let order = revocation(&tenant, &credentials[0].id);
    revoke(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let signer = Arc::clone(&world.world.signer);
    let here = signing_key_restored::restored(&world, &copy, signer).await;
    let learned = learn(&here, &published(&world).await).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!((learned.withdrawn, learned.unread), (1, vec![]));
}

#[tokio::test]
async fn t39_something_else_at_the_address_of_a_later_list_keeps_it_read_only() {
    let (world, tenant, mut published) = restored().await;
    let other = String::from_utf8(published[&list(2)].clone())
        .unwrap()
        .replace("riverside", "lakeside");
    published.insert(list(2), other.into_bytes());
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    let learned = learn(&world, &published).await;
    assert!(!learned.open);
    assert_eq!(learned.unread, [list(2)]);
    assert!(is_restored(&world.store).await.unwrap());
    assert_eq!(numbers(&world, &tenant).await, [1]);
}

#[tokio::test]
async fn later_lists_are_read_at_their_public_address_too() {
    let (world, tenant, published) = restored().await;
    for number in 1..=5 {
        let answer = match published.get(&list(number)) {
            Some(bytes) => Ok(Fetched {
                bytes: bytes.clone(),
                media_type: "application/vc".into(),
            }),
            None => Err(FetchError::Status(404)),
        };
        world.fetch.answer(&list(number), answer);
    }
    let log = published.iter().filter(|(url, _)| url.contains("/log/"));
    let log: Published = log
        .map(|(url, bytes)| (url.clone(), bytes.clone()))
        .collect();
    let learned = learn(&world, &log).await;
    assert!(learned.open);
    assert_eq!((learned.later, learned.withdrawn), (1, 1));
    assert_eq!(numbers(&world, &tenant).await, [1, 2]);
}

/// Lists that everybody can read, and a log of which nobody says how far it had come.
#[tokio::test]
async fn t47_while_nobody_says_how_far_the_log_had_come_nothing_is_opened() {
    let (world, tenant, mut published) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    let checkpoint = published.remove(CHECKPOINT).unwrap();
    let learned = learn(&world, &published).await;
    assert!(!learned.open && learned.waits_for_log && !learned.waits_for_lists);
    assert!(matches!(learned.log, Learned::Unknown { .. }));
    assert!(is_restored(&world.store).await.unwrap());
    let told = waits_for(&world.store).await.unwrap().unwrap();
    assert!(told.contains("how far the public log had come"), "{told}");
    // Nothing was written: the list that was in use is not closed yet.
    let reader = world.store.read();
    let open = reader.status_list(&tenant, 1).await.unwrap().unwrap();
    assert_eq!(open.abandoned_at, None);
    // And no older checkpoint is shown to anybody.
    let refused = file(&world, "checkpoint").await;
    assert!(matches!(refused, Err(LogError::Restored)), "{refused:?}");

    published.insert(CHECKPOINT.to_owned(), checkpoint.clone());
    let learned = learn(&world, &published).await;
    assert!(learned.open);
    assert!(matches!(learned.log, Learned::TakenOver(_)));
    assert_eq!(waits_for(&world.store).await.unwrap(), None);
    // What was signed since is shown at once, before anything is entered.
    let shown = file(&world, "checkpoint").await.unwrap().unwrap();
    assert_eq!(shown.bytes, checkpoint);
}

/// Whoever restores may say that nobody saw more of the log, but not against somebody who did.
#[tokio::test]
async fn t47_doing_without_the_log_is_possible_only_where_nobody_has_seen_more() {
    let (world, _, mut published) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    let without = Forgone {
        log: true,
        ..Forgone::default()
    };
    let tiles: Vec<String> = published
        .keys()
        .filter(|url| url.contains("/log/tile/"))
        .cloned()
        .collect();
    let kept: Vec<_> = tiles
        .iter()
        .map(|url| published.remove(url).unwrap())
        .collect();
    let learned = learn_without(&world, &published, without).await;
    assert!(!learned.open, "{learned:?}");
    assert!(matches!(learned.log, Learned::Behind { .. }));
    let checkpoint = published.remove(CHECKPOINT).unwrap();
    let learned = learn_without(&world, &published, without).await;
    assert!(learned.open, "{learned:?}");
    assert!(matches!(learned.log, Learned::Unknown { .. }));

    let (world, _, _) = restored().await;
    for number in [3, 4, 5] {
        let nothing = Err(FetchError::Status(404));
        world.fetch.answer(&list(number), nothing);
    }
    published.insert(CHECKPOINT.to_owned(), checkpoint);
    published.extend(tiles.into_iter().zip(kept));
    assert!(learn_without(&world, &published, without).await.open);
}
