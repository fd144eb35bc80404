//! Signing keys: each state, what may follow it, and how one follows another.

use touchstone_service::logging::sequence_until_idle;
use touchstone_service::operations::signing_key::{
    Compromise, KeyAct, KeyPolicy, KeyState, Refused, Rotation, SigningKeyError, activate,
    compromise, destroy, make, retire, rotate, signing_key, signing_keys,
};
use touchstone_service::operations::{Turn, wind, work_once, work_until_idle};
use touchstone_service::ports::Clock as _;
use touchstone_service::verifying::{Which, document, publish_status};
use touchstone_service::{Site, World};
use touchstone_store::{BatchState, TenantId};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on, world_with};
use touchstone_vc::did::DidDocument;
use touchstone_vc::log::{Entry, KeyChange};
use touchstone_vc::{CheckKind, Outcome, Timestamp};

use crate::log_files::entries;
use crate::support::{
    MEASURING, all, audited, confirmed, institution, institution_with, issued, outcome, state,
};

pub(crate) const DID: &str = "did:web:verify.example.edu:i:riverside";
pub(crate) const ADA: &str = "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\n";

pub(crate) fn act(tenant: &TenantId, key: &str) -> KeyAct {
    KeyAct {
        tenant: tenant.clone(),
        actor: "owner".into(),
        key: key.into(),
        reason: "As planned.".into(),
    }
}

pub(crate) fn rotation(tenant: &TenantId, at_once: bool) -> Rotation {
    Rotation {
        tenant: tenant.clone(),
        actor: "owner".into(),
        reason: "As planned.".into(),
        at_once,
    }
}

pub(crate) fn giving_up(world: &World, tenant: &TenantId, key: &str) -> Compromise {
    Compromise {
        act: act(tenant, key),
        since: world.clock.now(),
        rehearse: false,
    }
}

pub(crate) async fn states(world: &World, tenant: &TenantId) -> Vec<KeyState> {
    let keys = signing_keys(world, tenant).await.unwrap();
    keys.iter().map(|key| key.state).collect()
}

pub(crate) async fn did_document(world: &World) -> DidDocument {
    let found = document(world, "riverside", Which::Did).await.unwrap();
    DidDocument::parse(&found.unwrap().bytes, DID).unwrap()
}

/// What the log says of keys, in its order.
pub(crate) async fn logged(world: &World) -> Vec<(String, KeyChange, Timestamp)> {
    let events =
        entries(world)
            .await
            .into_iter()
            .filter_map(|entry| match Entry::parse(&entry).unwrap() {
                Entry::KeyEvent {
                    method,
                    change,
                    since,
                    ..
                } => Some((method.rsplit('#').next().unwrap().to_owned(), change, since)),
                _ => None,
            });
    events.collect()
}

pub(crate) async fn on_both(test: impl AsyncFn(TestWorld)) {
    test(world().await).await;
    test(world_on(TestDatabase::postgres()).await).await;
}

async fn publications(world: &World, tenant: &TenantId) -> Vec<(String, i64)> {
    let reader = world.store.read();
    let mut found = Vec::new();
    for list in reader.status_lists(tenant).await.unwrap() {
        let published = reader.publication(&list.id).await.unwrap().unwrap();
        found.push((list.id, published.version));
    }
    found
}

/// Whoever leaves that end out of a bundle is found out by the list that was published after it.
#[tokio::test]
async fn t43_lists_that_were_published_before_the_old_key_ended_are_published_anew() {
    on_both(async |world| {
        let (tenant, _) = issued(&world, MEASURING).await;
        rotate(&world, &rotation(&tenant, true)).await.unwrap();
        let publish = async || {
            for (list, _) in publications(&world, &tenant).await {
                publish_status(&world, &tenant, &list).await.unwrap();
            }
            publications(&world, &tenant).await
        };
        // The new key signs, and the old one was not retired yet.
        let early = publish().await;
        assert_eq!(early, publish().await, "repeating it changes nothing");
        let active = [KeyState::Active, KeyState::Active];
        assert_eq!(states(&world, &tenant).await, active);
        work_until_idle(&world).await.unwrap();
        let late = publications(&world, &tenant).await;
        for ((list, early), (_, late)) in early.iter().zip(&late) {
            assert!(late > early, "{list}: {early}, {late}");
        }
        assert!(!late.is_empty());
        assert_eq!(late, publish().await, "nor does it now");
    })
    .await;
}

