//! Versions of the document of a `did:webvh`.

use touchstone_store::{DidVersionRow, Store, StoreError, TenantId};

use crate::{
    on_both,
    rows::{NOON, found},
};

fn version(tenant: &TenantId, number: i64, line: Option<&str>) -> DidVersionRow {
    DidVersionRow {
        tenant: tenant.clone(),
        number,
        at: NOON + number,
        document: format!("{{\"number\":{number}}}"),
        line: line.map(|line| line.as_bytes().to_vec()),
    }
}

fn conflicts<T: std::fmt::Debug>(done: &Result<T, StoreError>) -> bool {
    matches!(
        done,
        Err(StoreError::Conflict {
            table: "did_version"
        })
    )
}

on_both! {
    async fn a_version_takes_one_line_and_keeps_it(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_did_version(version(&tenant, 1, Some("first\n"))).await.unwrap();
        tx.add_did_version(version(&tenant, 2, None)).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        let twice = tx.add_did_version(version(&tenant, 2, None)).await;
        assert!(conflicts(&twice), "{twice:?}");
        drop(tx);

        let mut tx = store.begin().await.unwrap();
        let other = DidVersionRow { document: "{}".into(), ..version(&tenant, 2, Some("x\n")) };
        assert!(conflicts(&tx.sign_did_version(&other).await));
        tx.sign_did_version(&version(&tenant, 2, Some("second\n"))).await.unwrap();
        assert!(conflicts(&tx.sign_did_version(&version(&tenant, 2, Some("other\n"))).await));
        tx.commit().await.unwrap();
        let all = store.read().did_versions(&tenant).await.unwrap();
        let lines: Vec<_> = all.iter().map(|row| row.line.as_deref().unwrap()).collect();
        assert_eq!(lines, [b"first\n".as_slice(), b"second\n"]);
        assert!(store.read().did_versions(&TenantId::new("nobody")).await.unwrap().is_empty());
    }

    async fn what_was_published_takes_the_place_of_what_waits_and_of_nothing_else(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_did_version(version(&tenant, 1, Some("first\n"))).await.unwrap();
        tx.add_did_version(version(&tenant, 2, None)).await.unwrap();
        tx.learn_did_version(version(&tenant, 2, Some("second\n"))).await.unwrap();
        tx.learn_did_version(version(&tenant, 3, Some("third\n"))).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let again = tx.learn_did_version(version(&tenant, 1, Some("other\n"))).await;
        assert!(conflicts(&again), "{again:?}");
        drop(tx);
        let all = store.read().did_versions(&tenant).await.unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].line.as_deref(), Some(b"first\n".as_slice()));
        assert_eq!(all[1].line.as_deref(), Some(b"second\n".as_slice()));
    }
}
