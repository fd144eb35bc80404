//! The queue: leases, fences, retries.

use std::collections::BTreeSet;

use tokio::task::JoinSet;
use touchstone_store::{AuditFilter, AuditLine, NewJob, Store, StoreError, TenantId};

use crate::{
    database::TestDatabase,
    on_both,
    rows::{NOON, found, job, migrated},
};

const LEASE: i64 = 1_000;

async fn queue(store: &Store, jobs: Vec<NewJob>) {
    let jobs = &jobs;
    store
        .write(|mut tx| async move {
            for job in jobs {
                tx.enqueue(job.clone()).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

fn mark(tenant: &TenantId, by: &str) -> AuditLine {
    AuditLine {
        tenant: tenant.clone(),
        at: NOON,
        actor: by.into(),
        action: "list.publish".into(),
        subject: "s1".into(),
        detail: "{}".into(),
    }
}

on_both! {
    async fn a_job_that_failed_is_told_with_its_reason_until_it_is_taken_again(store: Store) {
        queue(&store, vec![job("j1", None), job("j2", None)]).await;
        let claimed = &store.claim_jobs(&["publish"], NOON, NOON + LEASE, 1).await.unwrap().remove(0);
        assert_eq!(store.read().failing_jobs(9).await.unwrap(), []);
        store.write(|mut tx| async move { tx.retry_job(claimed, None, NOON + 5, "no key").await }).await.unwrap();
        let failing = store.read().failing_jobs(9).await.unwrap();
        let told: Vec<_> = failing.iter().map(|job| (job.id.as_str(), job.last_error.as_deref(), job.run_at)).collect();
        assert_eq!(told, [(claimed.id.as_str(), Some("no key"), NOON + 5)]);
        store.claim_jobs(&["publish"], NOON + 5, NOON + LEASE, 9).await.unwrap();
        assert_eq!(store.read().failing_jobs(9).await.unwrap(), []);
    }

    async fn a_worker_that_lost_its_lease_cannot_complete_and_its_work_is_undone(store: Store) {
        let tenant = found(&store).await;
        queue(&store, vec![job("j1", None)]).await;
        let slow = store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap().remove(0);
        let late = NOON + LEASE + 1;
        let quick = store.claim_jobs(&["publish"], late, late + LEASE, 9).await.unwrap().remove(0);
        assert_eq!((slow.fence, quick.fence, quick.attempts), (1, 2, 2));

        let (slow, quick, tenant) = (&slow, &quick, &tenant);
        let refused = store.write(|mut tx| async move {
            tx.audit([mark(tenant, "slow")]).await?;
            tx.complete_job(slow).await
        }).await;
        assert!(matches!(refused, Err(StoreError::Conflict { table: "job" })), "{refused:?}");
        assert!(matches!(store.extend_lease(slow, late + 9).await, Err(StoreError::Conflict { .. })));
        for end in ["retry", "bury"] {
            let refused = store.write(|mut tx| async move {
                match end {
                    "retry" => tx.retry_job(slow, None, NOON, "slow").await,
                    _ => tx.bury_job(slow, None, "slow").await,
                }
            }).await;
            assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{end}");
        }
        store.write(|mut tx| async move {
            tx.audit([mark(tenant, "quick")]).await?;
            tx.complete_job(quick).await
        }).await.unwrap();
        let lines = store.read().audit_lines(tenant, &AuditFilter::default(), None, 9).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.actor.as_str()).collect::<Vec<_>>(), ["quick"]);
        assert_eq!(store.read().queue_depth().await.unwrap().leased, 0);
        // Completed is completed: also for who holds the latest fence.
        let again = store.write(|mut tx| async move { tx.complete_job(quick).await }).await;
        assert!(matches!(again, Err(StoreError::Conflict { .. })));
    }

    async fn a_leased_job_is_not_claimed_again_before_its_lease_ends(store: Store) {
        queue(&store, vec![job("j1", None)]).await;
        let claimed = store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap();
        assert_eq!(claimed.len(), 1);
        assert!(store.claim_jobs(&["publish"], NOON + LEASE, NOON + 2 * LEASE, 9).await.unwrap().is_empty());
        store.extend_lease(&claimed[0], NOON + 5 * LEASE).await.unwrap();
        assert!(store.claim_jobs(&["publish"], NOON + 2 * LEASE, NOON + 9 * LEASE, 9).await.unwrap().is_empty());
        assert_eq!(store.claim_jobs(&["publish"], NOON + 6 * LEASE, NOON + 9 * LEASE, 9).await.unwrap().len(), 1);
    }

    async fn only_due_jobs_of_the_asked_kinds_are_claimed_longest_waiting_first(store: Store) {
        queue(&store, vec![
            NewJob { run_at: NOON + 5, ..job("j1", None) },
            NewJob { run_at: NOON + 3, ..job("j2", None) },
            NewJob { run_at: NOON + 4, ..job("j3", None) },
            NewJob { run_at: NOON + 99, ..job("j4", None) },
            NewJob { kind: "mail".into(), ..job("j5", None) },
        ]).await;
        let claimed = store.claim_jobs(&["publish"], NOON + 9, NOON + LEASE, 2).await.unwrap();
        assert_eq!(claimed.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["j2", "j3"]);
        let depth = store.read().queue_depth().await.unwrap();
        assert_eq!((depth.ready, depth.leased, depth.dead, depth.oldest_run_at), (3, 2, 0, Some(NOON)));
        assert_eq!(depth.first_lease_until, Some(NOON + LEASE));
        store.extend_lease(&claimed[0], NOON + 2 * LEASE).await.unwrap();
        store.extend_lease(&claimed[1], NOON + 3 * LEASE).await.unwrap();
        let depth = store.read().queue_depth().await.unwrap();
        assert_eq!(depth.first_lease_until, Some(NOON + 2 * LEASE));
    }

    async fn a_job_queued_twice_waits_once_until_it_is_claimed(store: Store) {
        queue(&store, vec![job("j1", Some("s1")), job("j2", Some("s1")), job("j3", None), job("j4", None)]).await;
        assert_eq!(store.read().queue_depth().await.unwrap().ready, 3);
        store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap();
        // What changes while the job runs must be seen by a later run.
        queue(&store, vec![job("j5", Some("s1"))]).await;
        assert_eq!(store.read().queue_depth().await.unwrap().ready, 1);
    }

    async fn a_job_that_was_put_back_by_a_clock_that_was_ahead_is_tried_when_it_is_queued_anew(store: Store) {
        let waits = |id: &str, minutes: i64| NewJob { run_at: NOON + minutes * 60_000, ..job(id, Some(id)) };
        queue(&store, vec![waits("jumped", 30 * 24 * 60), waits("failed", 60)]).await;
        queue(&store, vec![job("again", Some("jumped")), job("anew", Some("failed"))]).await;
        let claimed = store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap();
        // One that failed keeps its pause.
        assert_eq!(claimed.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["jumped"]);
    }

    async fn a_job_that_fails_again_and_again_stays_one_job(store: Store) {
        queue(&store, vec![job("j1", Some("s1"))]).await;
        let fail = async |at: i64| {
            let claimed = store.claim_jobs(&["publish"], at, at + LEASE, 9).await.unwrap();
            let one = &claimed[0];
            store.write(|mut tx| async move { tx.retry_job(one, Some("s1"), at + 50, "no key").await }).await.unwrap();
        };
        for round in 0..3 {
            fail(NOON + round * 50).await;
            // The clock queues it anew each minute.
            queue(&store, vec![job(&format!("again-{round}"), Some("s1"))]).await;
            let waiting = store.read().jobs_of("publish", 9).await.unwrap();
            assert_eq!(waiting.len(), 1);
            assert_eq!((waiting[0].attempts, waiting[0].last_error.as_deref()), (round + 1, Some("no key")));
        }
        // Something changed while it was tried: what was queued for that is tried at once, and knows of the failures.
        let claimed = store.claim_jobs(&["publish"], NOON + 500, NOON + 500 + LEASE, 9).await.unwrap();
        queue(&store, vec![job("newer", Some("s1"))]).await;
        let one = &claimed[0];
        store.write(|mut tx| async move { tx.retry_job(one, Some("s1"), NOON + 9_000, "no key").await }).await.unwrap();
        let waiting = store.read().jobs_of("publish", 9).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].id.as_str(), waiting[0].run_at), (1, "newer", NOON));
        assert_eq!((waiting[0].attempts, waiting[0].last_error.as_deref()), (4, Some("no key")));
    }

    async fn a_job_that_is_postponed_was_not_tried(store: Store) {
        queue(&store, vec![job("j1", Some("s1"))]).await;
        let postpone = async |at: i64| {
            let claimed = store.claim_jobs(&["publish"], at, at + LEASE, 9).await.unwrap();
            assert_eq!(claimed[0].attempts, 1);
            let one = &claimed[0];
            store.write(|mut tx| async move { tx.postpone_job(one, Some("s1"), at + 50, "away").await }).await.unwrap();
            let waiting = store.read().jobs_of("publish", 9).await.unwrap();
            assert_eq!((waiting.len(), waiting[0].attempts, waiting[0].last_error.as_deref()), (1, 0, Some("away")));
        };
        for round in 0..3 {
            postpone(NOON + round * 50).await;
        }
        // So it is where another one waits in its place.
        let claimed = store.claim_jobs(&["publish"], NOON + 500, NOON + 500 + LEASE, 9).await.unwrap();
        queue(&store, vec![job("newer", Some("s1"))]).await;
        let one = &claimed[0];
        store.write(|mut tx| async move { tx.postpone_job(one, Some("s1"), NOON + 9_000, "away").await }).await.unwrap();
        let waiting = store.read().jobs_of("publish", 9).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].id.as_str(), waiting[0].attempts), (1, "newer", 0));
    }

    async fn a_job_that_was_given_up_goes_once_what_it_stood_for_is_queued_again(store: Store) {
        let bury = async |at: i64| {
            let claimed = store.claim_jobs(&["publish"], at, at + LEASE, 9).await.unwrap();
            let one = &claimed[0];
            store.write(|mut tx| async move { tx.bury_job(one, Some("s1"), "no key").await }).await.unwrap();
        };
        let dead = async || -> Vec<String> { store.read().dead_jobs(9).await.unwrap().into_iter().map(|job| job.id).collect() };
        queue(&store, vec![job("j1", Some("s1"))]).await;
        bury(NOON).await;
        queue(&store, vec![job("other", Some("s2"))]).await;
        assert_eq!(dead().await, ["j1"], "another one says nothing of it");
        store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap();
        queue(&store, vec![job("j2", Some("s1"))]).await;
        assert_eq!(dead().await, Vec::<String>::new());
        bury(NOON).await;
        assert_eq!(dead().await, ["j2"]);

        // What was queued while one of them was tried waits in its place, and knows of the failures.
        let one = &store.read().dead_jobs(9).await.unwrap().remove(0);
        store.write(|mut tx| async move { tx.revive_job(one, Some("s1"), 29, NOON + 5).await }).await.unwrap();
        assert_eq!(dead().await, Vec::<String>::new());
        let claimed = &store.claim_jobs(&["publish"], NOON + 5, NOON + 5 + LEASE, 9).await.unwrap().remove(0);
        assert_eq!((claimed.id.as_str(), claimed.attempts), ("j2", 30));
        queue(&store, vec![job("newer", Some("s1"))]).await;
        store.write(|mut tx| async move { tx.bury_job(claimed, Some("s1"), "no key").await }).await.unwrap();
        let about = store.read().failing_jobs(9).await.unwrap();
        assert_eq!((about.len(), about[0].id.as_str(), about[0].attempts), (1, "newer", 30));
        assert_eq!(dead().await, Vec::<String>::new());
    }

    async fn a_revived_job_leaves_the_place_to_one_that_waits(store: Store) {
        queue(&store, vec![job("j1", Some("s1"))]).await;
        let claimed = &store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap().remove(0);
        // As an earlier version left it: nothing says what it stood for.
        store.write(|mut tx| async move { tx.bury_job(claimed, None, "no key").await }).await.unwrap();
        queue(&store, vec![job("j2", Some("s1"))]).await;
        let dead = &store.read().dead_jobs(9).await.unwrap().remove(0);
        store.write(|mut tx| async move { tx.revive_job(dead, Some("s1"), 0, NOON).await }).await.unwrap();
        let left: Vec<_> = store.read().jobs_of("publish", 9).await.unwrap().into_iter().map(|job| job.id).collect();
        assert_eq!(left, ["j2"]);
    }

    async fn a_job_that_waits_long_is_hastened_and_no_other(store: Store) {
        queue(&store, vec![job("j1", Some("s1")), job("j2", Some("s2")), job("j3", Some("s3"))]).await;
        let claimed = &store.claim_jobs(&["publish"], NOON, NOON + LEASE, 2).await.unwrap();
        store.write(|mut tx| async move {
            tx.retry_job(&claimed[0], Some("s1"), NOON + 900, "full").await?;
            tx.retry_job(&claimed[1], Some("s2"), NOON + 900, "full").await
        }).await.unwrap();
        let times = async || -> Vec<i64> {
            let mut rows = store.read().jobs_of("publish", 9).await.unwrap();
            rows.sort_by(|a, b| a.id.cmp(&b.id));
            rows.into_iter().map(|job| job.run_at - NOON).collect()
        };
        store.write(|mut tx| async move { tx.hasten_job("s1", NOON + 5).await }).await.unwrap();
        assert_eq!(times().await, [5, 900, 0]);
        store.write(|mut tx| async move { tx.hasten_job("s1", NOON + 50).await }).await.unwrap();
        assert_eq!(times().await, [5, 900, 0], "never later");
        let hastened = store.write(|mut tx| async move { tx.hasten_failing(NOON + 5).await }).await.unwrap();
        assert_eq!((hastened, times().await), (1, vec![5, 5, 0]));
    }

    async fn jobs_are_found_by_what_their_input_names_and_taken_from_whoever_has_them(store: Store) {
        let about = |id: &str, subject: &str| NewJob { payload: format!("{{\"batch\":\"{subject}\"}}"), ..job(id, None) };
        queue(&store, vec![about("j1", "b1"), about("j2", "b2"), NewJob { kind: "mail".into(), ..about("j3", "b1") }]).await;
        let claimed = &store.claim_jobs(&["publish"], NOON, NOON + LEASE, 1).await.unwrap().remove(0);
        let found = store.read().jobs_about("publish", "b1").await.unwrap();
        assert_eq!(found.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["j1"]);
        assert_eq!(store.read().jobs_about("publish", "b").await.unwrap(), [], "the whole of it");
        let found = &found;
        store.write(|mut tx| async move { tx.drop_job(&found[0]).await }).await.unwrap();
        let lost = store.write(|mut tx| async move { tx.keep_job(claimed, NOON + 9 * LEASE).await }).await;
        assert!(matches!(lost, Err(StoreError::Conflict { table: "job" })), "{lost:?}");
    }

    async fn a_failed_job_comes_back_at_its_time_and_a_buried_one_does_not(store: Store) {
        queue(&store, vec![job("j1", None), job("j2", None)]).await;
        let claimed = store.claim_jobs(&["publish"], NOON, NOON + LEASE, 9).await.unwrap();
        let claimed = &claimed;
        store.write(|mut tx| async move {
            tx.retry_job(&claimed[0], None, NOON + 50, "unreachable").await?;
            tx.bury_job(&claimed[1], None, "no such list").await
        }).await.unwrap();
        assert!(store.claim_jobs(&["publish"], NOON + 49, NOON + LEASE, 9).await.unwrap().is_empty());
        let back = store.claim_jobs(&["publish"], NOON + 50, NOON + LEASE, 9).await.unwrap();
        assert_eq!((back[0].id.as_str(), back[0].last_error.as_deref()), ("j1", Some("unreachable")));
        let dead = store.read().dead_jobs(9).await.unwrap();
        assert_eq!((dead[0].id.as_str(), dead[0].last_error.as_deref()), ("j2", Some("no such list")));
    }
}

async fn four_workers_share_200_jobs(url: &str) {
    let first = migrated(url).await;
    queue(
        &first,
        (0..200)
            .map(|number| job(&format!("j{number}"), None))
            .collect(),
    )
    .await;
    let mut workers = JoinSet::new();
    for _ in 0..4 {
        let store = Store::connect(url).await.unwrap();
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let jobs = store
                    .claim_jobs(&["publish"], NOON, NOON + LEASE, 7)
                    .await
                    .unwrap();
                if jobs.is_empty() {
                    return mine;
                }
                mine.extend(jobs.into_iter().map(|job| job.id));
            }
        });
    }
    let all: Vec<String> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200);
    assert_eq!(all.len(), 200, "no job was given to two workers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_two_workers_get_the_same_job_on_sqlite() {
    four_workers_share_200_jobs(TestDatabase::sqlite().url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_two_workers_get_the_same_job_on_postgres() {
    four_workers_share_200_jobs(TestDatabase::postgres().url()).await;
}
