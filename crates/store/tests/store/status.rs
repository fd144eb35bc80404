//! Status lists: positions are given once, set bits are found, publications replace each other.

use touchstone_store::{
    StatusListRow, StatusPublicationRow, StatusPurpose, Store, StoreError, TenantId,
};

use crate::{
    database::TestDatabase,
    on_both,
    rows::{NOON, found, migrated, sealed, status_list},
};

fn publication(
    list: &str,
    version: i64,
    published_at: i64,
    valid_until: i64,
) -> StatusPublicationRow {
    StatusPublicationRow {
        list: list.into(),
        version,
        bytes: vec![1],
        published_at,
        valid_until,
        statement: Some(vec![2]),
        key_changes: 1,
    }
}

/// t33: two processes read the same list and give the same position.
async fn give_one_position_from_two_connections(url: &str) {
    let one = migrated(url).await;
    let tenant = &found(&one).await;
    let two = Store::connect(url).await.unwrap();
    one.write(|mut tx| async move { tx.add_status_list(status_list(tenant, "s1", 1)).await })
        .await
        .unwrap();
    let seen = &one.read().status_list(tenant, 1).await.unwrap().unwrap();
    let give = |store: Store, credential: &'static str| async move {
        store
            .write(|mut tx| async move {
                tx.give_positions(seen, vec![0x80], &[(0, credential.into())])
                    .await
            })
            .await
    };
    let (first, second) = tokio::join!(give(one.clone(), "c1"), give(two, "c2"));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let refused = first.and(second);
    assert!(
        matches!(
            refused,
            Err(StoreError::Conflict {
                table: "status_list"
            })
        ),
        "{refused:?}"
    );
    let list = one.read().status_list(tenant, 1).await.unwrap().unwrap();
    assert_eq!(
        (list.used_count, list.version, list.used),
        (1, 1, vec![0x80])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t33_one_position_is_not_given_twice_on_sqlite() {
    give_one_position_from_two_connections(TestDatabase::sqlite().url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t33_one_position_is_not_given_twice_on_postgres() {
    give_one_position_from_two_connections(TestDatabase::postgres().url()).await;
}

on_both! {
    async fn t33_a_position_given_before_is_refused_whatever_the_bitmap_says(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_status_list(status_list(&tenant, "s1", 1)).await.unwrap();
        let seen = tx.status_list(&tenant, 1).await.unwrap().unwrap();
        tx.give_positions(&seen, vec![0x80], &[(0, "c1".into())]).await.unwrap();
        let seen = tx.status_list(&tenant, 1).await.unwrap().unwrap();
        let again = tx.give_positions(&seen, vec![0x80], &[(5, "c2".into()), (0, "c3".into())]).await;
        assert!(matches!(again, Err(StoreError::Conflict { table: "status_entry" })), "{again:?}");
    }

    async fn the_open_list_is_the_latest_with_room_that_was_not_abandoned(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.next_status_number(&tenant).await.unwrap(), 1);
        let suspension = StatusListRow { purpose: StatusPurpose::Suspension, ..status_list(&tenant, "s3", 3) };
        let full = StatusListRow { used_count: 131_072, ..status_list(&tenant, "s4", 4) };
        for list in [status_list(&tenant, "s1", 1), status_list(&tenant, "s2", 2), suspension, full] {
            tx.add_status_list(list).await.unwrap();
        }
        assert_eq!(tx.next_status_number(&tenant).await.unwrap(), 5);
        let open = |purpose| tx.open_status_list(&tenant, purpose);
        assert_eq!(open(StatusPurpose::Revocation).await.unwrap().unwrap().id, "s2");
        assert_eq!(open(StatusPurpose::Suspension).await.unwrap().unwrap().id, "s3");
        tx.abandon_status_list(&tenant, "s2", NOON).await.unwrap();
        assert_eq!(tx.open_status_list(&tenant, StatusPurpose::Revocation).await.unwrap().unwrap().id, "s1");
        let abandoned = tx.status_list(&tenant, 2).await.unwrap().unwrap();
        let given = tx.give_positions(&abandoned, vec![0x80], &[(0, "c1".into())]).await;
        assert!(matches!(given, Err(StoreError::Conflict { table: "status_list" })));
    }

    async fn set_positions_are_the_revoked_the_suspended_and_the_forced(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 6).await;
        let revocation = status_list(&tenant, "s1", 1);
        let suspension = StatusListRow { purpose: StatusPurpose::Suspension, ..status_list(&tenant, "s2", 2) };
        let mut tx = store.begin().await.unwrap();
        tx.add_status_list(revocation.clone()).await.unwrap();
        tx.add_status_list(suspension.clone()).await.unwrap();
        let given: Vec<(i64, String)> = (0..6).map(|number| (number, format!("c{number}"))).collect();
        tx.give_positions(&revocation, vec![0xfc], &given).await.unwrap();
        tx.mark_revoked(&tenant, "c4", NOON, "registrar", "why").await.unwrap();
        tx.mark_revoked(&tenant, "c1", NOON, "registrar", "why").await.unwrap();
        tx.mark_suspended(&tenant, "c2", NOON, "registrar", "why").await.unwrap();
        // One that is known and one that only the published list knows.
        tx.force_positions(&tenant, "s1", &[4, 5, 99], NOON).await.unwrap();
        tx.force_positions(&tenant, "s1", &[99], NOON).await.unwrap();
        tx.commit().await.unwrap();
        let read = store.read();
        assert_eq!(read.set_positions(&tenant, &revocation).await.unwrap(), [1, 4, 5, 99]);
        assert_eq!(read.set_positions(&tenant, &suspension).await.unwrap(), [2]);
        // What was forced is still whose it was.
        assert_eq!(read.given_to(&tenant, "s1", 4).await.unwrap().as_deref(), Some("c4"));
        for (list, index) in [("s1", 99), ("s1", 6), ("s2", 4)] {
            assert_eq!(read.given_to(&tenant, list, index).await.unwrap(), None);
        }
        assert_eq!(read.given_to(&TenantId::new("another"), "s1", 4).await.unwrap(), None);

        store.write(|mut tx| {
            let tenant = &tenant;
            async move { tx.mark_reinstated(tenant, "c2").await }
        }).await.unwrap();
        assert!(read.set_positions(&tenant, &suspension).await.unwrap().is_empty());
    }

    async fn a_publication_takes_the_place_of_the_one_before(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_status_list(status_list(&tenant, "s1", 1)).await.unwrap();
        tx.add_status_list(status_list(&tenant, "s2", 2)).await.unwrap();
        tx.publish(publication("s1", 1, NOON, NOON + 100)).await.unwrap();
        tx.publish(publication("s1", 2, NOON + 10, NOON + 110)).await.unwrap();
        tx.publish(publication("s2", 1, NOON, NOON + 100)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().publication("s1").await.unwrap().unwrap().version, 2);
        let all = store.read().publications(&tenant).await.unwrap();
        let told: Vec<_> = all.iter().map(|(list, latest)| (list.number, latest.version)).collect();
        assert_eq!(told, [(1, 2), (2, 1)]);
        let mut tx = store.begin().await.unwrap();
        let twin = tx.publish(publication("s1", 2, NOON + 10, NOON + 110)).await;
        assert!(matches!(twin, Err(StoreError::Conflict { table: "status_publication" })));
    }

    async fn a_publication_is_due_at_half_its_validity(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_status_list(status_list(&tenant, "s1", 1)).await.unwrap();
        tx.publish(publication("s1", 1, NOON, NOON + 100)).await.unwrap();
        tx.commit().await.unwrap();
        let due = async |now, latest| store.read().publications_due(now, latest).await.unwrap().len();
        assert_eq!(due(NOON + 49, NOON + 49).await, 0);
        assert_eq!(due(NOON + 50, NOON + 50).await, 1);
        // By a clock that was put back.
        assert_eq!(due(NOON - 50, NOON).await, 0);
        assert_eq!(due(NOON - 50, NOON - 1).await, 1);
    }
}
