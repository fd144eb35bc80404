//! A confirmed batch whose steps fail: it is never given up, says why it waits, goes on by itself or at a word, and a person can end it.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_service::{
    World,
    issuing::{
        CancelError, Cancellation, ConfirmError, Stalled, all_stalled, cancel, confirm, preview,
        stalled,
    },
    operations::{
        Again, Job, Turn, gauges, try_again, wind, work_once, work_once_on, work_until_idle,
    },
    ports::{Clock as _, Mail, MailError, Message, SignError},
};
use touchstone_store::{BatchState, JobState, TenantId};
use touchstone_testkit::{MemorySigner, TestDatabase, TestWorld, world, world_on};

use crate::{
    resilience::{ScriptedSigner, failing_signer, learners, nothing_lost_or_doubled},
    support::{
        COHORT, MEASURING, all, audited, confirmation, confirmed, institution_with, state, uploaded,
    },
};

async fn why(world: &World, tenant: &TenantId, batch: &str) -> Option<Stalled> {
    stalled(world, tenant, batch).await.unwrap()
}

fn cancellation(tenant: &TenantId, batch: &str) -> Cancellation {
    Cancellation {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch: batch.into(),
    }
}

/// The same world without its keys: nothing can be signed, which no waiting mends.
fn locked(world: &TestWorld) -> World {
    World {
        signer: Arc::new(MemorySigner::default()),
        ..world.world.clone()
    }
}

// --- By itself -------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_batch_that_failed_all_night_is_told_and_goes_on_by_itself_within_the_hour() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, COHORT).await;
    assert_eq!(why(&world, &tenant, &batch).await, None, "nothing failed");
    let locked = locked(&world);
    for _ in 0..29 {
        work_until_idle(&locked).await.unwrap();
        world.clock.advance_millis(MINUTES_11);
    }
    let seen = why(&world, &tenant, &batch).await.unwrap();
    assert_eq!((seen.tries, &seen.batch), (29, &batch));
    assert_eq!(seen.reason, SignError::NoSuchKey.to_string());
    work_until_idle(&locked).await.unwrap();
    let now = world.clock.now();
    let seen = why(&world, &tenant, &batch).await.unwrap();
    assert_eq!(seen.tries, 30);
    assert_eq!(
        seen.next_at,
        Some(now.plus_millis(HOUR)),
        "once an hour now"
    );
    for _ in 0..20 {
        world.clock.advance_millis(HOUR);
        wind(&locked).await.unwrap();
        work_until_idle(&locked).await.unwrap();
    }
    let seen = why(&world, &tenant, &batch).await.unwrap();
    assert_eq!(seen.tries, 50, "tried, and no more often than that");
    assert_eq!(all_stalled(&world.store.read()).await.unwrap(), [seen]);
    assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0);

    world.clock.advance_millis(HOUR);
    work_until_idle(&world).await.unwrap();
    assert_eq!(why(&world, &tenant, &batch).await, None);
    nothing_lost_or_doubled(&world, &tenant, 25).await;
}

#[tokio::test]
async fn a_batch_that_an_earlier_version_gave_up_goes_on_by_itself() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    bury(&world).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(all(&world, &tenant).await, []);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    nothing_lost_or_doubled(&world, &tenant, 25).await;
    assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0);
}

/// Gives the job of the only batch up, as a version did that kept no note of what it stood for.
async fn bury(world: &TestWorld) {
    let now = world.clock.now().unix_millis();
    let claimed = world.store.claim_jobs(&["issue-batch"], now, now + 1, 1);
    let job = &claimed.await.unwrap().remove(0);
    let buried = world
        .store
        .write(|mut tx| async move { tx.bury_job(job, None, "disk full").await });
    buried.await.unwrap();
}

