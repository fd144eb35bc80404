//! Mail that comes back is shown at its delivery, and changes nothing else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use touchstone_service::{
    holding::{
        Bounced, Resending, ResentGivenUp, Unchanged, bounced, count_failed_deliveries,
        failed_deliveries, recipients, resend, resend_given_up,
    },
    operations::{wind, work_until_idle},
    ports::{Mail, MailError, Message},
};
use touchstone_store::{DeliveryFilter, DeliveryKind, DeliveryRow, DeliveryState, Store, TenantId};
use touchstone_testkit::{FixedClock, TestDatabase, TestWorld, world, world_on};

use crate::support::{COHORT, MEASURING, audited, issued};

/// A report of a mail server about the mail of that name.
fn report(message_id: &str, action: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.example.net\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nIt did not arrive.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n\
         Final-Recipient: rfc822; amara.okafor@example.org\nAction: {action}\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 <amara.okafor@example.org>: no such user\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{message_id}@localhost>\nTo: amara.okafor@example.org\n\n--b--\n"
    )
    .into_bytes()
}

async fn deliveries(world: &TestWorld, tenant: &TenantId) -> Vec<DeliveryRow> {
    let filter = DeliveryFilter::default();
    let page = world
        .store
        .read()
        .deliveries(tenant, &filter, None, 1_000)
        .await
        .unwrap();
    page.rows
}

async fn take(world: &TestWorld, mail: &[u8]) -> Bounced {
    bounced(&world.store, world.world.clock.now(), mail)
        .await
        .unwrap()
}

async fn a_report_marks_its_delivery(world: &TestWorld) {
    let (tenant, _) = issued(world, MEASURING).await;
    let before = deliveries(world, &tenant).await;
    let one = before
        .iter()
        .find(|row| row.state == DeliveryState::Sent)
        .unwrap();
    let message_id = one.message_id.clone().unwrap();
    let names = recipients(world, &tenant, &before).await.unwrap();
    assert_eq!(names.len(), before.len());
    let name = &names[&one.credential].name;
    let line = format!("{name},{}", one.address.as_deref().unwrap());
    assert!(!name.is_empty() && COHORT.contains(&line), "{line}");

    let delayed = take(world, &report(&message_id, "delayed")).await;
    let why = Unchanged::NotAFailure;
    let delivery = one.id.clone();
    assert_eq!(delayed, Bounced::Unchanged { delivery, why });
    assert_eq!(deliveries(world, &tenant).await, before);

    let marked = take(world, &report(&message_id, "failed")).await;
    let reason = "550 5.1.1 <amara.okafor@example.org>: no such user";
    assert_eq!(
        marked,
        Bounced::Marked {
            delivery: one.id.clone(),
            reason: reason.into()
        }
    );
    let mut expect = before.clone();
    let changed = expect.iter_mut().find(|row| row.id == one.id).unwrap();
    changed.state = DeliveryState::Bounced;
    changed.last_error = Some(reason.into());
    assert_eq!(deliveries(world, &tenant).await, expect, "and nothing else");
    assert_eq!(audited(world, &tenant, "delivery.bounced").await, 1);

    let again = take(world, &report(&message_id, "failed")).await;
    let (delivery, why) = (one.id.clone(), Unchanged::NotSent);
    assert_eq!(again, Bounced::Unchanged { delivery, why });
    assert_eq!(audited(world, &tenant, "delivery.bounced").await, 1);

    // The way out: a corrected address. A late report about the first mail leaves the second alone.
    let order = Resending {
        tenant: tenant.clone(),
        credential: one.credential.clone(),
        actor: "registrar".into(),
        address: Some("amara@example.org".into()),
        drawn: None,
    };
    resend(world, &order).await.unwrap();
    work_until_idle(world).await.unwrap();
    take(world, &report(&message_id, "failed")).await;
    let after = deliveries(world, &tenant).await;
    let newest = after
        .iter()
        .find(|row| row.credential == one.credential && row.id != one.id)
        .unwrap();
    assert_eq!(newest.state, DeliveryState::Sent);
}

#[tokio::test]
async fn a_report_marks_its_delivery_and_nothing_else_on_sqlite() {
    a_report_marks_its_delivery(&world().await).await;
}

#[tokio::test]
async fn a_report_marks_its_delivery_and_nothing_else_on_postgresql() {
    a_report_marks_its_delivery(&world_on(TestDatabase::postgres()).await).await;
}

#[tokio::test]
async fn mail_that_names_no_delivery_of_ours_changes_nothing() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let before = deliveries(&world, &tenant).await;
    let guesses = [
        // An address, a credential, a delivery without its attempt, an attempt that never was.
        "amara.okafor".to_owned(),
        credentials[0].id.clone(),
        before[0].id.clone(),
        format!("{}.9", before[0].id),
        String::new(),
    ];
    for guess in &guesses {
        let found = take(&world, &report(guess, "failed")).await;
        assert_eq!(found, Bounced::NotOurs, "{guess}");
    }
    let letter = b"Subject: Please stop\n\nMessage-ID: whatever\nAction: failed\n";
    assert_eq!(take(&world, letter).await, Bounced::NotAReport);
    assert_eq!(deliveries(&world, &tenant).await, before);
    assert_eq!(audited(&world, &tenant, "delivery.bounced").await, 0);
}

#[tokio::test]
async fn a_refusal_at_sending_is_kept_with_the_words_of_the_server() {
    let world = world().await;
    world.mail.fail_with(Some(MailError::Refused(
        "permanent error (550): no such user".into(),
    )));
    let (tenant, _) = issued(&world, MEASURING).await;
    let rows = deliveries(&world, &tenant).await;
    assert!(rows.iter().any(|row| row.state == DeliveryState::Bounced
        && row.last_error.as_deref() == Some("permanent error (550): no such user")));
    assert!(rows.iter().all(|row| row.state != DeliveryState::Sent));
}

