//! Many at once, stopped half-way, spoiled: nothing is lost, nothing is done twice, nothing unseen is signed.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use tokio::{
    sync::Notify,
    task::{JoinSet, LocalSet, yield_now},
};
use touchstone_service::{
    World,
    issuing::{Revocation, revoke},
    operations::{Answer, OnceError, Turn, once, work_once, work_once_on, work_until_idle},
    ports::{Clock as _, PublicKey, SignError, Signer},
    verifying::{Reach, check},
};
use touchstone_store::{
    BatchState, CredentialFilter, CredentialRow, CredentialState, RowState, Store, TenantId,
};
use touchstone_testkit::{FixedClock, TestDatabase, TestWorld, world, world_on};
use touchstone_vc::{Signature, Verdict, json::Value, status::bitstring::Bits};

use crate::support::{MEASURING, all, audited, confirmed, institution_with, state};

// --- Withdrawing -----------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t32_four_times_200_revocations_are_800_published_bits_on_sqlite() {
    revoke_from_four_sides(&world().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t32_four_times_200_revocations_are_800_published_bits_on_postgresql() {
    revoke_from_four_sides(&world_on(TestDatabase::postgres()).await).await;
}

/// Four registrars withdraw 200 credentials each, at the same time; five others stand.
async fn revoke_from_four_sides(world: &TestWorld) {
    let tenant = institution_with(world, MEASURING).await;
    confirmed(world, &tenant, MEASURING, &learners(805)).await;
    work_until_idle(world).await.unwrap();
    let credentials = all(world, &tenant).await;
    let (withdrawn, standing) = credentials.split_at(800);

    let mut registrars = JoinSet::new();
    for share in withdrawn.chunks(200) {
        let (world, share) = (world.world.clone(), share.to_vec());
        registrars.spawn(async move {
            for credential in share {
                let order = Revocation {
                    tenant: credential.tenant,
                    credential: credential.id,
                    actor: "registrar".into(),
                    reason: "Mixed up.".into(),
                };
                revoke(&world, &order).await.unwrap();
            }
        });
    }
    while let Some(done) = registrars.join_next().await {
        done.unwrap();
    }
    work_until_idle(world).await.unwrap();

    let revoked = CredentialFilter {
        state: Some(CredentialState::Revoked),
        ..CredentialFilter::default()
    };
    let reader = world.store.read();
    let counted = reader.count_credentials(&tenant, &revoked).await.unwrap();
    assert_eq!(counted, 800);
    assert_eq!(audited(world, &tenant, "credential.revoke").await, 800);
    let bits = published_bits(world, &tenant).await;
    let bit = |credential: &CredentialRow| {
        bits.get(credential.status_index.unwrap().unsigned_abs())
            .unwrap()
    };
    assert_eq!(withdrawn.iter().filter(|one| bit(one)).count(), 800);
    assert_eq!(standing.iter().filter(|one| bit(one)).count(), 0);
}

// --- Asking twice ----------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_requests_with_one_key_do_the_work_once_on_sqlite() {
    ask_a_hundred_times(&world().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_requests_with_one_key_do_the_work_once_on_postgresql() {
    ask_a_hundred_times(&world_on(TestDatabase::postgres()).await).await;
}

async fn ask_a_hundred_times(world: &TestWorld) {
    let tenant = institution_with(world, MEASURING).await;
    let done = Arc::new(AtomicU32::new(0));
    let ask = async |world: &World, tenant: &TenantId, done: &AtomicU32| {
        let work = async || {
            let number = done.fetch_add(1, Ordering::SeqCst);
            for _ in 0..20 {
                yield_now().await; // So that the others come while it is being done.
            }
            Answer {
                status: 201,
                body: format!("work number {number}").into_bytes(),
            }
        };
        once(world, tenant, "one-key", b"POST /batches", work).await
    };
    let mut asking = JoinSet::new();
    for _ in 0..100 {
        let (world, tenant, done) = (world.world.clone(), tenant.clone(), Arc::clone(&done));
        asking.spawn(async move {
            match ask(&world, &tenant, &done).await {
                Ok(answer) => Some(answer),
                Err(OnceError::InProgress) => None,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let first = Answer {
        status: 201,
        body: b"work number 0".to_vec(),
    };
    let answers: Vec<Answer> = asking.join_all().await.into_iter().flatten().collect();
    assert!(!answers.is_empty(), "who does the work gets its answer");
    assert!(answers.iter().all(|answer| *answer == first));
    for _ in 0..3 {
        assert_eq!(ask(world, &tenant, &done).await.unwrap(), first);
    }
    assert_eq!(done.load(Ordering::SeqCst), 1);
}

// --- Stopped half-way ------------------------------------------------------------------------------------------------

/// The first 1,000 commit together; the signer fails at the 50th of the rest.
#[tokio::test]
async fn a_signer_that_fails_at_any_signature_leaves_what_was_committed_and_the_next_run_finishes()
{
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &learners(1_100)).await;
    let mut failing = world.world.clone();
    failing.signer = Arc::new(ScriptedSigner::failing_at(1_050, &world));

    assert_eq!(work_once(&failing).await.unwrap(), Turn::Worked);
    let committed = all(&world, &tenant).await;
    assert_eq!(committed.len(), 1_000);
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealing);

    world.clock.advance_millis(MINUTES_11);
    work_until_idle(&world).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    nothing_lost_or_doubled(&world, &tenant, 1_100).await;
    for before in &committed {
        let reader = world.store.read();
        let after = reader.credential(&tenant, &before.id).await.unwrap();
        assert_eq!(
            after.unwrap().sha256,
            before.sha256,
            "what was sealed stays as it is"
        );
    }
}

/// The first, the last or one between of 25 is spoiled after it was approved: it is not signed, and the others are. Uploaded again, it is issued as well.
#[tokio::test]
async fn t60_exactly_the_one_that_was_spoiled_is_refused_whichever_it_is() {
    for place in [0, 1, 12, 23, 24] {
        let world = world_on(TestDatabase::postgres()).await;
        let tenant = institution_with(&world, MEASURING).await;
        let batch = confirmed(&world, &tenant, MEASURING, &learners(25)).await;
        let mut failing = world.world.clone();
        failing.signer = Arc::new(ScriptedSigner::failing_at(1, &world));
        work_once(&failing).await.unwrap();
        work_until_idle(&world).await.unwrap(); // Publishes the list, which is signed as well.
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealing);
        world.tamper(&format!(
            "UPDATE intent SET unsigned = unsigned || ' '::bytea WHERE id = (SELECT id FROM intent ORDER BY line LIMIT 1 OFFSET {place})"
        ));
        let counting = Arc::new(ScriptedSigner::failing_at(u64::MAX, &world));
        let mut watched = world.world.clone();
        watched.signer = counting.clone();
        world.clock.advance_millis(MINUTES_11);
        assert_eq!(
            work_once_on(&watched, "issue-batch").await.unwrap(),
            Turn::Worked
        );

        assert_eq!(counting.asked.load(Ordering::SeqCst), 24, "place {place}");
        assert_eq!(all(&world, &tenant).await.len(), 24, "place {place}");
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
        let reader = world.store.read();
        let row = reader.batch(&tenant, &batch).await.unwrap().unwrap();
        assert_eq!((row.rows_ready, row.rows_faulty), (24, 1));
        let faulty = reader
            .batch_rows(&tenant, &batch, Some(RowState::Faulty), -1, 9)
            .await;
        let faulty = faulty.unwrap();
        let sealed = reader
            .batch_rows(&tenant, &batch, Some(RowState::Sealed), -1, 99)
            .await;
        let sealed: Vec<i64> = sealed.unwrap().iter().map(|row| row.line).collect();
        assert_eq!(faulty.len(), 1);
        assert_eq!(
            sealed.iter().filter(|line| **line < faulty[0].line).count(),
            place
        );
        assert!(
            faulty[0].faults.contains("\"spoiled\""),
            "{}",
            faulty[0].faults
        );
        assert_eq!(audited(&world, &tenant, "credential.refuse").await, 1);

        let list = learners(25);
        let mut lines = list.lines();
        let again = [lines.next(), lines.nth(place)]
            .map(Option::unwrap)
            .join("\n");
        confirmed(&world, &tenant, MEASURING, &again).await;
        work_until_idle(&world).await.unwrap();
        nothing_lost_or_doubled(&world, &tenant, 25).await;
    }
}

/// Nothing is left to sign: the batch ends all the same, and says of each row why.
#[tokio::test]
async fn t60_a_batch_of_which_everything_was_spoiled_ends_with_nothing_signed() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &learners(3)).await;
    let mut failing = world.world.clone();
    failing.signer = Arc::new(ScriptedSigner::failing_at(1, &world));
    work_once(&failing).await.unwrap();
    world.tamper("UPDATE intent SET unsigned = unsigned || ' '::bytea");
    world.clock.advance_millis(MINUTES_11);
    work_until_idle(&world).await.unwrap();
    assert_eq!(all(&world, &tenant).await, []);
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    let row = world.store.read().batch(&tenant, &batch).await.unwrap();
    let row = row.unwrap();
    assert_eq!((row.rows_ready, row.rows_faulty), (0, 3));
    assert_eq!(audited(&world, &tenant, "credential.refuse").await, 3);
}

/// What the worker remembers of the bytes that it reserved is not used for others: one of the second thousand is altered while the
/// first is being signed.
#[tokio::test]
async fn t60_bytes_altered_while_the_batch_is_sealed_are_not_signed() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &learners(1_010)).await;
    let sleepy = Arc::new(ScriptedSigner::sleeping_at(1, &world));
    let mut stopped = world.world.clone();
    stopped.signer = sleepy.clone();

    LocalSet::new()
        .run_until(async {
            let sealing = tokio::task::spawn_local(async move { work_once(&stopped).await });
            sleepy.asleep.notified().await;
            world.tamper(
                "UPDATE intent SET unsigned = unsigned || ' '::bytea WHERE line = (SELECT max(line) FROM intent)",
            );
            sleepy.wake.notify_one();
            assert_eq!(sealing.await.unwrap().unwrap(), Turn::Worked);
        })
        .await;
    assert_eq!(sleepy.asked.load(Ordering::SeqCst), 1_009);
    assert_eq!(all(&world, &tenant).await.len(), 1_009);
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
}