// --- At a word -------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn confirming_again_what_stands_there_now_tries_it_at_once_in_the_name_of_who_confirmed() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = uploaded(&world, &tenant, MEASURING, COHORT).await.batch;
    let first = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &first.fingerprint);
    confirm(&world, &order).await.unwrap();
    let locked = locked(&world);
    for _ in 0..31 {
        work_until_idle(&locked).await.unwrap();
        world.clock.advance_millis(MINUTES_11);
    }
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    assert_ne!(seen.fingerprint, first.fingerprint, "its rows are reserved");
    work_until_idle(&world).await.unwrap();
    assert_eq!(all(&world, &tenant).await, [], "its hour has not come");

    let mut another = confirmation(&tenant, &batch, "0f0f");
    another.actor = "somebody else".into();
    let refused = confirm(&world, &another).await;
    assert!(
        matches!(refused, Err(ConfirmError::UnderWay)),
        "{refused:?}"
    );
    another.fingerprint = seen.fingerprint;
    confirm(&world, &another).await.unwrap();
    assert_eq!(audited(&world, &tenant, "batch.confirm").await, 1);
    let jobs = world.store.read().jobs_of("issue-batch", 9).await.unwrap();
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].payload.contains("approver"), "{}", jobs[0].payload);
    work_until_idle(&world).await.unwrap();
    nothing_lost_or_doubled(&world, &tenant, 25).await;
}

#[tokio::test]
async fn confirming_again_brings_back_a_job_that_was_given_up_and_leaves_one_alone_that_runs() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = uploaded(&world, &tenant, MEASURING, COHORT).await.batch;
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &seen.fingerprint);
    confirm(&world, &order).await.unwrap();
    bury(&world).await;
    let mut another = order.clone();
    another.actor = "somebody else".into();
    confirm(&world, &another).await.unwrap();
    let reader = world.store.read();
    let jobs = reader.jobs_of("issue-batch", 9).await.unwrap();
    assert_eq!((jobs.len(), jobs[0].state), (1, JobState::Ready));
    assert!(jobs[0].payload.contains("approver"), "{}", jobs[0].payload);

    let now = world.clock.now().unix_millis();
    let claimed = world
        .store
        .claim_jobs(&["issue-batch"], now, now + 30_000, 1);
    assert_eq!(claimed.await.unwrap().len(), 1);
    confirm(&world, &order).await.unwrap();
    let jobs = reader.jobs_of("issue-batch", 9).await.unwrap();
    assert_eq!((jobs.len(), jobs[0].state), (1, JobState::Leased));
}

#[tokio::test]
async fn what_failed_and_what_was_given_up_is_tried_at_once_when_somebody_says_so() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    undelivered(&world, &tenant).await;
    let locked = locked(&world);
    for _ in 0..31 {
        work_until_idle(&locked).await.unwrap();
        world.clock.advance_millis(MINUTES_11);
    }
    let seen = gauges(&world).await.unwrap();
    assert_eq!((seen.jobs_dead, seen.jobs_failing), (1, 2), "and a list");
    world.mail.fail_with(None);
    work_until_idle(&world).await.unwrap();
    assert_eq!(all(&world, &tenant).await, []);

    let again = try_again(&world).await.unwrap();
    assert_eq!((again.given_up, again.failing), (1, 1));
    work_until_idle(&world).await.unwrap();
    nothing_lost_or_doubled(&world, &tenant, 25).await;
    let told = world.mail.sent();
    assert!(told.iter().any(|mail| mail.to == "old@riverside.example"));
    let nothing = Again {
        failing: 0,
        given_up: 0,
    };
    assert_eq!(try_again(&world).await.unwrap(), nothing);
    assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0);
}

/// A mail that a job is to send, while no mail server answers.
async fn undelivered(world: &TestWorld, tenant: &TenantId) {
    let unavailable = MailError::Unavailable("no answer".into());
    world.mail.fail_with(Some(unavailable));
    let now = world.clock.now();
    let job = Job::MovedMail {
        tenant: tenant.to_string(),
        name: "Noor".into(),
        address: "old@riverside.example".into(),
        moved_at: now.unix_millis(),
    };
    let job = &job.queued(&*world.rng, now, now);
    let queued = world
        .store
        .write(|mut tx| async move { tx.enqueue(job.clone()).await });
    queued.await.unwrap();
}