#[tokio::test]
async fn a_rotation_announces_the_new_key_before_it_signs() {
    on_both(async |world| {
        let (tenant, credentials) = issued(&world, MEASURING).await;
        let old = credentials[0].key_id.clone();
        let begun = rotate(&world, &rotation(&tenant, false)).await.unwrap();
        let new = begun.key.id.clone();
        assert_eq!(begun.follows, std::slice::from_ref(&old));
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Pending, KeyState::Active]
        );
        let published = did_document(&world).await;
        assert!(
            published.assertion_methods.contains(&begun.key.name),
            "announced"
        );
        // Asking again rotates to the same key, and does not put it off.
        world.clock.advance_millis(1_000);
        let again = rotate(&world, &rotation(&tenant, false)).await.unwrap();
        assert_eq!((&again.key.id, again.signs_from), (&new, begun.signs_from));
        work_until_idle(&world).await.unwrap();
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Pending, KeyState::Active]
        );

        world.clock.advance_millis(world.keys.announce_ms - 1_000);
        work_until_idle(&world).await.unwrap();
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Active, KeyState::Retired]
        );
        // What the old key signed is checked as before, from lists that the new one signed.
        assert_eq!(
            did_document(&world).await,
            published,
            "a retired key stays in it"
        );
        for list in world.store.read().status_lists(&tenant).await.unwrap() {
            let published = world
                .store
                .read()
                .publication(&list.id)
                .await
                .unwrap()
                .unwrap();
            let text = String::from_utf8(published.bytes).unwrap();
            assert!(text.contains(&format!("#{new}\"")), "{text}");
        }
        for kind in [CheckKind::Proof, CheckKind::Issuer, CheckKind::Status] {
            let found = outcome(&world, &tenant, &credentials[0].id, kind).await;
            assert_eq!(found, Some(Outcome::Pass), "{kind:?}");
        }
        confirmed(
            &world,
            &tenant,
            MEASURING,
            &ADA.replace("ada", "eve").replace(",1,3", ",99,3"),
        )
        .await;
        work_until_idle(&world).await.unwrap();
        let last = all(&world, &tenant)
            .await
            .into_iter()
            .find(|row| row.key_id == new);
        let last = last.expect("the new key signs");
        let found = outcome(&world, &tenant, &last.id, CheckKind::Issuer).await;
        assert_eq!(found, Some(Outcome::Pass));

        let changes: Vec<_> = logged(&world)
            .await
            .into_iter()
            .map(|(key, change, _)| (key, change))
            .collect();
        assert_eq!(
            changes,
            [
                (old.clone(), KeyChange::Active),
                (new, KeyChange::Active),
                (old, KeyChange::Retired)
            ]
        );
        // The log had announced it before it signed, and so had the document.
        let entries = entries(&world).await;
        let read = entries.iter().map(|entry| Entry::parse(entry).unwrap());
        let of_the_new: Vec<_> = read
            .filter_map(|entry| match entry {
                Entry::KeyPending {
                    method, public_key, ..
                } if method == begun.key.name => Some(("pending", public_key)),
                Entry::KeyEvent {
                    method,
                    public_key,
                    change,
                    ..
                } if method == begun.key.name => Some((change.word(), public_key)),
                _ => None,
            })
            .collect();
        let key = || begun.key.public_key.clone();
        assert_eq!(of_the_new, [("pending", key()), ("active", key())]);
        for (action, lines) in [("key.make", 1), ("key.activate", 2), ("key.retire", 1)] {
            assert_eq!(audited(&world, &tenant, action).await, lines, "{action}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_batch_under_way_finishes_under_the_key_that_it_was_approved_with() {
    on_both(async |world| {
        let tenant = institution_with(&world, MEASURING).await;
        let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
        // Reserved and approved; the signer fails before anything is signed.
        let failing = crate::resilience::failing_signer(&world, 1);
        while work_once(&failing).await.unwrap() == Turn::Worked {}
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealing);
        let old = signing_keys(&world, &tenant).await.unwrap()[0].id.clone();

        rotate(&world, &rotation(&tenant, true)).await.unwrap();
        let refused = retire(&world, &act(&tenant, &old)).await.unwrap_err();
        assert!(matches!(refused, SigningKeyError::UnderWay(1)), "{refused}");
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Active, KeyState::Active]
        );
        for _ in 0..3 {
            world.clock.advance_millis(11 * 60 * 1_000);
            work_until_idle(&world).await.unwrap();
        }
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
        let row = all(&world, &tenant).await.remove(0);
        assert_eq!(row.key_id, old);
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Active, KeyState::Retired]
        );
        let found = outcome(&world, &tenant, &row.id, CheckKind::Issuer).await;
        assert_eq!(found, Some(Outcome::Pass));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_has_signed_long_enough_is_rotated_by_itself() {
    let mut world = world().await;
    world.world.keys = KeyPolicy {
        most_days: Some(90),
        ..KeyPolicy::default()
    };
    let (tenant, _) = issued(&world, MEASURING).await;
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(states(&world, &tenant).await, [KeyState::Active]);
    world.clock.advance_millis(90 * 86_400_000);
    for _ in 0..3 {
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
    }
    assert_eq!(
        states(&world, &tenant).await,
        [KeyState::Pending, KeyState::Active],
        "once"
    );
    world.clock.advance_millis(world.keys.announce_ms);
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        states(&world, &tenant).await,
        [KeyState::Active, KeyState::Retired]
    );
}