/// Rows are put together while those before them are still being stored: people among them are known all the same.
#[tokio::test]
async fn people_who_stand_in_two_chunks_are_one_person_each() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let mut lines: Vec<String> = learners(1_100).lines().map(str::to_owned).collect();
    // The last hundred of the first thousand were awarded it on another day too, and the list says so right after.
    let again: Vec<String> = lines[901..1_001]
        .iter()
        .map(|line| line.replace("2026-11-12", "2026-11-11"))
        .collect();
    lines.splice(1_001..1_001, again);
    confirmed(&world, &tenant, MEASURING, &(lines.join("\n") + "\n")).await;
    work_until_idle(&world).await.unwrap();

    let credentials = all(&world, &tenant).await;
    assert_eq!(credentials.len(), 1_200);
    let people: BTreeSet<_> = credentials.iter().map(|one| &one.learner).collect();
    assert_eq!(people.len(), 1_100);
    let places: BTreeSet<_> = credentials
        .iter()
        .map(|one| (&one.status_list, one.status_index))
        .collect();
    assert_eq!(places.len(), 1_200);
}

// --- Two workers -----------------------------------------------------------------------------------------------------

#[tokio::test]
async fn two_workers_issue_two_lists_of_the_same_people_once_on_sqlite() {
    work_side_by_side(&world().await).await;
}