#[tokio::test]
async fn what_was_given_up_is_tried_once_a_day_and_goes_when_it_works() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    undelivered(&world, &tenant).await;
    for _ in 0..29 {
        work_until_idle(&world).await.unwrap();
        world.clock.advance_millis(MINUTES_11);
    }
    assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0, "not yet");
    work_until_idle(&world).await.unwrap();
    let attempts = async || {
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let dead = world.store.read().dead_jobs(9).await.unwrap();
        dead.iter().map(|job| job.attempts).collect::<Vec<_>>()
    };
    assert_eq!(attempts().await, [30]);
    world.clock.advance_millis(12 * HOUR);
    assert_eq!(attempts().await, [30], "not before a day is over");
    world.clock.advance_millis(12 * HOUR);
    assert_eq!(attempts().await, [31]);
    world.mail.fail_with(None);
    world.clock.advance_millis(24 * HOUR);
    assert_eq!(attempts().await, Vec::<i64>::new());
    let told = world.mail.sent();
    assert!(told.iter().any(|mail| mail.to == "old@riverside.example"));
}

// --- Faults of the program -------------------------------------------------------------------------------------------

/// Breaks down, and says a name while it does.
struct BrokenMail;

#[async_trait]
impl Mail for BrokenMail {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        panic!("planted: {}", message.to_name)
    }
}

#[tokio::test]
async fn a_job_that_panics_has_failed_and_its_worker_goes_on() {
    let mut world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    undelivered(&world, &tenant).await;
    world.world.mail = Arc::new(BrokenMail);
    let turn = work_once_on(&world, "moved-mail").await.unwrap();
    assert_eq!(turn, Turn::Worked);
    let failing = world.store.read().failing_jobs(9).await.unwrap();
    let [failed] = &failing[..] else {
        panic!("{failing:?}")
    };
    assert_eq!((failed.kind.as_str(), failed.attempts), ("moved-mail", 1));
    let told = failed.last_error.as_deref().unwrap();
    assert!(told.contains("panic") && !told.contains("Noor"), "{told}");

    let batch = confirmed(&world, &tenant, MEASURING, COHORT).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    world.world.mail = Arc::clone(&world.mail) as _;
    world.mail.fail_with(None);
    world.clock.advance_millis(MINUTES_11);
    work_until_idle(&world).await.unwrap();
    let told = world.mail.sent();
    assert!(told.iter().any(|mail| mail.to == "old@riverside.example"));
    assert_eq!(gauges(&world).await.unwrap().jobs_failing, 0);
}

#[tokio::test]
async fn a_job_that_ends_its_process_each_time_is_given_up_and_tried_once_a_day() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    undelivered(&world, &tenant).await;
    world.mail.fail_with(None);
    let begin_and_end = async || {
        let now = world.clock.now().unix_millis();
        let claimed = world
            .store
            .claim_jobs(&["moved-mail"], now, now + 30_000, 1)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 1);
        world.clock.advance_millis(31_000);
    };
    for _ in 0..40 {
        begin_and_end().await;
    }
    let told = || {
        let sent = world.mail.sent();
        sent.iter().any(|mail| mail.to == "old@riverside.example")
    };
    work_until_idle(&world).await.unwrap();
    assert_eq!(gauges(&world).await.unwrap().jobs_dead, 1);
    assert!(!told(), "it was not begun again");
    world.clock.advance_millis(24 * HOUR);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert!(told());
    assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0);
}

// --- To an end -------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_batch_that_can_never_be_signed_is_ended_by_a_person_and_its_rows_are_free() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &learners(25)).await;
    let order = cancellation(&tenant, &batch);
    let refused = cancel(&world, &order).await;
    assert!(
        matches!(refused, Err(CancelError::UnderWay)),
        "it may go yet"
    );
    work_once(&locked(&world)).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealing);
    cancel(&world, &order).await.unwrap();
    cancel(&world, &order).await.unwrap();
    assert_eq!(audited(&world, &tenant, "batch.cancel").await, 1);
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Cancelled);
    assert_eq!(why(&world, &tenant, &batch).await, None);
    let seen = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    assert_eq!(seen.batch.rows_ready, 25);
    assert_eq!((seen.ready.len(), seen.ready[0].intent.clone()), (25, None));
    let refused = confirm(&world, &confirmation(&tenant, &batch, &seen.fingerprint)).await;
    assert!(matches!(refused, Err(ConfirmError::Cancelled)));
    world.clock.advance_millis(HOUR);
    work_until_idle(&world).await.unwrap();
    assert_eq!(all(&world, &tenant).await, []);

    let again = uploaded(&world, &tenant, MEASURING, &learners(25)).await;
    assert!(!again.known);
    confirmed(&world, &tenant, MEASURING, &learners(25)).await;
    work_until_idle(&world).await.unwrap();
    nothing_lost_or_doubled(&world, &tenant, 25).await;
}

