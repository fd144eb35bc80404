//! Signing keys: each state, what may follow it, and that an ended key never signs again.

use std::sync::Arc;

use touchstone_service::{
    Site, World,
    logging::{file, sequence_until_idle},
    operations::{
        Turn,
        restore::{Forgone, mark_restored, reconcile},
        signing_key::{
            Compromise, KeyAct, KeyPolicy, KeyState, Refused, Rotation, SigningKeyError, activate,
            affected, compromise, destroy, make, reissue, retire, rotate, signing_key,
            signing_keys,
        },
        wind, work_once, work_until_idle,
    },
    ports::{Clock as _, SignError, Signer as _},
    verifying::{Which, document},
};
use touchstone_store::{BatchState, RowState, Store, TenantId};
use touchstone_testkit::{MemorySigner, TestDatabase, TestWorld, world, world_on, world_with};
use touchstone_vc::{
    CheckKind, Fault, Outcome, Timestamp,
    did::DidDocument,
    log::{Entry, KeyChange},
};

use crate::{
    log_files::{entries, tempfile_dir},
    support::{
        MEASURING, all, audited, confirmed, institution, institution_with, issued, outcome, state,
    },
};

const DID: &str = "did:web:verify.example.edu:i:riverside";
const ADA: &str = "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\n";

fn act(tenant: &TenantId, key: &str) -> KeyAct {
    KeyAct {
        tenant: tenant.clone(),
        actor: "owner".into(),
        key: key.into(),
        reason: "As planned.".into(),
    }
}

fn rotation(tenant: &TenantId, at_once: bool) -> Rotation {
    Rotation {
        tenant: tenant.clone(),
        actor: "owner".into(),
        reason: "As planned.".into(),
        at_once,
    }
}

fn giving_up(world: &World, tenant: &TenantId, key: &str) -> Compromise {
    Compromise {
        act: act(tenant, key),
        since: world.clock.now(),
        rehearse: false,
    }
}

async fn states(world: &World, tenant: &TenantId) -> Vec<KeyState> {
    let keys = signing_keys(world, tenant).await.unwrap();
    keys.iter().map(|key| key.state).collect()
}

async fn did_document(world: &World) -> DidDocument {
    let found = document(world, "riverside", Which::Did).await.unwrap();
    DidDocument::parse(&found.unwrap().bytes, DID).unwrap()
}

