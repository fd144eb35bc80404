//! Postings and applications as rows: one institution's, and deleted whole.

use touchstone_store::{
    ApplicationCopyRow, ApplicationFileRow, ApplicationRow, PostingRow, RoleRow, Store, StoreError,
    TenantId, WebhookMessageRow, WebhookRow, WebhookState,
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
        bytes: Some(4),
    };
    let file = |position| ApplicationFileRow {
        application: id.into(),
        position,
        credential: vec![123, 125],
    };
    (row, vec![file(0), file(1)])
}

/// Two institutions; the first hires.
pub(crate) async fn hiring(store: &Store) -> (TenantId, TenantId) {
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
        refreshed_at: None,
        staff: Some(1),
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
        name: None,
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

    async fn what_a_posting_holds_is_counted_and_its_copies_go_with_it(store: Store) {
        let (tenant, other) = hiring(&store).await;
        let read = store.read();
        assert_eq!(read.applications_bytes(&tenant, "p1").await.unwrap(), 8);
        assert_eq!(read.applications_bytes(&other, "p1").await.unwrap(), 0);
        assert_eq!(read.applications_sent_until(&tenant, "p1", NOON).await.unwrap(), 2);
        assert_eq!(read.applications_sent_until(&tenant, "p1", NOON - 1).await.unwrap(), 0);
        assert_eq!(read.oldest_applications(&tenant, "p1", NOON, 1).await.unwrap()[0].id, "a1");
        assert!(read.oldest_applications(&other, "p1", NOON, 1).await.unwrap().is_empty());

        let copy = |bytes: Option<&[u8]>, error: Option<&str>| ApplicationCopyRow {
            application: "a1".into(),
            url: "https://badges.example/1".into(),
            bytes: bytes.map(<[u8]>::to_vec),
            fetched_at: bytes.map(|_| NOON),
            error: error.map(str::to_owned),
            error_at: error.map(|_| NOON + 1),
        };
        let mut tx = store.begin().await.unwrap();
        tx.keep_application_copy(&tenant, copy(Some(b"{}"), None)).await.unwrap();
        tx.keep_application_copy(&tenant, copy(None, Some("no answer"))).await.unwrap();
        let strange = tx.keep_application_copy(&other, copy(None, None)).await;
        assert!(matches!(strange, Err(StoreError::Conflict { table: "application" })));
        tx.refreshed_posting(&tenant, "p1", NOON + 2).await.unwrap();
        tx.commit().await.unwrap();
        let kept = read.application_copies(&tenant, "a1").await.unwrap();
        let both = ApplicationCopyRow { bytes: Some(b"{}".to_vec()), fetched_at: Some(NOON), ..copy(None, Some("no answer")) };
        assert_eq!(kept, [both], "an error leaves the last good copy");
        assert!(read.application_copies(&other, "a1").await.unwrap().is_empty());
        assert_eq!(read.posting(&tenant, "p1").await.unwrap().unwrap().refreshed_at, Some(NOON + 2));
        let mut tx = store.begin().await.unwrap();
        tx.remove_application(&tenant, "a1").await.unwrap();
        let late = tx.keep_application_copy(&tenant, copy(Some(b"{}"), None)).await;
        assert!(matches!(late, Err(StoreError::Conflict { table: "application" })), "taken back meanwhile");
        tx.commit().await.unwrap();
        assert_eq!(read.applications_bytes(&tenant, "p1").await.unwrap(), 4);
    }

    async fn webhooks_are_told_and_given_up_by_institution(store: Store) {
        let (tenant, other) = hiring(&store).await;
        let webhook = |id: &str| WebhookRow {
            id: id.into(),
            tenant: tenant.clone(),
            address: "https://ats.example/".into(),
            secret: "whsec_x".into(),
            made_at: NOON,
            made_by: "boss".into(),
            disabled_at: None,
        };
        let message = |id: &str, webhook: &str| WebhookMessageRow {
            id: id.into(),
            tenant: tenant.clone(),
            webhook: webhook.into(),
            kind: "application.sent".into(),
            subject: "a1".into(),
            posting: "p1".into(),
            at: NOON,
            state: WebhookState::Waiting,
            attempts: 0,
            next_at: Some(NOON),
            last_error: None,
            delivered_at: None,
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_webhook(webhook("w1")).await.unwrap();
        tx.add_webhook(webhook("w2")).await.unwrap();
        let all = vec![message("m1", "w1"), message("m2", "w1"), message("m3", "w2")];
        tx.add_webhook_messages(all).await.unwrap();
        tx.commit().await.unwrap();
        let read = store.read();
        assert_eq!(read.webhooks(&tenant).await.unwrap().len(), 2);
        assert!(read.webhooks(&other).await.unwrap().is_empty());
        assert!(read.webhook(&other, "w1").await.unwrap().is_none());
        assert!(read.webhook_messages(&other, "w1", 9).await.unwrap().is_empty());
        let due = async |at, not_to: &[&str]| {
            let not_to: Vec<_> = not_to.iter().map(|one| (*one).to_owned()).collect();
            let due = read.webhook_message_due(at, &not_to).await.unwrap();
            due.map(|row| row.id)
        };
        assert_eq!(due(NOON, &[]).await.as_deref(), Some("m1"));
        assert_eq!(due(NOON, &["w1"]).await.as_deref(), Some("m3"));
        assert_eq!(due(NOON, &["w1", "w2"]).await, None);
        assert_eq!(due(NOON - 1, &[]).await, None);
        let mut tx = store.begin().await.unwrap();
        tx.claim_webhook_message(&tenant, "m3", NOON + 1).await.unwrap();
        let strange = tx.claim_webhook_message(&other, "m1", NOON + 1).await;
        assert!(matches!(strange, Err(StoreError::Conflict { table: "webhook_message" })));
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        tx.claim_webhook_message(&tenant, "m3", NOON + 1).await.unwrap();
        tx.put_off_webhook_messages((&tenant, "w1"), NOON + 1, NOON, "away").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(due(NOON, &[]).await, None, "taken up, and put off");
        assert_eq!(due(NOON + 1, &[]).await.as_deref(), Some("m1"));
        let mut tx = store.begin().await.unwrap();
        tx.put_off_webhook_messages((&tenant, "w2"), NOON + 2, NOON + 1, "away").await.unwrap();
        tx.commit().await.unwrap();
        let dead = read.webhook_messages_counted(&tenant, "w2", WebhookState::Dead).await;
        assert_eq!(dead.unwrap(), 1, "it waited long enough");
        let mut tx = store.begin().await.unwrap();
        tx.add_webhook_messages(vec![message("m4", "w2")]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let done = WebhookMessageRow { state: WebhookState::Delivered, next_at: None, ..message("m1", "w1") };
        tx.settle_webhook_message(&done).await.unwrap();
        let twice = tx.settle_webhook_message(&done).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "webhook_message" })));
        tx.disable_webhook(&tenant, "w1", NOON + 1).await.unwrap();
        let strange = tx.remove_webhook(&other, "w2").await;
        assert!(matches!(strange, Err(StoreError::Conflict { table: "webhook" })));
        tx.commit().await.unwrap();
        let counted = async |state| read.webhook_messages_counted(&tenant, "w1", state).await.unwrap();
        assert_eq!(counted(WebhookState::Dead).await, 1, "what waited for it");
        assert_eq!(counted(WebhookState::Delivered).await, 1);
        assert_eq!(due(NOON, &[]).await.as_deref(), Some("m4"));
        let mut tx = store.begin().await.unwrap();
        tx.forget_webhook_messages(NOON + 1).await.unwrap();
        tx.remove_webhook(&tenant, "w1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read.webhook_messages(&tenant, "w2", 9).await.unwrap().len(), 1, "what waits is kept");
        assert_eq!(read.webhooks(&tenant).await.unwrap().len(), 1);
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