#[tokio::test]
async fn a_key_that_was_made_and_forgotten_is_the_one_that_the_schedule_rotates_to() {
    let mut world = world().await;
    world.world.keys = KeyPolicy {
        most_days: Some(90),
        ..KeyPolicy::default()
    };
    let (tenant, _) = issued(&world, MEASURING).await;
    let spare = make(&world, &tenant, "owner", "A ceremony.").await.unwrap();
    let turn = async || {
        for _ in 0..3 {
            wind(&world).await.unwrap();
            work_until_idle(&world).await.unwrap();
        }
        signing_keys(&world, &tenant).await.unwrap()
    };
    world.clock.advance_millis(89 * 86_400_000);
    turn().await;
    let waits = signing_key(&world, &tenant, &spare.id).await.unwrap();
    assert_eq!(waits.unwrap().signs_from, None, "it is not due");
    world.clock.advance_millis(86_400_000);
    assert_eq!(turn().await.len(), 2, "no other one is made");
    world.clock.advance_millis(world.keys.announce_ms);
    turn().await;
    assert_eq!(
        states(&world, &tenant).await,
        [KeyState::Active, KeyState::Retired]
    );
    let signs = signing_key(&world, &tenant, &spare.id).await.unwrap();
    assert_eq!(signs.unwrap().state, KeyState::Active);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_way_out() {
    let world = world().await;
    let tenant = institution(&world).await;
    let first = signing_keys(&world, &tenant).await.unwrap()[0].id.clone();
    let only = retire(&world, &act(&tenant, &first)).await.unwrap_err();
    assert!(matches!(only, SigningKeyError::OnlyKey), "{only}");
    let signs = destroy(&world, &act(&tenant, &first)).await.unwrap_err();
    assert!(
        matches!(signs, SigningKeyError::Refused(Refused::Signs)),
        "{signs}"
    );
    let nobody = activate(&world, &act(&tenant, "riverside-9"))
        .await
        .unwrap_err();
    assert!(matches!(nobody, SigningKeyError::NoSuchKey));
    let silent = KeyAct {
        reason: "  ".into(),
        ..act(&tenant, &first)
    };
    assert!(matches!(
        retire(&world, &silent).await.unwrap_err(),
        SigningKeyError::Reason
    ));
    let future = Compromise {
        since: Timestamp::from_unix_millis(world.clock.now().unix_millis() + 1),
        ..giving_up(&world, &tenant, &first)
    };
    assert!(matches!(
        compromise(&world, &future).await.unwrap_err(),
        SigningKeyError::Future
    ));
    // One that never signed goes without a trace in the document.
    let spare = make(&world, &tenant, "owner", "A spare.").await.unwrap();
    assert!(did_document(&world).await.method(&spare.name).is_some());
    let never = retire(&world, &act(&tenant, &spare.id)).await.unwrap_err();
    assert!(matches!(
        never,
        SigningKeyError::Refused(Refused::NeverSigned)
    ));
    destroy(&world, &act(&tenant, &spare.id)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert!(did_document(&world).await.method(&spare.name).is_none());
    assert_eq!(logged(&world).await.len(), 2, "its end is in the log");
}

#[tokio::test]
async fn an_issuer_that_is_its_key_cannot_rotate() {
    let site = Site {
        public_url: url::Url::parse("http://localhost:8000").unwrap(),
        local: true,
        did_method: touchstone_service::DidMethod::Web,
        operator: "Example operator".into(),
    };
    let world = world_with(TestDatabase::sqlite(), site).await;
    let tenant = institution(&world).await;
    for refused in [
        rotate(&world, &rotation(&tenant, true))
            .await
            .map(drop)
            .unwrap_err(),
        make(&world, &tenant, "owner", "Another.")
            .await
            .map(drop)
            .unwrap_err(),
    ] {
        assert!(matches!(refused, SigningKeyError::DidKey), "{refused}");
        assert!(refused.to_string().contains("site.public_url"), "{refused}");
    }
    let key = signing_keys(&world, &tenant).await.unwrap().remove(0);
    compromise(&world, &giving_up(&world, &tenant, &key.id))
        .await
        .unwrap();
    let after = signing_key(&world, &tenant, &key.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.state, KeyState::Compromised);
    sequence_until_idle(&world).await.unwrap();
    let after = signing_key(&world, &tenant, &key.id)
        .await
        .unwrap()
        .unwrap();
    assert!(
        after.history.iter().all(|step| step.entry.is_some()),
        "both are in the log"
    );
}
