//! Counts, and copies of foreign documents.

use tokio::task::JoinSet;
use touchstone_store::{Store, TallyRow, TenantId};

use crate::{
    on_both,
    rows::{NOON, found, tenant},
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
        store.forget_remote_documents(NOON + 100, 98, 99).await.unwrap();
        assert_eq!(kept().await, [0, 2, 3, 4, 5, 6, 7, 8, 9], "too old");
        store.forget_remote_documents(NOON + 100, 100, 4).await.unwrap();
        assert_eq!(kept().await, [0, 7, 8, 9], "too many");
        store.forget_remote_documents(NOON + 100, 100, 4).await.unwrap();
        assert_eq!(kept().await.len(), 4);
        store.forget_remote_documents(NOON + 100, 100, 0).await.unwrap();
        assert!(kept().await.is_empty());
    }

    async fn addresses_that_are_asked_for_in_vain_push_out_no_copy(store: Store) {
        store.keep_remote_document("https://example.edu/status/1", vec![1], NOON).await.unwrap();
        for number in 0..9 {
            let url = format!("https://nobody{number}.example/");
            store.miss_remote_document(&url, "timeout", NOON + 1 + number).await.unwrap();
        }
        store.forget_remote_documents(NOON + 20, 100, 3).await.unwrap();
        let read = store.read();
        assert!(read.remote_document("https://example.edu/status/1").await.unwrap().is_some());
        assert!(read.remote_document("https://nobody8.example/").await.unwrap().is_some());
        assert!(read.remote_document("https://nobody0.example/").await.unwrap().is_none());
    }

    async fn what_applications_rest_on_stays_while_it_is_needed(store: Store) {
        let tenant = found(&store).await;
        let url = |number: i64| format!("https://example.edu/status/{number}");
        for number in 0..6 {
            store.keep_remote_document(&url(number), vec![1], NOON + number).await.unwrap();
        }
        store.miss_remote_document("https://nobody.example/", "timeout", NOON).await.unwrap();
        let need = async |urls: &[String], now: i64| {
            let urls = &urls.iter().cloned().collect();
            let tenant = &tenant;
            let noted = store.write(|mut tx| async move {
                tx.need_documents(tenant, urls, now, now + 100, 2).await
            });
            noted.await.unwrap();
        };
        let kept = async || {
            let mut kept = Vec::new();
            for number in 0..6 {
                if store.read().remote_document(&url(number)).await.unwrap().is_some() {
                    kept.push(number);
                }
            }
            kept
        };
        need(&[url(0), "https://nobody.example/".into(), url(99)], NOON + 10).await;
        // There is room for one more; what was noted before stays.
        need(&[url(1), url(2), url(3)], NOON + 20).await;
        store.forget_remote_documents(NOON + 30, 1_000, 1).await.unwrap();
        assert_eq!(kept().await, [0, 1, 5]);
        need(&[url(0)], NOON + 30).await;
        store.forget_remote_documents(NOON + 121, 1_000, 0).await.unwrap();
        assert_eq!(kept().await, [0], "the time of the other has ended");
        store.forget_remote_documents(NOON + 130, 1_000, 0).await.unwrap();
        assert!(kept().await.is_empty());
    }
}
