//! Counts, and copies of foreign documents.

use tokio::task::JoinSet;
use touchstone_store::{Store, TallyRow, TenantId};

use crate::{
    on_both,
    rows::{NOON, tenant},
};

fn tally(tenant: &TenantId, achievement: &str, day: i64, n: i64) -> TallyRow {
    TallyRow {
        tenant: tenant.clone(),
        achievement: achievement.into(),
        day,
        kind: "verified".into(),
        n,
    }
}

on_both! {
    async fn counts_add_up_whoever_counts(store: Store) {
        let mut counters = JoinSet::new();
        for _ in 0..20 {
            let store = store.clone();
            counters.spawn(async move {
                let tenant = tenant();
                // The same row twice in one call, and two rows in both orders.
                let counts = vec![tally(&tenant, "a2", 7, 1), tally(&tenant, "a1", 7, 2), tally(&tenant, "a2", 7, 1)];
                store.count(counts).await.unwrap();
                store.count(vec![tally(&tenant, "a1", 7, 1), tally(&tenant, "a2", 8, 1)]).await.unwrap();
            });
        }
        counters.join_all().await;
        let tenant = tenant();
        let day_7 = store.read().tallies(&tenant, None, 7, 8).await.unwrap();
        assert_eq!(day_7, [tally(&tenant, "a1", 7, 60), tally(&tenant, "a2", 7, 40)]);
        assert_eq!(store.read().tallies(&tenant, None, 0, 99).await.unwrap().len(), 3);
        let one = store.read().tallies(&tenant, Some("a2"), 0, 99).await.unwrap();
        assert_eq!(one, [tally(&tenant, "a2", 7, 40), tally(&tenant, "a2", 8, 20)]);
        assert!(store.read().tallies(&TenantId::new("hill"), None, 0, 99).await.unwrap().is_empty());
    }

    async fn the_last_good_copy_survives_a_failed_fetch(store: Store) {
        let url = "https://example.edu/status/1";
        assert!(store.read().remote_document(url).await.unwrap().is_none());
        store.miss_remote_document(url, "timeout", NOON).await.unwrap();
        let missed = store.read().remote_document(url).await.unwrap().unwrap();
        assert_eq!((missed.bytes, missed.error.as_deref()), (None, Some("timeout")));

        store.keep_remote_document(url, vec![1], NOON + 1).await.unwrap();
        store.miss_remote_document(url, "status 500", NOON + 2).await.unwrap();
        let kept = store.read().remote_document(url).await.unwrap().unwrap();
        assert_eq!((kept.bytes, kept.fetched_at), (Some(vec![1]), Some(NOON + 1)));
        assert_eq!((kept.error.as_deref(), kept.error_at), (Some("status 500"), Some(NOON + 2)));

        store.keep_remote_document(url, vec![2], NOON + 3).await.unwrap();
        let fresh = store.read().remote_document(url).await.unwrap().unwrap();
        assert_eq!((fresh.bytes, fresh.error, fresh.error_at), (Some(vec![2]), None, None));
    }

    async fn copies_are_capped_and_the_oldest_go(store: Store) {
        let url = |number: i64| format!("https://example.edu/status/{number}");
        for number in 0..10 {
            store.keep_remote_document(&url(number), vec![1], NOON + number).await.unwrap();
        }
        // Asking again, even in vain, makes it young.
        store.miss_remote_document(&url(0), "timeout", NOON + 100).await.unwrap();
        let kept = async || {
            let mut kept = Vec::new();
            for number in 0..10 {
                if store.read().remote_document(&url(number)).await.unwrap().is_some() {
                    kept.push(number);
                }
            }
            kept
        };
        store.forget_remote_documents(NOON + 2, 99).await.unwrap();
        assert_eq!(kept().await, [0, 2, 3, 4, 5, 6, 7, 8, 9], "too old");
        store.forget_remote_documents(NOON, 4).await.unwrap();
        assert_eq!(kept().await, [0, 7, 8, 9], "too many");
        store.forget_remote_documents(NOON, 4).await.unwrap();
        assert_eq!(kept().await.len(), 4);
        store.forget_remote_documents(NOON, 0).await.unwrap();
        assert!(kept().await.is_empty());
    }
}
