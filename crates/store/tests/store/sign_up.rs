//! Employers that sign up by themselves: what waits, and who came in that way.

use std::collections::BTreeSet;

use touchstone_store::{EmployerRow, InstitutionRow, SignUpRow, Store, StoreError, TenantId};

use crate::{
    former_did::former,
    on_both,
    rows::{NOON, found, institution},
};

fn asked(id: &str, email: &str, ends_at: i64) -> SignUpRow {
    SignUpRow {
        id: id.into(),
        token_hash: None,
        organization: "Çelik Makina".into(),
        domain: "celik.example".into(),
        name: "Ayşe Demir".into(),
        email: email.into(),
        asked_at: NOON,
        ends_at,
    }
}

on_both! {
    async fn a_sign_up_waits_until_it_ends_or_its_time_is_over(store: Store) {
        let mut tx = store.begin().await.unwrap();
        for row in [asked("s1", "a@a.example", NOON + 1), asked("s2", "a@a.example", NOON + 2), asked("s3", "b@b.example", NOON + 2)] {
            tx.add_sign_up(row).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(store.read().sign_ups_waiting(None).await.unwrap(), 3);
        assert_eq!(store.read().sign_ups_waiting(Some("a@a.example")).await.unwrap(), 2);
        let mut tx = store.begin().await.unwrap();
        tx.forget_sign_ups(NOON + 1).await.unwrap();
        tx.end_sign_up("s2").await.unwrap();
        let twice = tx.end_sign_up("s2").await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "sign_up" })), "{twice:?}");
        tx.commit().await.unwrap();
        assert_eq!(store.read().sign_ups_waiting(None).await.unwrap(), 1);
        assert_eq!(store.read().sign_up("s1").await.unwrap(), None);
    }

    async fn only_the_newest_token_of_a_sign_up_opens_it(store: Store) {
        let mut tx = store.begin().await.unwrap();
        tx.add_sign_up(asked("s1", "a@a.example", NOON + 1)).await.unwrap();
        tx.give_sign_up_token("s1", "first").await.unwrap();
        tx.give_sign_up_token("s1", "second").await.unwrap();
        let gone = tx.give_sign_up_token("s2", "third").await;
        assert!(matches!(gone, Err(StoreError::Conflict { table: "sign_up" })), "{gone:?}");
        tx.commit().await.unwrap();
        assert_eq!(store.read().sign_up_by_token("first").await.unwrap(), None);
        let opened = store.read().sign_up_by_token("second").await.unwrap();
        assert_eq!(opened.map(|row| row.id).as_deref(), Some("s1"));
    }

    async fn who_signed_up_is_not_among_those_set_up_before_it_is_admitted(store: Store) {
        let set_up = found(&store).await;
        let other = InstitutionRow { did: Some("did:web:hill.example".into()), ..institution("hill") };
        let signed_up = EmployerRow { tenant: other.id.clone(), signed_up_at: NOON };
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(other.clone()).await.unwrap();
        tx.add_employer(signed_up.clone()).await.unwrap();
        tx.commit().await.unwrap();
        let listed = async || -> Vec<TenantId> {
            let all = store.read().institutions_set_up().await.unwrap();
            all.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(listed().await, std::slice::from_ref(&set_up));
        // The same holds for their DIDs, today's and earlier ones, and for what everybody finds by its short name.
        let set_up_row = store.read().institution(&set_up).await.unwrap().unwrap();
        let dids = async || -> BTreeSet<String> { store.read().dids_set_up().await.unwrap().into_iter().collect() };
        let mut tx = store.begin().await.unwrap();
        tx.add_former_did(former(&set_up, 1, "did:web:a.example")).await.unwrap();
        tx.add_former_did(former(&other.id, 1, "did:web:b.example")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(dids().await, ["did:web:a.example".to_owned()].into());
        let shown = async |slug: &str| store.read().institution_shown(slug).await.unwrap().map(|row| row.id);
        assert_eq!(shown(&set_up_row.slug).await.as_ref(), Some(&set_up));
        assert_eq!(shown(&other.slug).await, None);
        assert_eq!(store.read().employer(&other.id).await.unwrap(), Some(signed_up));
        assert_eq!(store.read().employer(&set_up).await.unwrap(), None);
        let mut tx = store.begin().await.unwrap();
        tx.admit_employer(&other.id).await.unwrap();
        let twice = tx.admit_employer(&other.id).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "employer" })), "{twice:?}");
        tx.commit().await.unwrap();
        assert_eq!(listed().await.len(), 2);
        assert_eq!(dids().await, ["a", "b", "hill"].map(|name| format!("did:web:{name}.example")).into());
        assert_eq!(shown(&other.slug).await, Some(other.id));
    }
}