/// Waits as long as a mail may take, for a server that says nothing.
struct SilentMail {
    clock: Arc<FixedClock>,
    asked: AtomicUsize,
}

#[async_trait]
impl Mail for SilentMail {
    async fn send(&self, _: &Message) -> Result<(), MailError> {
        self.clock.advance_millis(20_000);
        self.asked.fetch_add(1, Ordering::SeqCst);
        Err(MailError::Unavailable("no answer".into()))
    }
}

#[tokio::test]
async fn a_mail_server_that_keeps_silent_holds_a_worker_up_for_two_mails_and_no_longer() {
    let mut world = world().await;
    let silent = Arc::new(SilentMail {
        clock: Arc::clone(&world.clock),
        asked: AtomicUsize::new(0),
    });
    world.world.mail = Arc::clone(&silent) as _;
    let (tenant, _) = issued(&world, MEASURING).await;
    assert_eq!(silent.asked.load(Ordering::SeqCst), 2);
    let mails = async || {
        let mut rows = deliveries(&world, &tenant).await;
        rows.retain(|row| row.kind == DeliveryKind::Mail);
        rows
    };
    let count = |rows: &[DeliveryRow], state: DeliveryState| {
        let found = rows.iter().filter(|row| row.state == state);
        found.count()
    };
    let rows = mails().await;
    assert_eq!(count(&rows, DeliveryState::Retry), 2);
    assert_eq!(count(&rows, DeliveryState::Queued), rows.len() - 2);
    assert!(rows.len() > 2, "some were not tried");

    world.clock.advance_millis(120_000);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(silent.asked.load(Ordering::SeqCst), 4, "the next turn");
}

/// Takes the first mail only once the job that waits for it was kept for another while.
struct SlowMail {
    clock: Arc<FixedClock>,
    store: Store,
    asked: AtomicUsize,
}

impl SlowMail {
    async fn kept_until(&self) -> Option<i64> {
        let queue = self.store.read().queue_depth().await.unwrap();
        queue.first_lease_until
    }
}

#[async_trait]
impl Mail for SlowMail {
    async fn send(&self, _: &Message) -> Result<(), MailError> {
        Err(MailError::Unavailable("it was left too early".into()))
    }

    async fn send_patiently(&self, _: &Message) -> Result<(), MailError> {
        if self.asked.fetch_add(1, Ordering::SeqCst) == 0 {
            let before = self.kept_until().await;
            assert!(before.is_some());
            self.clock.advance_millis(1_000);
            while self.kept_until().await == before {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(())
    }
}

/// By the real clock: two seconds, until it is kept.
#[tokio::test]
async fn a_job_is_kept_while_a_slow_mail_server_takes_its_time() {
    let mut world = world().await;
    world.world.mail = Arc::new(SlowMail {
        clock: Arc::clone(&world.clock),
        store: world.store.clone(),
        asked: AtomicUsize::new(0),
    });
    let issuing = tokio::time::timeout(Duration::from_secs(60), issued(&world, MEASURING));
    let (tenant, _) = issuing.await.expect("nothing kept the job");
    let mut rows = deliveries(&world, &tenant).await;
    rows.retain(|row| row.kind == DeliveryKind::Mail);
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.state == DeliveryState::Sent));
}

#[tokio::test]
async fn what_was_given_up_is_sent_again_together_and_what_came_back_is_not() {
    let world = world().await;
    world
        .mail
        .fail_with(Some(MailError::Unavailable("no such server".into())));
    let (tenant, _) = issued(&world, MEASURING).await;
    let given_up = async || {
        for _ in 0..40 {
            world.clock.advance_millis(12 * 3_600_000);
            wind(&world).await.unwrap();
            work_until_idle(&world).await.unwrap();
        }
        let rows = deliveries(&world, &tenant).await;
        rows.iter()
            .filter(|row| row.state == DeliveryState::Dead)
            .count()
    };
    let dead = given_up().await;
    assert!(dead > 1, "{dead}");
    let failed = async || count_failed_deliveries(&world, &tenant).await.unwrap();
    assert_eq!(failed().await, dead as u64);

    // The next is refused for good: it comes back, and waits for the right address.
    let refused = MailError::Refused("permanent error (550): no such user".into());
    world.mail.fail_with(Some(refused));
    let one = deliveries(&world, &tenant).await.swap_remove(0);
    let order = Resending {
        tenant: tenant.clone(),
        credential: one.credential.clone(),
        actor: "registrar".into(),
        address: None,
        drawn: None,
    };
    resend(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(failed().await, dead as u64, "the later one counts, once");

    world.mail.fail_with(None);
    let again = async || resend_given_up(&world, &tenant, "registrar").await.unwrap();
    let (one_press, other_press) = tokio::join!(again(), again());
    assert_eq!(
        one_press.queued + other_press.queued,
        dead as u64 - 1,
        "asked twice at once, sent once"
    );
    assert_eq!(again().await, ResentGivenUp::default());
    work_until_idle(&world).await.unwrap();
    assert_eq!(failed().await, 1, "what came back");
    let left = failed_deliveries(&world, &tenant, 10).await.unwrap();
    assert_eq!(left[0].credential, one.credential);
    assert_eq!(left[0].state, DeliveryState::Bounced);
    let line = audited(&world, &tenant, "delivery.resend").await;
    assert_eq!(line, dead, "one line each");
}
