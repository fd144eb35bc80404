//! An issuer that is its key goes on under another DID, by the word of both.

use std::sync::Arc;

use touchstone_bundle::{Answer, Bundle, Entered, Question, Succeeded, Why};
use touchstone_service::{
    Site, World,
    issuing::found,
    logging::{prove, sequence_until_idle},
    operations::signing_key::{
        KeyState, SigningKeyError, Succeeding, rotate, signing_keys, succeed, successor,
    },
    operations::work_until_idle,
};
use touchstone_store::{CredentialRow, OutboxLine, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::log::{Entry, Kind};

use crate::log_files::{entries, queue};
use crate::proof_bundle::{bundled, judged, trusted};
use crate::signing_key::rotation;
use crate::signing_key_restored::{copy, learn, restored};
use crate::support::{MEASURING, audited, founding, issued, stolen};

fn local(world: &mut TestWorld, local: bool) {
    let site = Site {
        local,
        ..(*world.world.site).clone()
    };
    world.world.site = Arc::new(site);
}

/// A `did:key` that has issued, and another institution: on the web, or again named after its key.
async fn two(on_the_web: bool) -> (TestWorld, CredentialRow, TenantId) {
    let mut world = world().await;
    local(&mut world, true);
    let (_, credentials) = issued(&world, MEASURING).await;
    local(&mut world, !on_the_web);
    let heir = found(&world, &founding("lakeside")).await.unwrap().tenant;
    work_until_idle(&world).await.unwrap();
    (world, credentials[0].clone(), heir)
}

fn order(old: &TenantId, new: &TenantId) -> Succeeding {
    Succeeding {
        tenant: old.clone(),
        successor: new.clone(),
        actor: "owner".into(),
        reason: "We have a domain now.".into(),
    }
}

async fn did(world: &World, tenant: &TenantId) -> String {
    let row = world.store.read().institution(tenant).await.unwrap();
    row.unwrap().did.unwrap()
}

#[tokio::test]
async fn t43_a_did_key_is_succeeded_by_the_word_of_both_and_what_it_issued_stands() {
    for on_the_web in [true, false] {
        let (world, row, heir) = two(on_the_web).await;
        let policy = trusted(&world).await;
        let before = judged(&world, &bundled(&world, &row).await, Some(&policy), None);
        assert_eq!(before.answer(), Answer::Pass, "{:?}", before.lines);
        assert_eq!(before.successor, None);
        let stated = succeed(&world, &order(&row.tenant, &heir)).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let heirs = did(&world, &heir).await;
        assert_eq!(heirs.starts_with("did:web:"), on_the_web);
        assert_eq!(
            (&stated.issuer, &stated.successor),
            (&did(&world, &row.tenant).await, &heirs)
        );
        assert_eq!(
            successor(&world, &row.tenant).await.unwrap(),
            Some((heir.clone(), heirs.clone()))
        );
        let entries = entries(&world).await;
        let entered = entries
            .iter()
            .filter(|entry| Entry::parse(entry).unwrap().kind() == Kind::DidSuccession);
        assert_eq!(entered.count(), 1);
        assert_eq!(audited(&world, &row.tenant, "institution.succeed").await, 1);
        assert_eq!(audited(&world, &heir, "institution.take-over").await, 1);

        let bundle = bundled(&world, &row).await;
        let found = judged(&world, &bundle, Some(&policy), None);
        assert_eq!(
            found.successor.as_deref(),
            Some(heirs.as_str()),
            "{:?}",
            found.lines
        );
        assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
        // Nothing of it is believed of a log that nobody trusts, without the log, or of somebody else's.
        assert_eq!(judged(&world, &bundle, None, None).successor, None);
        type Change = fn(&mut Bundle);
        let changes: [(&str, Change); 3] = [
            ("moved", |b| b.succession.as_mut().unwrap().entry.index += 1),
            ("edited", |b| {
                let one = b.succession.as_mut().unwrap();
                one.document = one.document.replacen("did:key:z6Mk", "did:key:z6Mh", 1);
            }),
            ("another statement", |b| {
                let event = b.key_events[0].clone();
                let one = b.succession.as_mut().unwrap();
                one.document = event.document;
            }),
        ];
        for (what, change) in changes {
            let mut altered = bundle.clone();
            change(&mut altered);
            let found = judged(&world, &altered, Some(&policy), None);
            assert_eq!(found.successor, None, "{what}");
            assert_eq!(
                found.of(Question::Successor),
                Some(Answer::Unknown),
                "{what}"
            );
            assert_eq!(
                found.answer(),
                Answer::Pass,
                "what was issued stands: {what}"
            );
        }
        if on_the_web {
            // That the key is the heir's own is what the log must show.
            let mut altered = bundle.clone();
            altered
                .key_events
                .retain(|event| !event.document.contains("did:web:"));
            assert_ne!(altered, bundle);
            assert_eq!(
                judged(&world, &altered, Some(&policy), None).successor,
                None
            );
        }
    }
}

/// The newest succession in the log, with its place.
async fn newest(world: &World) -> Succeeded {
    let entries = entries(world).await;
    let index = entries
        .iter()
        .rposition(|entry| Entry::parse(entry).unwrap().kind() == Kind::DidSuccession);
    let proof = prove(world, index.unwrap() as u64).await.unwrap().unwrap();
    Succeeded {
        document: String::from_utf8(proof.entry).unwrap(),
        entry: Entered {
            index: proof.index,
            path: proof.path,
        },
    }
}

/// Nobody is named, for this reason.
async fn names_nobody(world: &World, bundle: &Bundle, why: Why) {
    let policy = trusted(world).await;
    let found = judged(world, bundle, Some(&policy), None);
    let mut lines = found.lines.iter();
    let line = lines.find(|line| line.question == Question::Successor);
    let line = line.unwrap();
    assert_eq!((line.answer, line.why), (Answer::Unknown, Some(why)));
    assert_eq!(found.successor, None);
}

/// What the log took in although one of the two did not sign it.
#[tokio::test]
async fn t43_a_succession_that_one_side_did_not_sign_names_nobody() {
    for side in [0, 1] {
        let (world, row, heir) = two(true).await;
        let policy = trusted(&world).await;
        succeed(&world, &order(&row.tenant, &heir)).await.unwrap();
        let place = &format!("did.succession.{}", row.tenant);
        let kept = world.store.read().setting(place).await.unwrap().unwrap();
        let mut kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
        let other = kept["signatures"][1 - side].clone();
        kept["signatures"][side] = other;
        let kept = &kept.to_string();
        let altered = world
            .store
            .write(|mut tx| async move { tx.set_setting(place, kept).await });
        altered.await.unwrap();
        sequence_until_idle(&world).await.unwrap();
        let bundle = bundled(&world, &row).await;
        names_nobody(&world, &bundle, Why::Succession).await;
        let found = judged(&world, &bundle, Some(&policy), None);
        assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    }
}

#[tokio::test]
async fn only_a_did_key_is_succeeded_and_only_once_and_by_another() {
    let (world, row, heir) = two(true).await;
    let itself = succeed(&world, &order(&row.tenant, &row.tenant))
        .await
        .unwrap_err();
    assert!(matches!(itself, SigningKeyError::Itself), "{itself}");
    let web = succeed(&world, &order(&heir, &row.tenant))
        .await
        .unwrap_err();
    assert!(matches!(web, SigningKeyError::Rotates), "{web}");
    let mut silent = order(&row.tenant, &heir);
    silent.reason = " ".into();
    let silent = succeed(&world, &silent).await.unwrap_err();
    assert!(matches!(silent, SigningKeyError::Reason), "{silent}");
    assert_eq!(successor(&world, &row.tenant).await.unwrap(), None);
    succeed(&world, &order(&row.tenant, &heir)).await.unwrap();
    let again = succeed(&world, &order(&row.tenant, &heir))
        .await
        .unwrap_err();
    assert!(matches!(again, SigningKeyError::Succeeded), "{again}");
}

#[tokio::test]
async fn nobody_is_succeeded_by_one_that_does_not_go_on_itself() {
    let (mut world, row, b) = two(false).await;
    let a = row.tenant;
    let c = found(&world, &founding("hillside")).await.unwrap().tenant;
    local(&mut world, false);
    let d = found(&world, &founding("seaside")).await.unwrap().tenant;
    work_until_idle(&world).await.unwrap();
    succeed(&world, &order(&a, &b)).await.unwrap();
    for ended in [(&b, &a), (&c, &a)] {
        let refused = succeed(&world, &order(ended.0, ended.1)).await.unwrap_err();
        let told = matches!(&refused, SigningKeyError::GoesOnAs(..));
        assert!(told, "{refused}");
        assert!(
            refused.to_string().contains(&did(&world, &b).await),
            "{refused}"
        );
    }
    // One step after the other is no loop.
    succeed(&world, &order(&b, &d)).await.unwrap();
    let late = succeed(&world, &order(&c, &b)).await.unwrap_err();
    assert!(matches!(late, SigningKeyError::GoesOnAs(..)), "{late}");
    work_until_idle(&world).await.unwrap();
    let found = successor(&world, &a).await.unwrap().unwrap();
    assert_eq!(found.0, b);
    let found = successor(&world, &b).await.unwrap().unwrap();
    assert_eq!(found.0, d);
}

/// Who stole the key of an issuer that is its key could name an heir with it.
#[tokio::test]
async fn t43_a_key_that_was_given_up_names_no_successor() {
    let (world, row, heir) = two(true).await;
    stolen(&world, &row).await;
    let refused = succeed(&world, &order(&row.tenant, &heir))
        .await
        .unwrap_err();
    assert!(
        matches!(refused, SigningKeyError::CannotSign(_)),
        "{refused}"
    );
    assert_eq!(successor(&world, &row.tenant).await.unwrap(), None);

    // And where the thief was quicker, or may have been.
    let (world, row, heir) = two(true).await;
    succeed(&world, &order(&row.tenant, &heir)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    stolen(&world, &row).await;
    let bundle = bundled(&world, &row).await;
    names_nobody(&world, &bundle, Why::SuccessionKey).await;
}

/// A key signs nothing after its end, whoever still has it: the place in the log decides.
#[tokio::test]
async fn t43_a_succession_behind_the_end_of_a_key_names_nobody() {
    let (world, row, heir) = two(true).await;
    succeed(&world, &order(&row.tenant, &heir)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    rotate(&world, &rotation(&heir, true)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let keys = signing_keys(&world, &heir).await.unwrap();
    assert!(keys.iter().any(|key| key.state == KeyState::Retired));
    let policy = trusted(&world).await;
    let bundle = bundled(&world, &row).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert!(found.successor.is_some(), "{:?}", found.lines);

    let again = OutboxLine {
        tenant: row.tenant.clone(),
        kind: "did.succeeded".into(),
        subject: row.tenant.to_string(),
        version: 2,
        at: 0,
    };
    queue(&world, vec![again]).await;
    sequence_until_idle(&world).await.unwrap();
    let mut bundle = bundled(&world, &row).await;
    let first = bundle.succession.replace(newest(&world).await).unwrap();
    let second = bundle.succession.as_ref().unwrap();
    assert_eq!(first.document, second.document);
    assert!(first.entry.index < second.entry.index);
    names_nobody(&world, &bundle, Why::SuccessionKey).await;
}

#[tokio::test]
async fn a_succession_of_another_institution_here_is_nobody_elses() {
    let (world, row, b) = two(false).await;
    let c = found(&world, &founding("hillside")).await.unwrap().tenant;
    work_until_idle(&world).await.unwrap();
    succeed(&world, &order(&b, &c)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(successor(&world, &row.tenant).await.unwrap(), None);
    let mut bundle = bundled(&world, &row).await;
    assert_eq!(bundle.succession, None);
    bundle.succession = Some(newest(&world).await);
    names_nobody(&world, &bundle, Why::Succession).await;
}

/// An older copy of the database knows nothing of it, and the log does.
#[tokio::test]
async fn t43_who_succeeded_whom_is_learnt_from_the_log_after_a_restore() {
    let (world, row, heir) = two(true).await;
    let copy = copy(&world, "succession").await;
    succeed(&world, &order(&row.tenant, &heir)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let heirs = successor(&world, &row.tenant).await.unwrap();
    let restored = restored(&world, &copy, world.signer.clone()).await;
    assert_eq!(successor(&restored, &row.tenant).await.unwrap(), None);
    assert!(learn(&world, &restored).await.open);
    assert_eq!(successor(&restored, &row.tenant).await.unwrap(), heirs);
    let again = succeed(&restored, &order(&row.tenant, &heir))
        .await
        .unwrap_err();
    assert!(matches!(again, SigningKeyError::Succeeded), "{again}");
    let policy = trusted(&restored).await;
    let bundle = bundled(&restored, &row).await;
    let found = judged(&restored, &bundle, Some(&policy), None);
    assert_eq!(found.successor, heirs.map(|(_, did)| did));
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
}