#[tokio::test]
async fn two_workers_issue_two_lists_of_the_same_people_once_on_postgresql() {
    work_side_by_side(&world_on(TestDatabase::postgres()).await).await;
}

/// The same people stand in two files; both batches are confirmed before either is issued.
async fn work_side_by_side(world: &TestWorld) {
    let tenant = institution_with(world, MEASURING).await;
    let first = confirmed(world, &tenant, MEASURING, &learners(60)).await;
    let second = confirmed(world, &tenant, MEASURING, &format!("{}\n", learners(60))).await;
    let both_sealed = async || {
        let states = (
            state(world, &tenant, &first).await,
            state(world, &tenant, &second).await,
        );
        states == (BatchState::Sealed, BatchState::Sealed)
    };
    let worker = async || {
        while !both_sealed().await {
            if work_once(world).await.unwrap() == Turn::Idle {
                world.clock.advance_millis(1_000); // A retry is due some time.
                yield_now().await;
            }
        }
    };
    tokio::join!(worker(), worker());
    work_until_idle(world).await.unwrap();
    nothing_lost_or_doubled(world, &tenant, 60).await;
}

#[tokio::test]
async fn a_worker_stopped_past_its_lease_and_continued_doubles_nothing_on_sqlite() {
    stop_in_the_middle(&world().await).await;
}

