//! Deliveries, claims and public pages.

use touchstone_store::{
    Announced, BatchState, ClaimRow, CredentialRow, DeliveryFilter, DeliveryKind, DeliveryRow,
    DeliveryState, OnPaper, PublicLinkRow, Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{NOON, batch, credential, found, intent, sealed},
};

fn mail(tenant: &TenantId, id: &str, credential: &str) -> DeliveryRow {
    DeliveryRow {
        id: id.into(),
        tenant: tenant.clone(),
        credential: credential.into(),
        kind: DeliveryKind::Mail,
        address: Some("ada@example.org".into()),
        language: Some("en".into()),
        state: DeliveryState::Queued,
        attempts: 0,
        next_at: Some(NOON),
        last_error: None,
        message_id: None,
        sent_at: None,
        created_at: NOON,
    }
}

fn claim(tenant: &TenantId, token_hash: &str, credential: &str) -> ClaimRow {
    ClaimRow {
        token_hash: token_hash.into(),
        tenant: tenant.clone(),
        credential: credential.into(),
        code_hash: Some(format!("code-{token_hash}")),
        created_at: NOON,
        expires_at: NOON + 100,
        claimed_at: None,
        superseded_at: None,
    }
}

on_both! {
    async fn only_mail_whose_time_has_come_is_due(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_deliveries(vec![
            mail(&tenant, "d1", "c0"),
            DeliveryRow { next_at: Some(NOON + 10), ..mail(&tenant, "d2", "c0") },
            DeliveryRow { next_at: Some(NOON - 10), state: DeliveryState::Retry, ..mail(&tenant, "d3", "c0") },
            DeliveryRow { state: DeliveryState::Sent, ..mail(&tenant, "d4", "c0") },
            DeliveryRow { state: DeliveryState::Dead, ..mail(&tenant, "d5", "c0") },
            DeliveryRow { kind: DeliveryKind::Paper, ..mail(&tenant, "d6", "c0") },
        ]).await.unwrap();
        tx.commit().await.unwrap();
        let due = store.read().deliveries_due(NOON + 9, 10).await.unwrap();
        assert_eq!(due.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["d3", "d1"]);
    }

    async fn a_delivery_tried_by_two_is_recorded_by_one(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_deliveries(vec![mail(&tenant, "d1", "c0")]).await.unwrap();
        let sent = DeliveryRow {
            state: DeliveryState::Sent,
            attempts: 1,
            next_at: None,
            sent_at: Some(NOON + 1),
            message_id: Some("m1@lake.example".into()),
            ..mail(&tenant, "d1", "c0")
        };
        tx.record_delivery(0, sent.clone()).await.unwrap();
        let again = tx.record_delivery(0, sent.clone()).await;
        assert!(matches!(again, Err(StoreError::Conflict { table: "delivery" })), "{again:?}");
        tx.commit().await.unwrap();
        assert_eq!(store.read().delivery(&tenant, "d1").await.unwrap(), Some(sent.clone()));
        assert_eq!(store.read().delivery_by_message_id("m1@lake.example").await.unwrap(), Some(sent));
    }

    async fn deliveries_are_filtered_by_credential_and_state(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 2).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_deliveries(vec![
            mail(&tenant, "d1", "c0"),
            DeliveryRow { state: DeliveryState::Bounced, ..mail(&tenant, "d2", "c1") },
        ]).await.unwrap();
        tx.commit().await.unwrap();
        let all = DeliveryFilter::default;
        for (filter, expect) in [
            (all(), vec!["d2", "d1"]),
            (DeliveryFilter { credential: Some("c0".into()), ..all() }, vec!["d1"]),
            (DeliveryFilter { state: Some(DeliveryState::Bounced), ..all() }, vec!["d2"]),
            (DeliveryFilter { batch: Some("none".into()), ..all() }, vec![]),
        ] {
            let page = store.read().deliveries(&tenant, &filter, None, 10).await.unwrap();
            assert_eq!(page.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), expect, "{filter:?}");
        }
    }

    async fn deliveries_of_what_was_withdrawn_end_and_are_told_apart(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 2).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_deliveries(vec![
            mail(&tenant, "d1", "c0"),
            DeliveryRow { state: DeliveryState::Sent, ..mail(&tenant, "d2", "c0") },
            mail(&tenant, "d3", "c1"),
        ]).await.unwrap();
        tx.mark_revoked(&tenant, "c0", NOON, "registrar", "lost").await.unwrap();
        tx.end_deliveries(&tenant, "c0", "withdrawn").await.unwrap();
        tx.commit().await.unwrap();
        let standing = DeliveryFilter { standing: true, ..DeliveryFilter::default() };
        let page = store.read().deliveries(&tenant, &standing, None, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["d3"]);
        let states = [DeliveryState::Queued, DeliveryState::Sent, DeliveryState::Dead];
        assert_eq!(store.read().count_standing_deliveries(&tenant, &states).await.unwrap(), 1);
        let row = |id: &'static str| { let (store, tenant) = (store.clone(), tenant.clone()); async move { store.read().delivery(&tenant, id).await.unwrap().unwrap() } };
        let ended = row("d1").await;
        assert_eq!((ended.state, ended.next_at, ended.last_error.as_deref()), (DeliveryState::Dead, None, Some("withdrawn")));
        assert_eq!(row("d2").await.state, DeliveryState::Sent);
        assert_eq!(row("d3").await.state, DeliveryState::Queued);
        assert_eq!(store.read().deliveries_due(NOON * 2, 10).await.unwrap().len(), 1);
    }

    async fn t30_reading_a_claim_changes_nothing_and_taking_it_works_once(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_claims(vec![claim(&tenant, "t1", "c0")]).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..50 {
            assert_eq!(store.read().claim("t1").await.unwrap().unwrap().claimed_at, None);
        }
        assert_eq!(store.read().claim_by_code("code-t1").await.unwrap().unwrap().token_hash, "t1");
        let mut tx = store.begin().await.unwrap();
        tx.take_claim("t1", NOON + 1).await.unwrap();
        assert!(matches!(tx.take_claim("t1", NOON + 2).await, Err(StoreError::Conflict { table: "claim" })));
        tx.commit().await.unwrap();
        assert_eq!(store.read().claim("t1").await.unwrap().unwrap().claimed_at, Some(NOON + 1));
    }

    async fn an_expired_or_superseded_claim_cannot_be_taken(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_claims(vec![claim(&tenant, "t1", "c0")]).await.unwrap();
        assert!(tx.take_claim("t1", NOON + 100).await.is_err(), "expired");
        tx.supersede_claims(&tenant, "c0", NOON + 5).await.unwrap();
        tx.add_claims(vec![claim(&tenant, "t2", "c0")]).await.unwrap();
        assert!(tx.take_claim("t1", NOON + 6).await.is_err(), "superseded");
        tx.take_claim("t2", NOON + 6).await.unwrap();
        assert_eq!(tx.claims(&tenant, "c0").await.unwrap().len(), 2);
    }

    async fn a_credential_taken_twice_over_is_counted_once(store: Store) {
        let tenant = found(&store).await;
        let ids = ["c0", "c1", "c2"];
        let of_batch = |(position, id): (usize, &str)| CredentialRow {
            batch: Some("b1".into()),
            status_index: i64::try_from(position).ok(),
            suspension_index: i64::try_from(position).ok(),
            ..credential(&tenant, id)
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_batch(batch(&tenant, "b1", BatchState::Sealed)).await.unwrap();
        tx.reserve(ids.map(|id| intent(&tenant, id)).to_vec()).await.unwrap();
        tx.seal(&tenant, &ids.into_iter().enumerate().map(of_batch).collect::<Vec<_>>()).await.unwrap();
        for (token, credential) in [("t1", "c0"), ("t2", "c0"), ("t3", "c1"), ("t4", "c2")] {
            tx.add_claims(vec![claim(&tenant, token, credential)]).await.unwrap();
        }
        for token in ["t1", "t2", "t3"] {
            tx.take_claim(token, NOON + 1).await.unwrap();
        }
        tx.commit().await.unwrap();
        let batches = ["b1".to_owned(), "none".to_owned()];
        let taken = store.read().claimed_in_batches(&tenant, &batches).await.unwrap();
        assert_eq!(taken.into_iter().collect::<Vec<_>>(), [("b1".to_owned(), 2)]);
        let elsewhere = store.read().claimed_in_batches(&TenantId::new("hill"), &batches).await.unwrap();
        assert!(elsewhere.is_empty());
    }

    async fn people_are_counted_by_how_they_were_told(store: Store) {
        let tenant = found(&store).await;
        let ids = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];
        let of_batch = |(position, id): (usize, &str)| CredentialRow {
            batch: Some("b1".into()),
            status_index: i64::try_from(position).ok(),
            suspension_index: i64::try_from(position).ok(),
            ..credential(&tenant, id)
        };
        let paper = |id: &str, credential: &str| DeliveryRow {
            kind: DeliveryKind::Paper,
            address: None,
            next_at: None,
            ..mail(&tenant, id, credential)
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_batch(batch(&tenant, "b1", BatchState::Sealed)).await.unwrap();
        tx.reserve(ids.map(|id| intent(&tenant, id)).to_vec()).await.unwrap();
        tx.seal(&tenant, &ids.into_iter().enumerate().map(of_batch).collect::<Vec<_>>()).await.unwrap();
        tx.add_deliveries(vec![
            // Sent again after it came back: one person, and told.
            DeliveryRow { state: DeliveryState::Bounced, ..mail(&tenant, "d0", "c0") },
            DeliveryRow { state: DeliveryState::Sent, ..mail(&tenant, "d1", "c0") },
            DeliveryRow { state: DeliveryState::Retry, ..mail(&tenant, "d2", "c1") },
            DeliveryRow { state: DeliveryState::Dead, ..mail(&tenant, "d3", "c2") },
            // An address was learnt: from then on it goes by mail.
            paper("d4", "c3"),
            DeliveryRow { state: DeliveryState::Sent, ..mail(&tenant, "d5", "c3") },
            paper("d6", "c4"),
            paper("d7", "c5"),
            paper("d8", "c6"),
        ]).await.unwrap();
        tx.add_claims(vec![claim(&tenant, "t6", "c6")]).await.unwrap();
        tx.take_claim("t6", NOON + 1).await.unwrap();
        let named = |rows: Vec<OnPaper>| rows.into_iter().map(|row| row.credential).collect::<Vec<_>>();
        let mut counts = Announced {
            by_mail: 4,
            mail_sent: 2,
            mail_waits: 1,
            on_paper: 3,
            without_code: 2,
            with_code: 0,
        };
        assert_eq!(tx.announced(&tenant, "b1").await.unwrap(), counts);
        assert_eq!(named(tx.on_paper(&tenant, "b1", DeliveryState::Queued, 10).await.unwrap()), ["c4", "c5"]);

        tx.record_codes(&tenant, &["c0".into(), "c3".into(), "c5".into()], NOON + 2).await.unwrap();
        (counts.without_code, counts.with_code) = (1, 1);
        assert_eq!(tx.announced(&tenant, "b1").await.unwrap(), counts);
        assert_eq!(named(tx.on_paper(&tenant, "b1", DeliveryState::Sent, 10).await.unwrap()), ["c5"]);
        let made = tx.delivery(&tenant, "d7").await.unwrap().unwrap();
        assert_eq!((made.state, made.attempts, made.sent_at), (DeliveryState::Sent, 1, Some(NOON + 2)));

        tx.mark_revoked(&tenant, "c4", NOON + 3, "registrar", "lost").await.unwrap();
        counts.without_code = 0;
        assert_eq!(tx.announced(&tenant, "b1").await.unwrap(), counts);
        assert_eq!(tx.announced(&tenant, "none").await.unwrap(), Announced::default());
        assert_eq!(tx.announced(&TenantId::new("hill"), "b1").await.unwrap(), Announced::default());

        tx.add_claims(vec![claim(&tenant, "t4", "c4"), claim(&tenant, "t5", "c5")]).await.unwrap();
        tx.supersede_claims_of(&tenant, &["c5".into(), "c6".into()], NOON + 4).await.unwrap();
        let ended = async |token| tx.claim(token).await.unwrap().unwrap().superseded_at;
        assert_eq!([ended("t4").await, ended("t5").await, ended("t6").await], [None, Some(NOON + 4), None]);
    }

    async fn a_credential_is_renewed_by_one_that_stands_longer_and_not_by_itself(store: Store) {
        let tenant = found(&store).await;
        let ends = |id: &str, place, until| CredentialRow {
            status_index: Some(place),
            suspension_index: Some(place),
            valid_until: until,
            ..credential(&tenant, id)
        };
        let rows = [ends("c0", 0, Some(NOON)), ends("c1", 1, Some(NOON)), ends("c2", 2, Some(NOON + 1)), ends("c3", 3, None)];
        let is_renewed = async |place: usize| store.read().is_renewed(&rows[place]).await.unwrap();
        for (place, expect) in [(0, false), (1, false), (2, true), (3, true)] {
            let mut tx = store.begin().await.unwrap();
            tx.reserve([intent(&tenant, &rows[place].id)].to_vec()).await.unwrap();
            tx.seal(&tenant, &rows[place..=place]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(is_renewed(0).await, expect, "beside {}", rows[place].id);
        }
        assert!(is_renewed(2).await, "what has no end stands longer");
    }

    async fn a_paper_code_exists_once(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let twin = ClaimRow { code_hash: Some("code-t1".into()), ..claim(&tenant, "t2", "c0") };
        let mut tx = store.begin().await.unwrap();
        tx.add_claims(vec![claim(&tenant, "t1", "c0")]).await.unwrap();
        assert!(matches!(tx.add_claims(vec![twin]).await, Err(StoreError::Conflict { table: "claim" })));
    }

    async fn a_public_page_exists_while_it_is_switched_on(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_public_link(PublicLinkRow {
            link: "p1".into(),
            tenant: tenant.clone(),
            credential: "c0".into(),
            opened_at: NOON,
            closed_at: None,
        }).await.unwrap();
        tx.commit().await.unwrap();
        let shown = store.read().open_public_link("p1").await.unwrap().unwrap();
        assert_eq!(shown.id, "c0");
        assert!(store.read().public_link_of(&tenant, "c0").await.unwrap().is_some());

        let mut tx = store.begin().await.unwrap();
        assert!(tx.close_public_link(&TenantId::new("hill"), "p1", NOON).await.is_err());
        tx.close_public_link(&tenant, "p1", NOON + 1).await.unwrap();
        assert!(tx.close_public_link(&tenant, "p1", NOON + 2).await.is_err());
        tx.commit().await.unwrap();
        assert!(store.read().open_public_link("p1").await.unwrap().is_none());
        assert!(store.read().public_link_of(&tenant, "c0").await.unwrap().is_none());
    }
}
