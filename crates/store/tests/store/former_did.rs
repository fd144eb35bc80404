//! The DIDs that institutions had before they moved.

use touchstone_store::{
    FormerDidRow, InstitutionRow, IntentState, OutboxLine, Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{NOON, found, institution, intent},
};

pub(crate) fn former(tenant: &TenantId, number: i64, did: &str) -> FormerDidRow {
    FormerDidRow {
        tenant: tenant.clone(),
        number,
        did: did.into(),
        public_url: "https://old.example".into(),
        lists_before: 3,
        outbox: 7,
        moved_at: NOON,
        succession: "{}".into(),
    }
}

on_both! {
    async fn a_did_was_one_institutions_and_once(store: Store) {
        let tenant = found(&store).await;
        let other = institution("hill").id;
        let mut tx = store.begin().await.unwrap();
        let hill = InstitutionRow { did: Some("did:web:c.example".into()), ..institution("hill") };
        tx.add_institution(hill).await.unwrap();
        let (first, second) = (former(&tenant, 1, "did:web:a.example"), former(&tenant, 2, "did:web:b.example"));
        tx.add_former_did(second.clone()).await.unwrap();
        tx.add_former_did(first.clone()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().former_dids(&tenant).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(store.read().former_dids(&other).await.unwrap(), []);
        assert_eq!(store.read().all_former_dids().await.unwrap(), [first, second]);
        let was = store.read().institution_by_did("did:web:b.example").await.unwrap();
        assert_eq!(was.map(|row| row.id), Some(tenant.clone()));
        let is = store.read().institution_by_did("did:web:c.example").await.unwrap();
        assert_eq!(is.map(|row| row.id), Some(other.clone()));
        assert_eq!(store.read().institution_by_did("did:web:nobody.example").await.unwrap(), None);
        let mut tx = store.begin().await.unwrap();
        let twice = tx.add_former_did(former(&other, 1, "did:web:a.example")).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "former_did" })), "{twice:?}");
    }

    async fn what_is_under_way_is_the_institutions_own(store: Store) {
        let tenant = found(&store).await;
        let other = institution("hill").id;
        let line = OutboxLine { tenant: tenant.clone(), kind: "did.published".into(), subject: "lake".into(), version: 1, at: NOON };
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(institution("hill")).await.unwrap();
        tx.outbox([line]).await.unwrap();
        tx.reserve(vec![intent(&tenant, "c1")]).await.unwrap();
        tx.commit().await.unwrap();
        let reader = store.read();
        let last = reader.last_of_outbox().await.unwrap();
        assert!(reader.has_lines_after(&tenant, last - 1).await.unwrap());
        assert!(!reader.has_lines_after(&tenant, last).await.unwrap());
        assert!(!reader.has_lines_after(&other, 0).await.unwrap());
        assert_eq!(intent(&tenant, "c1").state, IntentState::Reserved);
        assert_eq!(reader.count_unsealed(&tenant).await.unwrap(), 1);
        assert_eq!(reader.count_unsealed(&other).await.unwrap(), 0);
    }
}