#[tokio::test]
async fn a_worker_stopped_past_its_lease_and_continued_doubles_nothing_on_postgresql() {
    stop_in_the_middle(&world_on(TestDatabase::postgres()).await).await;
}

/// One worker sleeps while it signs; another takes the job over and finishes; the sleeper wakes and goes on.
async fn stop_in_the_middle(world: &TestWorld) {
    let tenant = institution_with(world, MEASURING).await;
    let batch = confirmed(world, &tenant, MEASURING, &learners(25)).await;
    // At the last signature: before any other it would look whether the job is still its own.
    let sleepy = Arc::new(ScriptedSigner::sleeping_at(25, world));
    let mut stopped = world.world.clone();
    stopped.signer = sleepy.clone();

    LocalSet::new()
        .run_until(async {
            let sleeper = tokio::task::spawn_local(async move { work_once(&stopped).await });
            sleepy.asleep.notified().await;
            world.clock.advance_millis(LEASE_AND_MORE);
            work_until_idle(world).await.unwrap();
            assert_eq!(state(world, &tenant, &batch).await, BatchState::Sealed);
            let before = all(world, &tenant).await;

            sleepy.wake.notify_one();
            assert_eq!(sleeper.await.unwrap().unwrap(), Turn::Worked);
            work_until_idle(world).await.unwrap();
            assert_eq!(sleepy.asked.load(Ordering::SeqCst), 25, "it did go on");
            assert_eq!(all(world, &tenant).await, before);
        })
        .await;
    nothing_lost_or_doubled(world, &tenant, 25).await;
    assert_eq!(world.store.read().queue_depth().await.unwrap().dead, 0);
}

#[tokio::test]
async fn t62_a_slow_signer_does_not_lose_its_job_to_another_worker() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, &learners(150)).await;
    let slow = World {
        signer: Arc::new(SlowSigner {
            inner: Arc::clone(&world.signer),
            clock: Arc::clone(&world.clock),
            store: world.store.clone(),
        }),
        ..world.world.clone()
    };
    // All in one chunk, in more than twice the time of a lease.
    assert_eq!(work_once(&slow).await.unwrap(), Turn::Worked);
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    assert_eq!(all(&world, &tenant).await.len(), 150);
}

// --- What all of this stands on --------------------------------------------------------------------------------------

