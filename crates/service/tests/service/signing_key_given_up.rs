//! A signing key that is given up: it never signs again, and everybody whom it concerns is told and helped.

use std::sync::Arc;

use touchstone_service::World;
use touchstone_service::logging::file;
use touchstone_service::operations::restore::{Begun, Forgone, mark_restored, reconcile};
use touchstone_service::operations::signing_key::{
    Compromise, KeyState, Refused, SigningKeyError, activate, affected, compromise, destroy,
    reissue, retire, rotate, signing_keys,
};
use touchstone_service::operations::{Turn, work_once, work_until_idle};
use touchstone_service::ports::{Clock as _, SignError, Signer as _};
use touchstone_service::verifying::{Which, document};
use touchstone_store::{BatchState, RowState, Store};
use touchstone_testkit::{MemorySigner, world};
use touchstone_vc::did::DidDocument;
use touchstone_vc::log::KeyChange;
use touchstone_vc::{CheckKind, Fault, Outcome, Timestamp};

use crate::log_files::tempfile_dir;
use crate::signing_key::{
    ADA, DID, act, did_document, giving_up, logged, on_both, rotation, states,
};
use crate::support::{
    MEASURING, all, audited, confirmed, institution_with, issued, outcome, owner, state,
};

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

/// An alias that was moved, a token that was exchanged: what has the name now is perhaps a key that somebody else needs.
#[tokio::test]
async fn another_key_that_has_the_name_is_not_ended_in_place_of_the_one_that_was_given_up() {
    let world = world().await;
    world.memory_signer.make_p256();
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let old = credentials[0].key_id.clone();
    let name = format!("p256:{old}");
    world.memory_signer.exchange(Some(&name));
    compromise(&world, &giving_up(&world, &tenant, &old))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    destroy(&world, &act(&tenant, &old)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert!(world.signer.sign(&name, b"x").await.is_ok());

    // The right one is back: the job waited for it.
    world.memory_signer.exchange(None);
    world.clock.advance_millis(11 * 60 * 1_000);
    work_until_idle(&world).await.unwrap();
    assert_eq!(world.signer.sign(&name, b"x").await, Err(SignError::Ended));
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
    owner(&world, &tenant, "ines@riverside.example").await;
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

    let before = world.mail.sent().len();
    let done = reissue(&world, &tenant, &old, "owner").await.unwrap();
    assert_eq!(
        (done.replaced, done.left.len()),
        (credentials.len() as u64, 0)
    );
    work_until_idle(&world).await.unwrap();
    // Who holds one learns in their language why there is a new one.
    let sent = world.mail.sent().split_off(before);
    assert_eq!(sent.len(), credentials.len() - 1, "one has no address");
    let anew = |subject: &str| sent.iter().filter(|mail| mail.subject == subject).count();
    let english = anew("Your credential from Riverside Polytechnic was issued anew");
    let spanish = anew("Su credencial de Riverside Polytechnic se ha emitido de nuevo");
    assert!(english > 0 && spanish > 0, "{english} and {spanish}");
    assert!(sent.iter().all(|mail| !mail.subject.contains("ready")));
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
    mark_restored(&restored.store, world.clock.now(), &Begun::default())
        .await
        .unwrap();
    let checkpoint = file(&world, "checkpoint").await.unwrap().unwrap().bytes;
    let at_hand = |url: &str| url.ends_with("/log/checkpoint").then(|| checkpoint.clone());
    let learned = reconcile(
        &restored,
        &at_hand,
        "operator",
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
