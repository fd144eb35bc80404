//! Keys whose line of their DID's history is not out: none of them signs, whoever asks.

use touchstone_service::World;
use touchstone_service::operations::did_history::history_standing;
use touchstone_service::operations::signing_key::{
    KeyState, SigningKeyError, activate, compromise, destroy, import, make, rotate, signing_keys,
};
use touchstone_service::operations::{wind, work_until_idle};
use touchstone_store::{DidVersionRow, TenantId};
use touchstone_testkit::TestWorld;
use touchstone_vc::did::DidDocument;

use crate::did_history::{MINUTE_MS, institution, published, read};
use crate::signing_key::{act, giving_up, on_both, rotation};

/// An institution with a history, whose next line cannot be signed: the key that was promised is not there.
async fn stuck(world: &TestWorld) -> (TenantId, String) {
    let (tenant, did) = institution(world).await;
    world.clock.advance_millis(MINUTE_MS);
    world.memory_signer.hide(Some("riverside.update-2"));
    (tenant, did)
}

async fn state(world: &World, tenant: &TenantId, key: &str) -> KeyState {
    let keys = signing_keys(world, tenant).await.unwrap();
    keys.into_iter().find(|one| one.id == key).unwrap().state
}

/// The key that was promised is back, and what waits is tried again.
async fn mended(world: &TestWorld) {
    world.memory_signer.hide(None);
    for _ in 0..3 {
        world.clock.advance_millis(11 * MINUTE_MS);
        work_until_idle(world).await.unwrap();
    }
}

/// Whether a key counts for whoever reads the history alone.
async fn counts(world: &World, did: &str, key: &str) -> bool {
    let history = read(world, did, &published(world).await).unwrap();
    let document = DidDocument::from_value(history.document.as_ref().unwrap(), did).unwrap();
    document.assertion_methods.contains(&format!("{did}#{key}"))
}

