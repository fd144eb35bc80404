//! Many writers at once, over several connections: nothing lost, nothing done twice.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tokio::task::JoinSet;
use touchstone_store::{
    AuditFilter, AuditLine, CredentialFilter, CredentialState, Reservation, Store, StoreError,
    TenantId,
};

use crate::{
    database::TestDatabase,
    rows::{NOON, found, job, migrated, sealed},
};

/// t32: each revocation is a unit of work with its audit line and its job.
async fn revoke_all_from_four_stores(url: &str) {
    let first = migrated(url).await;
    let tenant = found(&first).await;
    let ids = Arc::new(sealed(&first, &tenant, 800).await);
    let mut writers = JoinSet::new();
    for quarter in 0..4 {
        let store = Store::connect(url).await.unwrap();
        for number in quarter * 200..(quarter + 1) * 200 {
            let (store, tenant, ids) = (store.clone(), tenant.clone(), Arc::clone(&ids));
            writers.spawn(async move { revoke(&store, &tenant, &ids[number]).await });
        }
    }
    while let Some(revoked) = writers.join_next().await {
        revoked.unwrap().unwrap();
    }
    let revoked = CredentialFilter {
        state: Some(CredentialState::Revoked),
        ..CredentialFilter::default()
    };
    assert_eq!(
        first
            .read()
            .count_credentials(&tenant, &revoked)
            .await
            .unwrap(),
        800
    );
    let lines = first
        .read()
        .audit_lines(&tenant, &AuditFilter::default(), None, 10_000)
        .await
        .unwrap();
    assert_eq!(lines.len(), 800);
    assert_eq!(
        first.read().queue_depth().await.unwrap().ready,
        1,
        "one publication waits, not 800"
    );
}

/// As a service would: borrowed arguments, in a future that moves between threads.
async fn revoke(store: &Store, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
    store
        .write(|mut tx| async move {
            tx.mark_revoked(tenant, id, NOON, "registrar", "withdrawn")
                .await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: NOON,
                actor: "registrar".into(),
                action: "credential.revoke".into(),
                subject: id.into(),
                detail: "{}".into(),
            }])
            .await?;
            tx.enqueue(job(id, Some("publish s1"))).await
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t32_four_times_200_revocations_are_800_on_sqlite() {
    revoke_all_from_four_stores(TestDatabase::sqlite().url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t32_four_times_200_revocations_are_800_on_postgres() {
    revoke_all_from_four_stores(TestDatabase::postgres().url()).await;
}

async fn reserve_one_key_100_times(url: &str) {
    let first = migrated(url).await;
    let tenant = found(&first).await;
    let second = Store::connect(url).await.unwrap();
    let mut requests = JoinSet::new();
    for number in 0..100 {
        let store = if number % 2 == 0 {
            first.clone()
        } else {
            second.clone()
        };
        let tenant = tenant.clone();
        requests.spawn(async move {
            store
                .reserve_key(&tenant, "key", "hash", NOON)
                .await
                .unwrap()
        });
    }
    let fresh = requests
        .join_all()
        .await
        .into_iter()
        .filter(|found| *found == Reservation::Fresh)
        .count();
    assert_eq!(fresh, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_100_requests_with_one_key_one_does_the_work_on_sqlite() {
    reserve_one_key_100_times(TestDatabase::sqlite().url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_100_requests_with_one_key_one_does_the_work_on_postgres() {
    reserve_one_key_100_times(TestDatabase::postgres().url()).await;
}

/// Only PostgreSQL lets two units of work begin side by side.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_of_work_that_met_another_runs_again_on_what_the_other_left() {
    let database = TestDatabase::postgres();
    let store = &migrated(database.url()).await;
    store
        .write(|mut tx| async move { tx.set_setting("n", "1").await })
        .await
        .unwrap();
    let runs = &AtomicU32::new(0);
    let seen = store
        .write(|mut tx| async move {
            let seen = tx.setting("n").await?;
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                let mut other = store.begin().await?;
                other.set_setting("n", "2").await?;
                other.commit().await?;
            }
            tx.set_setting("n", "3").await?;
            Ok::<_, StoreError>(seen)
        })
        .await
        .unwrap();
    assert_eq!(
        (seen.as_deref(), runs.load(Ordering::Relaxed)),
        (Some("2"), 2)
    );
    assert_eq!(
        store.read().setting("n").await.unwrap().as_deref(),
        Some("3")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_of_the_work_itself_is_told_at_once_and_rolls_back() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let store = &migrated(database.url()).await;
        let runs = &AtomicU32::new(0);
        let refused = store
            .write(|mut tx| async move {
                runs.fetch_add(1, Ordering::Relaxed);
                tx.set_setting("n", "1").await?;
                Err::<(), _>(StoreError::Conflict { table: "setting" })
            })
            .await;
        assert!(matches!(
            refused,
            Err(StoreError::Conflict { table: "setting" })
        ));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        assert_eq!(store.read().setting("n").await.unwrap(), None);
    }
}
