//! Passkeys from the challenge to the session, with an authenticator in software that can be bent.

use std::sync::Arc;

use touchstone_adapters::PasskeysWebauthn;
use touchstone_service::{
    issuing::{Description, Founding, found},
    operations::{
        Member, Mending, audit, disable, mend,
        passkey::{self, Addition, PasskeyError, Removal, passkeys},
        signin,
    },
};
use touchstone_store::{AuditFilter, TenantId};
use touchstone_testkit::{Authenticator, TestWorld, world};

use crate::support;

const HERE: &str = "https://verify.example.edu";

async fn site() -> TestWorld {
    let mut test = world().await;
    let made = PasskeysWebauthn::new(&test.world.site.public_url, "Example").unwrap();
    test.world.passkeys = Some(Arc::new(made));
    test
}

async fn member(test: &TestWorld, slug: &str) -> Member {
    let order = Founding {
        slug: slug.into(),
        description: Description {
            name: format!("{slug} Polytechnic"),
            ..Description::default()
        },
        did_method: None,
        actor: "setup".into(),
    };
    let tenant = found(&test.world, &order).await.unwrap().tenant;
    support::owner(&test.world, &tenant, &format!("ines@{slug}.example")).await
}

async fn add(
    test: &TestWorld,
    one: &Member,
    device: &mut Authenticator,
) -> Result<(), PasskeyError> {
    let begun = passkey::begin_adding(&test.world, one, "Riverside").await?;
    let order = Addition {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
        label: "laptop at work".into(),
    };
    passkey::add(&test.world, one, &order).await
}

async fn enter(
    test: &TestWorld,
    device: &mut Authenticator,
) -> Result<signin::SignedIn, PasskeyError> {
    let begun = passkey::begin(&test.world).await.unwrap();
    let answer = device.get(&begun.options);
    passkey::sign_in(&test.world, &begun.ceremony, &answer).await
}

/// A member removes one of their own.
fn own(one: &Member, id: &str) -> Removal {
    Removal {
        tenant: one.tenant.clone(),
        actor: one.id.clone(),
        member: one.id.clone(),
        passkey: id.to_owned(),
    }
}

#[track_caller]
fn refused<T>(done: Result<T, PasskeyError>) -> PasskeyError {
    done.err().expect("this is refused")
}

