//! Programs of an employer are told what became of applications: signed, tried again, given up visibly, and never by name.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::Value;
use touchstone_service::{
    hiring::{
        NewWebhook, Posting, WebhookError, WebhookRemoval, add_webhook, remove_webhook, take_back,
        webhooks,
    },
    issuing::found,
    operations::{wind, work_here_until_idle, work_until_idle},
    ports::FetchError,
};
use touchstone_store::{TenantId, WebhookState};
use touchstone_testkit::{TestWorld, world};

use crate::{
    applications::{both, credential, opened, sent},
    support::{audited, founding},
};

const ADDRESS: &str = "https://ats.example/hooks/touchstone";
const HOUR_MS: i64 = 3_600_000;

fn adding(employer: &TenantId, address: &str) -> NewWebhook {
    NewWebhook {
        tenant: employer.clone(),
        actor: "boss".into(),
        address: address.into(),
    }
}

/// An employer with a posting and a webhook, and what an applicant has; the webhook's secret.
async fn told(world: &TestWorld) -> (TenantId, Posting, Vec<Vec<u8>>, String) {
    let (school, employer) = both(world).await;
    let posting = opened(world, &employer, false).await;
    let files = vec![credential(world, &school).await];
    let added = add_webhook(world, &adding(&employer, ADDRESS))
        .await
        .unwrap();
    (employer, posting, files, added.secret)
}