#[tokio::test]
async fn what_is_signed_of_a_batch_stays_and_the_rest_is_issued_anew_on_sqlite() {
    end_half_way(&world().await).await;
}

#[tokio::test]
async fn what_is_signed_of_a_batch_stays_and_the_rest_is_issued_anew_on_postgresql() {
    end_half_way(&world_on(TestDatabase::postgres()).await).await;
}

/// A worker has the rest in hand, signed and not stored, at the moment in which somebody gives it up.
async fn end_half_way(world: &TestWorld) {
    let tenant = institution_with(world, MEASURING).await;
    let batch = confirmed(world, &tenant, MEASURING, &learners(1_100)).await;
    work_once(&failing_signer(world, 1_050)).await.unwrap();
    let signed = all(world, &tenant).await;
    assert_eq!(signed.len(), 1_000);
    world.clock.advance_millis(MINUTES_11);

    let sleepy = Arc::new(ScriptedSigner::sleeping_at(100, world));
    let mut slow = world.world.clone();
    slow.signer = sleepy.clone();
    let at = world.clock.now().unix_millis();
    let working = async { work_once_on(&slow, "issue-batch").await.unwrap() };
    let ending = async {
        sleepy.asleep.notified().await;
        let seen = why(world, &tenant, &batch).await.unwrap();
        assert_eq!(seen.next_at, None, "it is being tried");
        cancel(world, &cancellation(&tenant, &batch)).await.unwrap();
        sleepy.wake.notify_one();
    };
    tokio::join!(working, ending);
    world.clock.advance_millis(HOUR);
    work_until_idle(world).await.unwrap();
    assert_eq!(all(world, &tenant).await, signed);
    let ended = world.store.read().batch(&tenant, &batch).await.unwrap();
    let ended = ended.unwrap();
    assert_eq!(
        (ended.state, ended.sealed_at),
        (BatchState::Sealed, Some(at))
    );

    let seen = preview(world, &tenant, &batch).await.unwrap().unwrap();
    assert_eq!((seen.sealed, seen.ready.len()), (1_000, 100));
    let order = confirmation(&tenant, &batch, &seen.fingerprint);
    confirm(world, &order).await.unwrap();
    work_until_idle(world).await.unwrap();
    nothing_lost_or_doubled(world, &tenant, 1_100).await;
}

/// Where what is to be signed is not what was approved, nothing is: that is told, tried no more than hourly, and ended by a person.
#[tokio::test]
async fn t60_a_batch_that_is_not_what_was_approved_says_so_and_is_ended_by_a_person() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &learners(25)).await;
    work_once(&failing_signer(&world, 1)).await.unwrap();
    world.tamper("UPDATE batch SET state = 'approved', approved_sha256 = repeat('0', 64)");
    for _ in 0..40 {
        world.clock.advance_millis(MINUTES_11);
        work_until_idle(&world).await.unwrap();
    }
    let seen = why(&world, &tenant, &batch).await.unwrap();
    assert!(
        seen.reason.contains("not those that were approved"),
        "{}",
        seen.reason
    );
    // Thirty in eleven minutes each; of the hundred and ten minutes after these, an hour was over once.
    assert_eq!(seen.tries, 31);
    assert_eq!(all(&world, &tenant).await, []);
    cancel(&world, &cancellation(&tenant, &batch))
        .await
        .unwrap();
    confirmed(&world, &tenant, MEASURING, &learners(25)).await;
    work_until_idle(&world).await.unwrap();
    nothing_lost_or_doubled(&world, &tenant, 25).await;
}

const MINUTES_11: i64 = 11 * 60 * 1_000;
const HOUR: i64 = 60 * 60 * 1_000;