async fn lines(test: &TestWorld, tenant: &TenantId) -> Vec<(String, String)> {
    let found = audit(&test.world, tenant, &AuditFilter::default(), None, 100).await;
    let mut lines: Vec<_> = found.unwrap().into_iter().collect();
    lines.retain(|line| line.action.starts_with("passkey") || line.action == "session.start");
    lines.reverse();
    lines
        .into_iter()
        .map(|line| (line.action, line.detail))
        .collect()
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_and_opens_nothing_once_removed() {
    let test = site().await;
    let one = member(&test, "riverside").await;
    let mut device = Authenticator::new(HERE, b"a device");
    add(&test, &one, &mut device).await.unwrap();
    for _ in 0..2 {
        let signed_in = enter(&test, &mut device).await.unwrap();
        assert_eq!(signed_in.member, one);
        let session = signin::session(&test.world, &signed_in.secret)
            .await
            .unwrap();
        assert_eq!(session.unwrap().member, one);
    }
    let kept = passkeys(&test.world, &one.id).await.unwrap();
    assert_eq!(kept[0].label, "laptop at work");
    assert!(kept[0].used_at.is_some());

    passkey::remove(&test.world, &own(&one, &kept[0].id))
        .await
        .unwrap();
    let again = enter(&test, &mut device).await;
    assert!(matches!(refused(again), PasskeyError::Unknown));
    let again = passkey::remove(&test.world, &own(&one, &kept[0].id)).await;
    assert!(matches!(refused(again), PasskeyError::NoSuchPasskey));
    let told = lines(&test, &one.tenant).await;
    let actions: Vec<_> = told.iter().map(|(action, _)| action.as_str()).collect();
    let expected = [
        "passkey.add",
        "session.start",
        "session.start",
        "passkey.remove",
    ];
    assert_eq!(actions, expected);
    assert!(told[0].1.contains("laptop at work") && told[1].1.contains("passkey"));
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_not_late() {
    let test = site().await;
    let one = member(&test, "riverside").await;
    let mut device = Authenticator::new(HERE, b"a device");
    let begun = passkey::begin_adding(&test.world, &one, "").await.unwrap();
    let order = Addition {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
        label: "laptop".into(),
    };
    passkey::add(&test.world, &one, &order).await.unwrap();
    let again = passkey::add(&test.world, &one, &order).await;
    assert!(matches!(refused(again), PasskeyError::NoCeremony));

    let begun = passkey::begin(&test.world).await.unwrap();
    let answer = device.get(&begun.options);
    passkey::sign_in(&test.world, &begun.ceremony, &answer)
        .await
        .unwrap();
    let replayed = passkey::sign_in(&test.world, &begun.ceremony, &answer).await;
    assert!(matches!(refused(replayed), PasskeyError::NoCeremony));
    // The old answer under a new ceremony answers another challenge.
    let fresh = passkey::begin(&test.world).await.unwrap();
    let replayed = passkey::sign_in(&test.world, &fresh.ceremony, &answer).await;
    assert!(matches!(refused(replayed), PasskeyError::Refused));
    // And that ceremony is spent, although its answer was refused.
    let answer = device.get(&fresh.options);
    let second = passkey::sign_in(&test.world, &fresh.ceremony, &answer).await;
    assert!(matches!(refused(second), PasskeyError::NoCeremony));

    let begun = passkey::begin(&test.world).await.unwrap();
    let answer = device.get(&begun.options);
    test.clock.advance_millis(5 * 60 * 1_000);
    let late = passkey::sign_in(&test.world, &begun.ceremony, &answer).await;
    assert!(matches!(refused(late), PasskeyError::NoCeremony));
}

#[tokio::test]
async fn another_origin_is_refused() {
    let test = site().await;
    let one = member(&test, "riverside").await;
    for origin in [
        "https://verify.example.edu.evil.example",
        "https://www.verify.example.edu",
        "http://verify.example.edu",
        "https://verify.example.edu:8443",
    ] {
        let mut device = Authenticator::new(origin, b"elsewhere");
        let made = add(&test, &one, &mut device).await;
        assert!(matches!(refused(made), PasskeyError::Refused), "{origin}");
        let mut device = Authenticator::new(HERE, origin.as_bytes());
        add(&test, &one, &mut device).await.unwrap();
        device.origin = origin.into();
        let shown = enter(&test, &mut device).await;
        assert!(matches!(refused(shown), PasskeyError::Refused), "{origin}");
    }
}

#[tokio::test]
async fn a_holder_who_was_not_verified_is_refused() {
    let test = site().await;
    let one = member(&test, "riverside").await;
    let mut device = Authenticator::new(HERE, b"a device");
    device.verifies = false;
    let made = add(&test, &one, &mut device).await;
    assert!(matches!(refused(made), PasskeyError::Refused));
    device.verifies = true;
    add(&test, &one, &mut device).await.unwrap();
    device.verifies = false;
    let shown = enter(&test, &mut device).await;
    assert!(matches!(refused(shown), PasskeyError::Refused));
}

#[tokio::test]
async fn t52_a_passkey_opens_only_the_account_of_who_added_it() {
    let test = site().await;
    let mine = member(&test, "riverside").await;
    let theirs = member(&test, "lakeside").await;
    let mut device = Authenticator::new(HERE, b"mine");
    add(&test, &mine, &mut device).await.unwrap();
    let my_handle = device.holder.clone();
    let mut other = Authenticator::new(HERE, b"theirs");
    add(&test, &theirs, &mut other).await.unwrap();

    // My key that calls itself theirs, and their key that calls itself mine.
    std::mem::swap(&mut device.holder, &mut other.holder);
    for device in [&mut device, &mut other] {
        assert!(matches!(
            refused(enter(&test, device).await),
            PasskeyError::Unknown
        ));
    }
    // A device that knows the id of my passkey and not its key.
    let mut forged = Authenticator::new(HERE, b"mine");
    forged.holder = my_handle;
    assert!(matches!(
        refused(enter(&test, &mut forged).await),
        PasskeyError::Refused
    ));

    // A ceremony that began for me is not ended by them, nor by a sign-in.
    let begun = passkey::begin_adding(&test.world, &mine, "").await.unwrap();
    let order = Addition {
        ceremony: begun.ceremony,
        answer: Authenticator::new(HERE, b"new").create(&begun.options),
        label: "stolen".into(),
    };
    let taken = passkey::add(&test.world, &theirs, &order).await;
    assert!(matches!(refused(taken), PasskeyError::NoCeremony));
    let kept = passkeys(&test.world, &mine.id).await.unwrap();
    let removed = passkey::remove(&test.world, &own(&theirs, &kept[0].id)).await;
    assert!(matches!(refused(removed), PasskeyError::NoSuchPasskey));
    assert_eq!(passkeys(&test.world, &mine.id).await.unwrap(), kept);
    // Nobody adds the passkey of somebody else as theirs.
    let again = add(&test, &theirs, &mut forged).await;
    assert!(matches!(refused(again), PasskeyError::Refused));
}

#[tokio::test]
async fn a_passkey_that_counts_backwards_is_refused_and_the_auditor_reads_of_it() {
    let test = site().await;
    let one = member(&test, "riverside").await;
    let mut device = Authenticator::new(HERE, b"a device");
    add(&test, &one, &mut device).await.unwrap();
    device.counter = 7;
    enter(&test, &mut device).await.unwrap();
    device.counter = 3;
    let copy = enter(&test, &mut device).await;
    assert!(matches!(refused(copy), PasskeyError::CountsBackwards));
    let told = lines(&test, &one.tenant).await;
    assert_eq!(told.last().unwrap().0, "passkey.refuse-copy");
}

#[tokio::test]
async fn a_member_without_access_signs_in_with_no_passkey() {
    let test = site().await;
    let first = member(&test, "riverside").await;
    let one = support::owner(&test.world, &first.tenant, "b@riverside.example").await;
    let mut device = Authenticator::new(HERE, b"a device");
    add(&test, &one, &mut device).await.unwrap();
    disable(&test.world, &one.tenant, &one.id, "a", true)
        .await
        .unwrap();
    assert!(matches!(
        refused(enter(&test, &mut device).await),
        PasskeyError::Unknown
    ));
    disable(&test.world, &one.tenant, &one.id, "a", false)
        .await
        .unwrap();
    enter(&test, &mut device).await.unwrap();
}

#[tokio::test]
async fn what_is_no_answer_is_refused_and_a_passkey_needs_a_name() {
    let test = site().await;
    let one = member(&test, "riverside").await;
    for answer in [
        "",
        "{}",
        "null",
        "[1]",
        r#"{"id":"a","rawId":"a","type":"public-key","response":{}}"#,
    ] {
        let begun = passkey::begin(&test.world).await.unwrap();
        let shown = passkey::sign_in(&test.world, &begun.ceremony, answer).await;
        assert!(matches!(refused(shown), PasskeyError::Refused), "{answer}");
        let begun = passkey::begin_adding(&test.world, &one, "").await.unwrap();
        let order = Addition {
            ceremony: begun.ceremony,
            answer: answer.into(),
            label: "laptop".into(),
        };
        let made = passkey::add(&test.world, &one, &order).await;
        assert!(matches!(refused(made), PasskeyError::Refused), "{answer}");
        let order = Addition {
            label: " ".into(),
            ..order
        };
        let made = passkey::add(&test.world, &one, &order).await;
        assert!(matches!(refused(made), PasskeyError::Label), "{answer}");
    }
    let nowhere = world().await;
    assert!(!passkey::available(&nowhere.world));
    assert!(matches!(
        refused(passkey::begin(&nowhere.world).await),
        PasskeyError::Unavailable
    ));
}

#[tokio::test]
async fn an_owner_removes_the_passkey_of_a_lost_device_and_whoever_has_it_is_out() {
    let test = site().await;
    let owner = member(&test, "riverside").await;
    let one = support::owner(&test.world, &owner.tenant, "b@riverside.example").await;
    let mut lost = Authenticator::new(HERE, b"a lost device");
    add(&test, &one, &mut lost).await.unwrap();
    let signed_in = enter(&test, &mut lost).await.unwrap();
    let kept = passkeys(&test.world, &one.id).await.unwrap();
    let order = Removal {
        actor: owner.id.clone(),
        ..own(&one, &kept[0].id)
    };
    passkey::remove(&test.world, &order).await.unwrap();
    let session = signin::session(&test.world, &signed_in.secret).await;
    assert_eq!(session.unwrap(), None);
    let again = enter(&test, &mut lost).await;
    assert!(matches!(refused(again), PasskeyError::Unknown));
    let filter = AuditFilter {
        action: Some("passkey.remove".into()),
        ..AuditFilter::default()
    };
    let told = audit(&test.world, &one.tenant, &filter, None, 9)
        .await
        .unwrap();
    assert_eq!(
        (told[0].actor.as_str(), told[0].subject.as_str()),
        (owner.id.as_str(), one.id.as_str())
    );
}

#[tokio::test]
async fn t52_no_owner_removes_the_passkey_of_another_institutions_member() {
    let test = site().await;
    let (mine, theirs) = (
        member(&test, "riverside").await,
        member(&test, "lakeside").await,
    );
    let mut device = Authenticator::new(HERE, b"a device");
    add(&test, &theirs, &mut device).await.unwrap();
    let kept = passkeys(&test.world, &theirs.id).await.unwrap();
    let order = Removal {
        tenant: mine.tenant.clone(),
        actor: mine.id.clone(),
        ..own(&theirs, &kept[0].id)
    };
    let tried = passkey::remove(&test.world, &order).await;
    assert!(matches!(refused(tried), PasskeyError::NoSuchPasskey));
    enter(&test, &mut device).await.unwrap();
}

#[tokio::test]
async fn a_passkey_that_a_stranger_added_opens_nothing_once_the_address_is_mended() {
    let test = site().await;
    let owner = member(&test, "riverside").await;
    let one = support::owner(&test.world, &owner.tenant, "nour@riverside.example").await;
    let mut strange = Authenticator::new(HERE, b"a stranger's device");
    add(&test, &one, &mut strange).await.unwrap();
    let begun = passkey::begin_adding(&test.world, &one, "").await.unwrap();
    let late = Addition {
        ceremony: begun.ceremony,
        answer: Authenticator::new(HERE, b"another").create(&begun.options),
        label: "late".into(),
    };
    let order = Mending {
        tenant: one.tenant.clone(),
        actor: owner.id.clone(),
        member: one.id.clone(),
        name: one.name.clone(),
        email: "noor@riverside.example".into(),
    };
    let mended = mend(&test.world, &order).await.unwrap();
    assert!(matches!(
        refused(enter(&test, &mut strange).await),
        PasskeyError::Unknown
    ));
    // A request that came in while they were signed in still, and is done after it.
    let added = passkey::add(&test.world, &one, &late).await;
    assert!(matches!(refused(added), PasskeyError::Unknown));
    assert_eq!(passkeys(&test.world, &one.id).await.unwrap(), []);

    let mut own = Authenticator::new(HERE, b"their own device");
    add(&test, &mended, &mut own).await.unwrap();
    enter(&test, &mut own).await.unwrap();
}