/// HMAC-SHA256 as a receiver computes it, with other code than the sender's.
fn expected(secret: &str, id: &str, at: &str, body: &[u8]) -> String {
    let key = BASE64
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let message = [format!("{id}.{at}.").as_bytes(), body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    format!("v1,{}", BASE64.encode(hmac::sign(&key, &message)))
}

#[tokio::test]
async fn a_program_is_told_of_what_was_sent_and_withdrawn_signed_and_by_no_name() {
    let world = world().await;
    let (employer, posting, files, secret) = told(&world).await;
    let token = sent(&world, &posting, &files).await;
    work_here_until_idle(&world).await.unwrap();
    assert!(
        world.tell.told().is_empty(),
        "what strangers take waits for its own worker"
    );
    assert!(world.fetch.asked().is_empty());
    work_until_idle(&world).await.unwrap();
    assert!(take_back(&world, &token).await.unwrap());
    work_until_idle(&world).await.unwrap();

    let told = world.tell.told();
    assert_eq!(told.len(), 2);
    let mut ids = Vec::new();
    for (message, kind) in told
        .iter()
        .zip(["application.sent", "application.withdrawn"])
    {
        assert_eq!(message.url, ADDRESS);
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!(body["type"], kind);
        assert_eq!(body["data"]["posting"], posting.row.id);
        assert!(body["timestamp"].as_str().unwrap().ends_with('Z'), "{body}");
        let header = |name: &str| message.headers[name].as_str();
        assert_eq!(
            header("webhook-signature"),
            expected(
                &secret,
                header("webhook-id"),
                header("webhook-timestamp"),
                &message.body
            )
        );
        let text = String::from_utf8_lossy(&message.body);
        for word in ["Zoë", "zoe@", "Amara"] {
            assert!(!text.contains(word), "{word} stands in {text}");
        }
        ids.push(header("webhook-id").to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    let first: Value = serde_json::from_slice(&told[0].body).unwrap();
    let id = first["data"]["id"].as_str().unwrap();
    assert_eq!(
        first["data"]["api"],
        format!("https://verify.example.edu/api/v1/applications/{id}")
    );
    let kept = &webhooks(&world, &employer).await.unwrap()[0];
    assert_eq!((kept.waiting, kept.given_up), (0, 0));
    assert!(
        kept.messages
            .iter()
            .all(|one| one.state == WebhookState::Delivered)
    );
    assert!(!format!("{:?}", world.store.read().webhooks(&employer).await).contains(&secret));
}

#[tokio::test]
async fn a_program_that_is_away_is_told_again_under_the_same_id_and_given_up_after_three_days() {
    let world = world().await;
    let (employer, posting, files, _) = told(&world).await;
    world.tell.answer(ADDRESS, Err(FetchError::TimedOut));
    sent(&world, &posting, &files).await;
    sent(&world, &posting, &files).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        world.tell.told().len(),
        1,
        "an address that is away is asked once at a time"
    );
    let kept = &webhooks(&world, &employer).await.unwrap()[0];
    assert_eq!((kept.waiting, kept.given_up), (2, 0));
    let failed = kept
        .messages
        .iter()
        .any(|one| one.last_error.as_deref() == Some("no answer in time") && one.attempts == 1);
    assert!(failed, "{kept:?}");

    for _ in 0..20 {
        world.clock.advance_millis(5 * HOUR_MS);
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
    }
    let kept = &webhooks(&world, &employer).await.unwrap()[0];
    assert_eq!(
        (kept.waiting, kept.given_up),
        (0, 2),
        "given up, and shown as such"
    );
    let tried = |wanted: i64| {
        kept.messages
            .iter()
            .filter(|one| one.attempts == wanted)
            .count()
    };
    assert_eq!(
        (tried(10), tried(0)),
        (1, 1),
        "what was never sent was not tried"
    );
    let told = world.tell.told();
    let ids: std::collections::BTreeSet<_> =
        told.iter().map(|one| &one.headers["webhook-id"]).collect();
    assert_eq!(ids.len(), 1, "a message keeps its id");
    let stamps: std::collections::BTreeSet<_> = told
        .iter()
        .map(|one| &one.headers["webhook-timestamp"])
        .collect();
    assert_eq!(stamps.len(), told.len(), "and each try has its own moment");

    world.tell.answer(ADDRESS, Ok(200));
    sent(&world, &posting, &files).await;
    work_until_idle(&world).await.unwrap();
    let kept = &webhooks(&world, &employer).await.unwrap()[0];
    assert_eq!(
        (kept.waiting, kept.given_up),
        (0, 2),
        "what comes next is told again"
    );
    world.clock.advance_millis(31 * 24 * HOUR_MS);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let kept = &webhooks(&world, &employer).await.unwrap()[0];
    assert!(kept.messages.is_empty(), "what is over is forgotten");
}

/// A program that refuses one message takes the others, and another employer's program waits for neither.
#[tokio::test]
async fn a_message_that_is_refused_holds_up_no_other() {
    let world = world().await;
    let (employer, posting, files, _) = told(&world).await;
    for number in 0..2 {
        let order = adding(&employer, &format!("https://ats.example/{number}"));
        add_webhook(&world, &order).await.unwrap();
    }
    world.tell.answer(ADDRESS, Ok(500));
    world
        .tell
        .answer("https://ats.example/0", Err(FetchError::TimedOut));
    for _ in 0..3 {
        sent(&world, &posting, &files).await;
    }
    work_until_idle(&world).await.unwrap();
    let told = world.tell.told();
    let asked = |address: &str| told.iter().filter(|one| one.url == address).count();
    assert_eq!(asked(ADDRESS), 3, "each was tried");
    assert_eq!(
        asked("https://ats.example/0"),
        1,
        "one tells that it is away"
    );
    assert_eq!(asked("https://ats.example/1"), 3);
    let waiting = |at: usize, kept: &[touchstone_service::hiring::Webhook]| kept[at].waiting;
    let kept = webhooks(&world, &employer).await.unwrap();
    let all: Vec<_> = (0..3).map(|at| waiting(at, &kept)).collect();
    assert_eq!(all.iter().sum::<u64>(), 6, "{all:?}");

    world.tell.answer(ADDRESS, Ok(200));
    world.tell.answer("https://ats.example/0", Ok(200));
    world.clock.advance_millis(HOUR_MS);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let kept = webhooks(&world, &employer).await.unwrap();
    assert!(
        kept.iter().all(|one| (one.waiting, one.given_up) == (0, 0)),
        "{kept:?}"
    );
}

#[tokio::test]
async fn a_program_that_is_gone_is_told_nothing_more() {
    let world = world().await;
    let (employer, posting, files, _) = told(&world).await;
    world.tell.answer(ADDRESS, Ok(410));
    sent(&world, &posting, &files).await;
    work_until_idle(&world).await.unwrap();
    sent(&world, &posting, &files).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(world.tell.told().len(), 1);
    let kept = &webhooks(&world, &employer).await.unwrap()[0];
    assert!(kept.disabled_at.is_some());
    assert_eq!((kept.waiting, kept.given_up), (0, 1));
    assert_eq!(
        kept.messages[0].last_error.as_deref(),
        Some("the address answered 410")
    );
    // Once it is back it is added as any other.
    world.tell.answer(ADDRESS, Ok(200));
    let anew = add_webhook(&world, &adding(&employer, ADDRESS)).await;
    anew.unwrap();
    sent(&world, &posting, &files).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(world.tell.told().len(), 2);
}

#[tokio::test]
async fn t58_an_address_that_is_none_is_refused_and_another_employer_reaches_no_webhook() {
    let world = world().await;
    let (employer, posting, files, _) = told(&world).await;
    for address in [
        "",
        "ats.example",
        "http://ats.example/",
        "ftp://ats.example/",
        "https://user:secret@ats.example/",
        "https://ats.example/#here",
    ] {
        let refused = add_webhook(&world, &adding(&employer, address)).await;
        assert!(matches!(refused, Err(WebhookError::Address)), "{address}");
    }
    // Twice at one address, a program would be told everything twice.
    let twice = add_webhook(&world, &adding(&employer, &format!(" {ADDRESS}"))).await;
    assert!(matches!(twice, Err(WebhookError::Known)), "{twice:?}");
    for number in 0..4 {
        let order = adding(&employer, &format!("https://ats.example/{number}"));
        add_webhook(&world, &order).await.unwrap();
    }
    let sixth = adding(&employer, "https://ats.example/4");
    let sixth = add_webhook(&world, &sixth).await;
    assert!(matches!(sixth, Err(WebhookError::TooMany)), "{sixth:?}");

    let other = found(&world, &founding("lakeside")).await.unwrap().tenant;
    assert!(webhooks(&world, &other).await.unwrap().is_empty());
    let all = webhooks(&world, &employer).await.unwrap();
    let id = all
        .iter()
        .find(|one| one.address == ADDRESS)
        .unwrap()
        .id
        .clone();
    let removing = |tenant: &TenantId| WebhookRemoval {
        tenant: tenant.clone(),
        actor: "boss".into(),
        webhook: id.clone(),
    };
    let strange = remove_webhook(&world, &removing(&other)).await;
    assert!(matches!(strange, Err(WebhookError::NoSuchWebhook)));
    remove_webhook(&world, &removing(&employer)).await.unwrap();
    sent(&world, &posting, &files).await;
    work_until_idle(&world).await.unwrap();
    assert!(world.tell.told().iter().all(|one| one.url != ADDRESS));
    assert_eq!(world.tell.told().len(), 4);
    assert_eq!(audited(&world, &employer, "webhook.add").await, 5);
    assert_eq!(audited(&world, &employer, "webhook.remove").await, 1);
}
