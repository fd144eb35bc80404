//! A DID that resolves to a document of somebody else.

use std::sync::Arc;

use touchstone_service::{
    World,
    issuing::found,
    logging::sequence_until_idle,
    operations::{
        Job, Turn, gauges,
        signing_key::{KeyPolicy, compromise, destroy, make, rotate, signing_keys},
        wind, work_once_on, work_until_idle,
    },
    ports::{Clock as _, Fetch, FetchError, Fetched, ObjectKey},
    verifying::{Resolution, Which, document, resolved},
};
use touchstone_store::{InstitutionRow, Store, TenantId};
use touchstone_testkit::{FixedClock, ScriptedFetch, TestWorld, world};
use touchstone_vc::log::Entry;

use crate::log_files::entries;
use crate::signing_key::{act, giving_up, rotation};
use crate::signing_key_restored::{copy, learn, restored};
use crate::support::{founding, institution};

const URL: &str = "https://verify.example.edu/i/riverside/did.json";
const HOUR_MS: i64 = 3_600_000;

fn serve(world: &TestWorld, bytes: &[u8]) {
    let fetched = Fetched {
        bytes: bytes.to_vec(),
        media_type: "application/did+json".into(),
    };
    world.fetch.answer(URL, Ok(fetched));
}

/// The document as it is published.
async fn bytes(world: &TestWorld) -> Vec<u8> {
    let found = document(world, "riverside", Which::Did).await.unwrap();
    found.unwrap().bytes
}

/// What an hour later is known.
async fn later(world: &TestWorld, tenant: &TenantId) -> (Resolution, Option<String>) {
    after(world, tenant, HOUR_MS).await
}

async fn after(world: &TestWorld, tenant: &TenantId, millis: i64) -> (Resolution, Option<String>) {
    world.clock.advance_millis(millis);
    wind(world).await.unwrap();
    work_until_idle(world).await.unwrap();
    let found = resolved(world, tenant).await.unwrap().unwrap();
    (found.what, found.unread)
}

#[tokio::test]
async fn t44_a_document_at_our_did_that_the_log_does_not_have_is_an_alarm_until_ours_is_back() {
    let mut world = world().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let first = bytes(&world).await;
    serve(&world, &first);
    // Nobody is asked unless it was switched on.
    world.clock.advance_millis(HOUR_MS);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(resolved(&world, &tenant).await.unwrap(), None);
    assert!(!world.fetch.asked().iter().any(|url| url == URL));

    world.world.keys = KeyPolicy {
        documents_every_ms: Some(HOUR_MS),
        ..KeyPolicy::default()
    };
    assert_eq!(later(&world, &tenant).await, (Resolution::Ours, None));
    assert_eq!(gauges(&world).await.unwrap().foreign_documents, 0);
    // Not before it is time.
    let asked = world.fetch.asked().len();
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(world.fetch.asked().len(), asked);

    let mut taken = first.clone();
    let key = taken.windows(4).position(|at| at == b"z6Mk").unwrap();
    taken[key + 8] ^= 1;
    serve(&world, &taken);
    assert_eq!(later(&world, &tenant).await, (Resolution::Foreign, None));
    let since = resolved(&world, &tenant).await.unwrap().unwrap().since;
    assert_eq!(gauges(&world).await.unwrap().foreign_documents, 1);
    // A server that falls silent takes no alarm back.
    world.fetch.answer(URL, Err(FetchError::TimedOut));
    let (what, unread) = later(&world, &tenant).await;
    assert_eq!(what, Resolution::Foreign);
    assert!(unread.unwrap().contains("no answer in time"));
    assert_eq!(
        resolved(&world, &tenant).await.unwrap().unwrap().since,
        since
    );

    serve(&world, &first);
    assert_eq!(later(&world, &tenant).await, (Resolution::Ours, None));
    let alarm = async |what: Resolution| {
        assert_eq!(later(&world, &tenant).await, (what, None));
        gauges(&world).await.unwrap().foreign_documents
    };
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(alarm(Resolution::Older).await, 0);
    // What was ours once takes no alarm back: whoever put the other there can put that there as well.
    serve(&world, &taken);
    assert_eq!(alarm(Resolution::Foreign).await, 1);
    serve(&world, &first);
    assert_eq!(alarm(Resolution::Foreign).await, 1);
    serve(&world, &bytes(&world).await);
    assert_eq!(alarm(Resolution::Ours).await, 0);
}

/// A world that looks every hour.
async fn watching() -> TestWorld {
    let mut world = world().await;
    world.world.keys = KeyPolicy {
        documents_every_ms: Some(HOUR_MS),
        ..KeyPolicy::default()
    };
    world
}

