//! Postings and applications as rows: one institution's, and deleted whole.

use touchstone_store::{
    ApplicationFileRow, ApplicationRow, PostingRow, RoleRow, Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{NOON, found, institution},
};

fn application(tenant: &TenantId, id: &str) -> (ApplicationRow, Vec<ApplicationFileRow>) {
    let row = ApplicationRow {
        id: id.into(),
        tenant: tenant.clone(),
        posting: "p1".into(),
        token_hash: format!("hash of {id}"),
        name: "Zoë".into(),
        contact: String::new(),
        sent_at: NOON,
        ends_at: NOON + 9,
        uncovered_at: None,
    };
    let file = |position| ApplicationFileRow {
        application: id.into(),
        position,
        credential: vec![123, 125],
    };
    (row, vec![file(0), file(1)])
}

/// Two institutions; the first hires.
async fn hiring(store: &Store) -> (TenantId, TenantId) {
    let tenant = found(store).await;
    let other = institution("hill");
    let posting = PostingRow {
        id: "p1".into(),
        tenant: tenant.clone(),
        role: "r1".into(),
        public: "open".into(),
        note: String::new(),
        blind: 1,
        keep_days: 30,
        opened_at: NOON,
        opened_by: "boss".into(),
        closes_at: None,
        closed_at: None,
    };
    let role = RoleRow {
        id: "r1".into(),
        tenant: tenant.clone(),
        title: "Turner".into(),
        tasks: "[]".into(),
        public: String::new(),
        created_at: NOON,
        created_by: "boss".into(),
        changed_at: NOON,
    };
    let mut tx = store.begin().await.unwrap();
    tx.add_institution(other.clone()).await.unwrap();
    tx.add_role(role).await.unwrap();
    tx.add_posting(posting).await.unwrap();
    for id in ["a1", "a2"] {
        let (row, files) = application(&tenant, id);
        tx.add_application(row, files).await.unwrap();
    }
    tx.commit().await.unwrap();
    (tenant, other.id)
}

on_both! {
    async fn t52_applications_are_the_employers_to_whom_they_were_sent(store: Store) {
        let (tenant, other) = hiring(&store).await;
        let read = store.read();
        assert_eq!(read.postings(&tenant, Some("r1")).await.unwrap().len(), 1);
        assert_eq!(read.applications(&tenant, "p1", "a1", 9).await.unwrap().len(), 1);
        assert_eq!(read.applications_counted(&tenant, "p1").await.unwrap(), 2);
        assert_eq!(read.application_files(&tenant, "a1").await.unwrap().len(), 2);
        assert!(read.postings(&other, None).await.unwrap().is_empty());
        assert!(read.posting(&other, "p1").await.unwrap().is_none());
        assert!(read.applications(&other, "p1", "", 9).await.unwrap().is_empty());
        assert_eq!(read.applications_counted(&other, "p1").await.unwrap(), 0);
        assert!(read.application(&other, "a1").await.unwrap().is_none());
        assert!(read.application_files(&other, "a1").await.unwrap().is_empty());
        let mut tx = store.begin().await.unwrap();
        let gone = tx.remove_application(&other, "a1").await;
        assert!(matches!(gone, Err(StoreError::Conflict { table: "application" })));
        let shown = tx.uncover_application(&other, "a1", NOON).await;
        assert!(matches!(shown, Err(StoreError::Conflict { table: "application" })));
        let closed = tx.close_posting(&other, "p1", NOON).await;
        assert!(matches!(closed, Err(StoreError::Conflict { table: "posting" })));
    }

    async fn a_secret_leads_to_one_application_which_goes_whole(store: Store) {
        let (tenant, _) = hiring(&store).await;
        let read = store.read();
        let found = read.application_by_token("hash of a1").await.unwrap();
        assert_eq!(found.unwrap().id, "a1");
        let mut tx = store.begin().await.unwrap();
        let (row, files) = application(&tenant, "a3");
        let same = ApplicationRow { token_hash: "hash of a1".into(), ..row };
        let twice = tx.add_application(same, files).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "application" })), "{twice:?}");
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        tx.uncover_application(&tenant, "a1", NOON).await.unwrap();
        tx.remove_application(&tenant, "a1").await.unwrap();
        tx.close_posting(&tenant, "p1", NOON).await.unwrap();
        tx.commit().await.unwrap();
        assert!(read.application(&tenant, "a1").await.unwrap().is_none());
        assert!(read.application_files(&tenant, "a1").await.unwrap().is_empty());
        let left = read.applications_ended(NOON + 9, 0, 9).await.unwrap();
        assert_eq!(left.into_iter().map(|row| row.id).collect::<Vec<_>>(), ["a2"]);
        assert!(read.applications_ended(NOON + 8, 0, 9).await.unwrap().is_empty());
    }
}