/// What the log says of keys, in its order.
async fn logged(world: &World) -> Vec<(String, KeyChange, Timestamp)> {
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

async fn on_both(test: impl AsyncFn(TestWorld)) {
    test(world().await).await;
    test(world_on(TestDatabase::postgres()).await).await;
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
async fn what_was_approved_under_a_key_that_is_given_up_is_not_signed_and_can_be_issued_again() {
    on_both(async |world| {
        let tenant = institution_with(&world, MEASURING).await;
        let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
        let failing = crate::resilience::failing_signer(&world, 1);
        while work_once(&failing).await.unwrap() == Turn::Worked {}
        let old = signing_keys(&world, &tenant).await.unwrap()[0].id.clone();
        let given_up = compromise(&world, &giving_up(&world, &tenant, &old))
            .await
            .unwrap();
        assert_eq!(given_up.affected.waiting, 1);
        world.clock.advance_millis(11 * 60 * 1_000);
        work_until_idle(&world).await.unwrap();
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
        assert!(all(&world, &tenant).await.is_empty());
        let faulty = world
            .store
            .read()
            .batch_rows(&tenant, &batch, Some(RowState::Faulty), -1, 10)
            .await
            .unwrap();
        assert!(
            faulty[0].faults.contains("key_ended"),
            "{}",
            faulty[0].faults
        );
        // The same person in another list, signed by the new key.
        confirmed(
            &world,
            &tenant,
            MEASURING,
            &ADA.replace("\nAda,", "\nAda L.,"),
        )
        .await;
        work_until_idle(&world).await.unwrap();
        let rows = all(&world, &tenant).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(Some(rows[0].key_id.clone()), given_up.successor);
    })
    .await;
}

#[tokio::test]
async fn t43_a_key_that_was_given_up_never_signs_again() {
    on_both(async |world| {
        let (tenant, credentials) = issued(&world, MEASURING).await;
        let old = credentials[0].key_id.clone();
        world.clock.advance_millis(60_000);
        let since = world.clock.now();
        let given_up = compromise(&world, &giving_up(&world, &tenant, &old))
            .await
            .unwrap();
        assert_eq!(given_up.affected.standing.len(), credentials.len());
        assert_eq!(given_up.affected.issued_since, 0);
        work_until_idle(&world).await.unwrap();
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Active, KeyState::Compromised]
        );
        assert_eq!(
            world.signer.sign(&old, b"x").await,
            Err(SignError::Ended),
            "the signer knows it, too"
        );

        // Published as revoked, and for nothing any more; what it signed before is in doubt, whatever date it bears.
        let published = did_document(&world).await;
        let method = published.method(&given_up.key.name).unwrap();
        assert_eq!(method.revoked, Some(since.whole_seconds()));
        assert!(!published.assertion_methods.contains(&method.id));
        let found = outcome(&world, &tenant, &credentials[0].id, CheckKind::Issuer).await;
        assert_eq!(found, Some(Outcome::Unknown(Fault::KeyRevoked)));
        let (_, change, said) = logged(&world).await.pop().unwrap();
        assert_eq!(
            (change, said),
            (KeyChange::Compromised, since.whole_seconds())
        );

        for (refused, name) in [
            (
                activate(&world, &act(&tenant, &old)).await.unwrap_err(),
                Refused::Ended(KeyState::Compromised),
            ),
            (
                retire(&world, &act(&tenant, &old)).await.unwrap_err(),
                Refused::Ended(KeyState::Compromised),
            ),
        ] {
            assert!(
                matches!(refused, SigningKeyError::Refused(why) if why == name),
                "{refused}"
            );
        }
        destroy(&world, &act(&tenant, &old)).await.unwrap();
        work_until_idle(&world).await.unwrap();
        assert_eq!(world.signer.public(&old).await, Err(SignError::NoSuchKey));
        assert_eq!(
            world.signer.create(&old).await,
            Err(SignError::Ended),
            "no key under its name"
        );
        let again = activate(&world, &act(&tenant, &old)).await.unwrap_err();
        assert!(matches!(
            again,
            SigningKeyError::Refused(Refused::Ended(KeyState::Destroyed))
        ));
        // It stays told as revoked when it is gone.
        let published = did_document(&world).await;
        assert!(
            published
                .method(&given_up.key.name)
                .unwrap()
                .revoked
                .is_some()
        );
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_changes_nothing_and_tells_what_would_be() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let before = logged(&world).await;
    let order = Compromise {
        since: Timestamp::from_unix_millis(0),
        rehearse: true,
        ..giving_up(&world, &tenant, &credentials[0].key_id)
    };
    let found = compromise(&world, &order).await.unwrap();
    assert!(found.needs_successor);
    assert_eq!(found.successor, None);
    assert_eq!(found.key.state, KeyState::Active);
    let n = credentials.len();
    assert_eq!(
        (found.affected.standing.len(), found.affected.issued_since),
        (n, n as u64)
    );
    work_until_idle(&world).await.unwrap();
    assert_eq!(states(&world, &tenant).await, [KeyState::Active]);
    assert_eq!(logged(&world).await, before);
    assert_eq!(audited(&world, &tenant, "key.compromise").await, 0);
    assert!(
        world
            .mail
            .sent()
            .iter()
            .all(|mail| !mail.subject.contains("key"))
    );
}

#[tokio::test]
async fn owners_are_told_and_everything_is_issued_anew() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let order = touchstone_service::operations::Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ines Albrecht".into(),
        email: "ines@riverside.example".into(),
        roles: vec![touchstone_service::operations::Role::Owner],
    };
    touchstone_service::operations::join(&world, &order)
        .await
        .unwrap();
    let old = credentials[0].key_id.clone();
    let early = reissue(&world, &tenant, &old, "owner").await.unwrap_err();
    assert!(matches!(early, SigningKeyError::NotCompromised));
    compromise(&world, &giving_up(&world, &tenant, &old))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let told = world.mail.sent();
    let told = told
        .iter()
        .find(|mail| mail.to == "ines@riverside.example" && mail.subject.contains("signing key"));
    let told = told.expect("the owner is told");
    assert!(
        told.text.contains(&old) && told.text.contains("touchstone key reissue"),
        "{}",
        told.text
    );

    let done = reissue(&world, &tenant, &old, "owner").await.unwrap();
    assert_eq!(
        (done.replaced, done.left.len()),
        (credentials.len() as u64, 0)
    );
    work_until_idle(&world).await.unwrap();
    let rests = affected(&world, &tenant, &old, world.clock.now())
        .await
        .unwrap();
    assert!(rests.standing.is_empty());
    let rows = all(&world, &tenant).await;
    assert_eq!(rows.len(), 2 * credentials.len());
    for row in rows.iter().filter(|row| row.revoked_at.is_none()) {
        assert_ne!(row.key_id, old);
        let found = outcome(&world, &tenant, &row.id, CheckKind::Issuer).await;
        assert_eq!(found, Some(Outcome::Pass));
    }
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

/// An older copy of the database and of the key folder, on another machine: the log says what became of the keys since.
#[tokio::test]
async fn t43_a_key_that_was_given_up_does_not_sign_again_after_a_restore() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let copy = format!("{}/older.db", tempfile_dir());
    assert!(world.store.copy_into(&copy).await.unwrap());
    let old = credentials[0].key_id.clone();
    world.clock.advance_millis(60_000);
    let given_up = compromise(&world, &giving_up(&world, &tenant, &old))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let new = given_up.successor.unwrap();

    // The key files of the copy: the old key as it was, and nothing of the new one.
    let signer = MemorySigner::default();
    signer.create(&old).await.unwrap();
    signer.create("log").await.unwrap();
    let restored = World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        signer: Arc::new(signer),
        ..world.world.clone()
    };
    assert!(restored.signer.sign(&old, b"x").await.is_ok());
    mark_restored(&restored.store, world.clock.now())
        .await
        .unwrap();
    let checkpoint = file(&world, "checkpoint").await.unwrap().unwrap().bytes;
    let at_hand = |url: &str| url.ends_with("/log/checkpoint").then(|| checkpoint.clone());
    let learned = reconcile(
        &restored,
        &at_hand,
        Forgone {
            lists: true,
            log: false,
        },
    )
    .await
    .unwrap();
    assert_eq!(learned.keys, 2, "the new one, and the end of the old one");
    work_until_idle(&restored).await.unwrap();
    let keys = signing_keys(&restored, &tenant).await.unwrap();
    let state = |id: &str| keys.iter().find(|key| key.id == id).map(|key| key.state);
    assert_eq!(state(&old), Some(KeyState::Compromised));
    assert_eq!(
        state(&new),
        Some(KeyState::Retired),
        "its secret is not here"
    );
    assert_eq!(
        restored.signer.sign(&old, b"x").await,
        Err(SignError::Ended)
    );
    let published = document(&restored, "riverside", Which::Did)
        .await
        .unwrap()
        .unwrap();
    let published = DidDocument::parse(&published.bytes, DID).unwrap();
    assert!(
        published
            .method(&given_up.key.name)
            .unwrap()
            .revoked
            .is_some()
    );
    // From here on it is rotated as ever, and the log goes on.
    rotate(&restored, &rotation(&tenant, true)).await.unwrap();
    work_until_idle(&restored).await.unwrap();
    assert_eq!(states(&restored, &tenant).await[0], KeyState::Active);
}