/// A log that stands still, or is only slower than two orders, has the later document alone.
#[tokio::test]
async fn t44_what_was_changed_twice_before_the_log_took_it_in_is_ours() {
    let world = watching().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    world.clock.advance_millis(1);
    let made = make(&world, &tenant, "owner", "For later.").await.unwrap();
    let between = bytes(&world).await;
    world.clock.advance_millis(1);
    destroy(&world, &act(&tenant, &made.id)).await.unwrap();
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    assert_ne!(bytes(&world).await, between);
    let hash = (world.crypto.sha256)(&between);
    let known = entries(&world).await.iter().any(
        |entry| matches!(Entry::parse(entry), Ok(Entry::DidDocument { sha256, .. }) if sha256 == hash),
    );
    assert!(!known, "nothing but the keys knows of it");
    serve(&world, &between);
    assert_eq!(later(&world, &tenant).await, (Resolution::Older, None));
}

/// A key was announced after the backup: its document is at a static host and in the log, and no row of the restored database tells of it.
#[tokio::test]
async fn after_a_restore_a_document_that_the_log_has_is_ours() {
    let world = watching().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let older = copy(&world, "announced-since").await;
    world.clock.advance_millis(1);
    make(&world, &tenant, "owner", "For later.").await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let published = bytes(&world).await;
    let here = restored(&world, &older, Arc::clone(&world.world.signer)).await;
    let learned = learn(&world, &here).await;
    assert!(learned.open, "{}", learned.waits_for());
    // A version before noted what it had taken over; what was restored with one before that has no such note.
    let noted = here
        .store
        .write(|mut tx| async move { tx.set_setting("log.adopted", "[]").await });
    noted.await.unwrap();
    let seen = async |bytes: &[u8]| {
        serve(&world, bytes);
        world.clock.advance_millis(HOUR_MS);
        wind(&here).await.unwrap();
        work_until_idle(&here).await.unwrap();
        resolved(&here, &tenant).await.unwrap().unwrap().what
    };
    assert_eq!(seen(&published).await, Resolution::Older);
    assert_eq!(seen(&b"{}"[..]).await, Resolution::Foreign);
}

/// Whoever has the key and the domain has everybody count the key again.
#[tokio::test]
async fn t44_a_document_from_before_a_key_was_given_up_is_an_alarm() {
    let world = watching().await;
    let tenant = institution(&world).await;
    let before = bytes(&world).await;
    let key = signing_keys(&world, &tenant).await.unwrap()[0].id.clone();
    sequence_until_idle(&world).await.unwrap();
    serve(&world, &before);
    assert_eq!(later(&world, &tenant).await, (Resolution::Ours, None));
    world.clock.advance_millis(HOUR_MS - 60_000);
    compromise(&world, &giving_up(&world, &tenant, &key))
        .await
        .unwrap();
    // A cache may have it for a moment still.
    let soon = after(&world, &tenant, 60_000).await;
    assert_eq!(soon, (Resolution::Older, None));
    assert_eq!(later(&world, &tenant).await, (Resolution::GivenUp, None));
    assert_eq!(gauges(&world).await.unwrap().foreign_documents, 1);
    let revoked = bytes(&world).await;
    serve(&world, &revoked);
    assert_eq!(later(&world, &tenant).await, (Resolution::Ours, None));
    // One in which the key is revoked is only old.
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    assert_eq!(later(&world, &tenant).await, (Resolution::Older, None));
}

#[tokio::test]
async fn a_look_from_when_the_clock_was_ahead_keeps_no_alarm_waiting_once_it_is_right() {
    let world = watching().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    serve(&world, &bytes(&world).await);
    let jump = 30 * 24 * HOUR_MS;
    let ours = (Resolution::Ours, None);
    assert_eq!(after(&world, &tenant, jump).await, ours);
    serve(&world, b"{}");
    let foreign = (Resolution::Foreign, None);
    assert_eq!(after(&world, &tenant, -jump).await, foreign);
}

/// Nothing takes back what nobody looks at: it is told as how it was, and alarms nobody for ever.
#[tokio::test]
async fn what_was_seen_last_is_no_alarm_where_nobody_looks() {
    let mut world = watching().await;
    let tenant = institution(&world).await;
    serve(&world, b"{}");
    assert_eq!(later(&world, &tenant).await, (Resolution::Foreign, None));
    assert!(resolved(&world, &tenant).await.unwrap().unwrap().is_watched);
    world.world.keys.documents_every_ms = None;
    let found = resolved(&world, &tenant).await.unwrap().unwrap();
    assert!(!found.is_watched && found.what == Resolution::Foreign);
    assert_eq!(gauges(&world).await.unwrap().foreign_documents, 0);
    // What was seen of one DID says nothing of another.
    let row = world.store.read().institution(&tenant).await.unwrap();
    let moved = &InstitutionRow {
        did: Some("did:web:elsewhere.example:i:riverside".into()),
        ..row.unwrap()
    };
    let change = world
        .store
        .write(|mut tx| async move { tx.change_institution(moved.clone()).await });
    change.await.unwrap();
    assert_eq!(resolved(&world, &tenant).await.unwrap(), None);
}