#[tokio::test]
async fn a_key_that_no_reader_of_the_history_knows_is_not_activated() {
    on_both(async |world| {
        let (tenant, did) = stuck(&world).await;
        let made = make(&world, &tenant, "owner", "For later.").await.unwrap();
        work_until_idle(&world).await.unwrap();
        let refused = activate(&world, &act(&tenant, &made.id)).await.unwrap_err();
        assert!(
            matches!(refused, SigningKeyError::NotPublished),
            "{refused}"
        );
        assert!(
            refused.to_string().contains("touchstone doctor"),
            "{refused}"
        );
        assert_eq!(state(&world, &tenant, &made.id).await, KeyState::Pending);
        assert!(!counts(&world, &did, &made.id).await);

        mended(&world).await;
        assert!(counts(&world, &did, &made.id).await);
        // Nobody said when it is to sign, so it does not by itself.
        assert_eq!(state(&world, &tenant, &made.id).await, KeyState::Pending);
        let now = activate(&world, &act(&tenant, &made.id)).await.unwrap();
        assert_eq!(now.state, KeyState::Active);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_known_signs_while_the_line_of_another_waits() {
    let world = touchstone_testkit::world().await;
    let (tenant, _) = institution(&world).await;
    world.clock.advance_millis(MINUTE_MS);
    let known = make(&world, &tenant, "owner", "For later.").await.unwrap();
    work_until_idle(&world).await.unwrap();
    world.memory_signer.hide(Some("riverside.update-3"));
    world.clock.advance_millis(MINUTE_MS);
    make(&world, &tenant, "owner", "Another.").await.unwrap();
    work_until_idle(&world).await.unwrap();
    let now = activate(&world, &act(&tenant, &known.id)).await.unwrap();
    assert_eq!(now.state, KeyState::Active);
}

#[tokio::test]
async fn rotating_at_once_waits_for_the_line_and_the_old_key_signs_meanwhile() {
    on_both(async |world| {
        let (tenant, did) = stuck(&world).await;
        let begun = rotate(&world, &rotation(&tenant, true)).await.unwrap();
        let (old, new) = (&begun.follows[0], &begun.key.id);
        assert_eq!(begun.key.state, KeyState::Pending);
        // Asked again, it is the same key, and still nobody knows it.
        let again = rotate(&world, &rotation(&tenant, true)).await.unwrap();
        assert_eq!((&again.key.id, again.key.state), (new, KeyState::Pending));
        world
            .clock
            .advance_millis(world.keys.announce_ms + MINUTE_MS);
        work_until_idle(&world).await.unwrap();
        assert_eq!(state(&world, &tenant, new).await, KeyState::Pending);
        assert_eq!(state(&world, &tenant, old).await, KeyState::Active);

        mended(&world).await;
        assert!(counts(&world, &did, new).await);
        assert_eq!(state(&world, &tenant, new).await, KeyState::Active);
        assert_eq!(state(&world, &tenant, old).await, KeyState::Retired);
    })
    .await;
}

/// Threat 43: the key that is stolen stops in any case.
#[tokio::test]
async fn t43_a_key_that_is_given_up_stops_at_once_and_the_next_begins_with_its_line() {
    on_both(async |world| {
        let (tenant, did) = stuck(&world).await;
        crate::support::confirmed(
            &world,
            &tenant,
            crate::support::MEASURING,
            crate::support::COHORT,
        )
        .await;
        work_until_idle(&world).await.unwrap();
        let reader = world.store.read();
        let list = reader.status_lists(&tenant).await.unwrap().remove(0).id;
        let old = signing_keys(&world, &tenant).await.unwrap().remove(0).id;
        let before = reader.publication(&list).await.unwrap().unwrap();

        let found = compromise(&world, &giving_up(&world, &tenant, &old))
            .await
            .unwrap();
        let new = &found.successor.unwrap();
        assert!(found.successor_waits);
        work_until_idle(&world).await.unwrap();
        assert_eq!(state(&world, &tenant, &old).await, KeyState::Compromised);
        assert_eq!(state(&world, &tenant, new).await, KeyState::Pending);
        assert!(!counts(&world, &did, new).await);
        // No list is signed with a key that its readers do not know.
        let meanwhile = reader.publication(&list).await.unwrap().unwrap();
        assert_eq!(meanwhile.version, before.version);

        // The one after it may be lost as well before it ever signed, and the one after that destroyed.
        let order = giving_up(&world, &tenant, new);
        let third = compromise(&world, &order).await.unwrap().successor.unwrap();
        destroy(&world, &act(&tenant, &third)).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let keys = signing_keys(&world, &tenant).await.unwrap();
        assert_eq!((keys.len(), keys[0].state), (4, KeyState::Pending));
        let new = &keys[0].id;

        mended(&world).await;
        assert!(counts(&world, &did, new).await && !counts(&world, &did, &old).await);
        assert_eq!(state(&world, &tenant, new).await, KeyState::Active);
        let after = reader.publication(&list).await.unwrap().unwrap();
        assert!(after.version > before.version);
        assert!(String::from_utf8_lossy(&after.bytes).contains(&format!("{did}#{new}")));
    })
    .await;
}

/// The last quarter of what readers take is kept for what cannot wait.
#[tokio::test]
async fn a_history_that_is_nearly_full_takes_no_further_key_and_gives_one_up() {
    on_both(async |mut world| {
        let (tenant, _) = institution(&world).await;
        let old = signing_keys(&world, &tenant).await.unwrap().remove(0).id;
        assert_eq!(used(&world, &tenant).await, 0);
        fill(&world, &tenant, 3 << 20).await;
        assert_eq!(used(&world, &tenant).await, 75);
        for refused in [
            make(&world, &tenant, "owner", "For later.")
                .await
                .unwrap_err(),
            rotate(&world, &rotation(&tenant, true)).await.unwrap_err(),
            import(&world, &tenant, "owner", "From before.", &[7; 32])
                .await
                .unwrap_err(),
        ] {
            assert!(matches!(refused, SigningKeyError::HistoryFull), "{refused}");
        }
        // By schedule nothing is tried in vain.
        world.world.keys.most_days = Some(90);
        world.clock.advance_millis(91 * 24 * 60 * MINUTE_MS);
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let waiting = world.store.read().jobs_of("rotate-keys", 9).await.unwrap();
        assert!(waiting.is_empty(), "{waiting:?}");
        assert_eq!(signing_keys(&world, &tenant).await.unwrap().len(), 1);

        let found = compromise(&world, &giving_up(&world, &tenant, &old)).await;
        assert!(found.unwrap().successor.is_some());
        assert_eq!(state(&world, &tenant, &old).await, KeyState::Compromised);
        // Without any key that signs, one is made by hand as well.
        make(&world, &tenant, "owner", "At once.").await.unwrap();
    })
    .await;
}

async fn used(world: &World, tenant: &TenantId) -> usize {
    let standing = history_standing(world, tenant).await.unwrap();
    standing.unwrap().used_percent
}

/// Has a version wait that is as long as many keys would make it.
async fn fill(world: &World, tenant: &TenantId, bytes: usize) {
    let last = world.store.read().did_versions(tenant).await.unwrap();
    let last = last.last().unwrap();
    let row = &DidVersionRow {
        number: last.number + 1,
        document: " ".repeat(bytes),
        line: None,
        ..last.clone()
    };
    let added = world
        .store
        .write(|mut tx| async move { tx.add_did_version(row.clone()).await });
    added.await.unwrap();
}
