//! A DID that resolves to a document of somebody else.

use touchstone_service::{
    logging::sequence_until_idle,
    operations::{
        gauges,
        signing_key::{KeyAct, KeyPolicy, destroy, make, rotate},
        wind, work_until_idle,
    },
    ports::{FetchError, Fetched},
    verifying::{Resolution, Which, document, resolved},
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::log::Entry;

use crate::log_files::entries;
use crate::signing_key::rotation;
use crate::support::institution;

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
    world.clock.advance_millis(HOUR_MS);
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
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(later(&world, &tenant).await, (Resolution::Older, None));
    serve(&world, &bytes(&world).await);
    assert_eq!(later(&world, &tenant).await, (Resolution::Ours, None));
}

/// A key that was announced and never signed leaves the document when it is destroyed, and the log says so.
#[tokio::test]
async fn every_change_of_the_document_is_in_the_log() {
    let world = world().await;
    let tenant = institution(&world).await;
    let made = make(&world, &tenant, "owner", "For later.").await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let before = bytes(&world).await;
    let order = KeyAct {
        tenant: tenant.clone(),
        actor: "owner".into(),
        key: made.id.clone(),
        reason: "Not needed.".into(),
    };
    destroy(&world, &order).await.unwrap();
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