/// Answers as scripted, and takes its time.
struct Slow {
    answers: Arc<ScriptedFetch>,
    clock: Arc<FixedClock>,
    millis: i64,
    /// Where another worker takes jobs meanwhile.
    other: Option<Store>,
}

#[async_trait::async_trait]
impl Fetch for Slow {
    async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
        self.clock.advance_millis(self.millis);
        if let Some(store) = &self.other {
            let now = self.clock.now().unix_millis();
            let taken = store.claim_jobs(&["compare-documents"], now, now + 30_000, 1);
            assert_eq!(taken.await.unwrap().len(), 1, "the lease has run out");
        }
        self.answers.fetch(url).await
    }
}

fn slow(world: &TestWorld, millis: i64, other: Option<Store>) -> World {
    let fetch = Slow {
        answers: Arc::clone(&world.fetch),
        clock: Arc::clone(&world.clock),
        millis,
        other,
    };
    World {
        fetch: Arc::new(fetch),
        ..world.world.clone()
    }
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_down_nothing() {
    let world = watching().await;
    let tenant = institution(&world).await;
    serve(&world, b"{}");
    let slow = slow(&world, 31_000, Some(world.store.clone()));
    wind(&slow).await.unwrap();
    let kind = Job::CompareDocuments {}.kind();
    assert_eq!(work_once_on(&slow, kind).await.unwrap(), Turn::Worked);
    assert_eq!(resolved(&world, &tenant).await.unwrap(), None);
}

/// A round does not go on for ever, and goes on with those whom it left.
#[tokio::test]
async fn a_round_is_bounded_and_the_next_one_begins_with_who_was_left() {
    let world = watching().await;
    for slug in ["hillside", "lakeside", "riverside", "seaside"] {
        found(&world, &founding(slug)).await.unwrap();
    }
    let slow = slow(&world, 6 * 60_000, None);
    let kind = Job::CompareDocuments {}.kind();
    let round = async || {
        let before = world.fetch.asked().len();
        wind(&slow).await.unwrap();
        while work_once_on(&slow, kind).await.unwrap() == Turn::Worked {}
        world.fetch.asked().split_off(before)
    };
    let (first, second) = (round().await, round().await);
    assert_eq!((first.len(), second.len()), (2, 2));
    assert!(
        first.iter().all(|url| !second.contains(url)),
        "{first:?} {second:?}"
    );
    assert!(round().await.is_empty(), "not before it is time");
}

/// A damaged log keeps nobody from being looked at whose document it is not needed for.
#[tokio::test]
async fn one_institution_that_cannot_be_compared_holds_up_no_other() {
    let world = watching().await;
    for slug in ["hillside", "riverside"] {
        found(&world, &founding(slug)).await.unwrap();
    }
    let all = world.store.read().institutions().await.unwrap();
    let address = |slug: &str| format!("https://verify.example.edu/i/{slug}/did.json");
    for (row, ours) in all.iter().zip([false, true]) {
        let bytes = match ours {
            true => {
                document(&world, &row.slug, Which::Did)
                    .await
                    .unwrap()
                    .unwrap()
                    .bytes
            }
            false => b"{}".to_vec(),
        };
        let media_type = "application/did+json".to_owned();
        world
            .fetch
            .answer(&address(&row.slug), Ok(Fetched { bytes, media_type }));
    }
    sequence_until_idle(&world).await.unwrap();
    let tiles = ObjectKey::new("log/tile").unwrap();
    world.objects.remove_below(&tiles).await.unwrap();
    wind(&world).await.unwrap();
    let kind = Job::CompareDocuments {}.kind();
    assert_eq!(work_once_on(&world, kind).await.unwrap(), Turn::Worked);
    assert_eq!(resolved(&world, &all[0].id).await.unwrap(), None);
    let other = resolved(&world, &all[1].id).await.unwrap().unwrap();
    assert_eq!(other.what, Resolution::Ours);
    let waiting = world.store.read().jobs_of(kind, 9).await.unwrap();
    assert!(waiting[0].last_error.is_some(), "it is told: {waiting:?}");
}

/// A key that was announced and never signed leaves the document when it is destroyed, and the log says so.
#[tokio::test]
async fn every_change_of_the_document_is_in_the_log() {
    let world = world().await;
    let tenant = institution(&world).await;
    let made = make(&world, &tenant, "owner", "For later.").await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let before = bytes(&world).await;
    destroy(&world, &act(&tenant, &made.id)).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let now = bytes(&world).await;
    assert_ne!(now, before);
    let entries = entries(&world).await;
    let mut documents = entries
        .iter()
        .filter_map(|entry| match Entry::parse(entry) {
            Ok(Entry::DidDocument { sha256, .. }) => Some(sha256),
            _ => None,
        });
    assert_eq!(documents.next_back(), Some((world.crypto.sha256)(&now)));
}