/// Everybody has one credential that verifies, one position, one line in the audit record and one in the outbox.
pub(crate) async fn nothing_lost_or_doubled(world: &TestWorld, tenant: &TenantId, people: usize) {
    let credentials = all(world, tenant).await;
    let distinct = |of: &dyn Fn(&CredentialRow) -> String| {
        credentials.iter().map(of).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(credentials.len(), people);
    assert_eq!(distinct(&|one| one.learner.clone()), people);
    assert_eq!(distinct(&|one| one.sha256.clone()), people);
    let position =
        |one: &CredentialRow| format!("{:?} {}", one.status_list, one.status_index.unwrap());
    assert_eq!(distinct(&position), people);
    assert_eq!(audited(world, tenant, "credential.issue").await, people);
    let mut tx = world.store.begin().await.unwrap();
    let told = tx.outbox_after(0, 10_000).await.unwrap().into_iter();
    let told: Vec<String> = told
        .filter(|line| line.kind == "credential.issued")
        .map(|line| line.subject)
        .collect();
    assert_eq!(told.len(), people);
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), people);
    for credential in credentials.iter().step_by(people.div_ceil(25)) {
        let checked = check(world, &credential.bytes, None, Reach::Own)
            .await
            .unwrap();
        assert_eq!(checked.report.verdict(), Verdict::Pass);
    }
}

async fn published_bits(world: &World, tenant: &TenantId) -> Bits {
    let reader = world.store.read();
    let list = reader.status_lists(tenant).await.unwrap().remove(0);
    let published = reader.publication(&list.id).await.unwrap().unwrap();
    let list = Value::parse(&published.bytes).unwrap();
    let encoded = list.get("credentialSubject").unwrap().get("encodedList");
    Bits::decode(encoded.unwrap().as_str().unwrap()).unwrap()
}

/// A list of so many people, all different, without addresses.
pub(crate) fn learners(count: usize) -> String {
    let mut csv = String::from("name,identifier,level,result,evidence,assessor,awarded_on\n");
    for number in 0..count {
        csv += &format!(
            "Learner {number},R26-{number:05},3,24 of 24,https://riverside.example/e/{number}.pdf,Marek Dvořák,2026-11-12\n"
        );
    }
    csv
}

/// A real signer that takes half a second for each signature, while another worker looks for work.
struct SlowSigner {
    inner: Arc<dyn Signer>,
    clock: Arc<FixedClock>,
    store: Store,
}

#[async_trait]
impl Signer for SlowSigner {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.inner.create(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.inner.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.clock.advance_millis(500);
        let now = self.clock.now().unix_millis();
        let taken = self
            .store
            .claim_jobs(&["issue-batch"], now, now + 30_000, 1)
            .await;
        assert_eq!(taken.unwrap().len(), 0, "the other worker has the job now");
        self.inner.sign(key, message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.inner.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.inner.destroy(key).await
    }
}

/// A real signer that does something else at one signature, counted from 1.
pub(crate) struct ScriptedSigner {
    inner: Arc<dyn Signer>,
    asked: AtomicU64,
    turn: u64,
    sleeps: bool,
    pub(crate) asleep: Notify,
    pub(crate) wake: Notify,
}

/// The same world with a signer that fails at one turn.
pub(crate) fn failing_signer(world: &World, turn: u64) -> World {
    World {
        signer: Arc::new(ScriptedSigner::failing_at(turn, world)),
        ..world.clone()
    }
}

impl ScriptedSigner {
    fn failing_at(turn: u64, world: &World) -> Self {
        Self {
            inner: Arc::clone(&world.signer),
            asked: AtomicU64::new(0),
            turn,
            sleeps: false,
            asleep: Notify::new(),
            wake: Notify::new(),
        }
    }

    pub(crate) fn sleeping_at(turn: u64, world: &World) -> Self {
        Self {
            sleeps: true,
            ..Self::failing_at(turn, world)
        }
    }
}

#[async_trait]
impl Signer for ScriptedSigner {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.inner.create(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.inner.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        if self.asked.fetch_add(1, Ordering::SeqCst) + 1 == self.turn {
            if !self.sleeps {
                return Err(SignError::Unavailable);
            }
            self.asleep.notify_one();
            self.wake.notified().await;
        }
        self.inner.sign(key, message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.inner.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.inner.destroy(key).await
    }
}

const MINUTES_11: i64 = 11 * 60 * 1_000;
const LEASE_AND_MORE: i64 = 31_000;
