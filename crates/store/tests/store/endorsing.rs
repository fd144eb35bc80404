//! Endorsements: who was asked, what they said, and who is asked no more.

use touchstone_store::{
    EndorsedKind, EndorsementRefusalRow, EndorsementRequestRow, EndorsementRow, EndorsementWay,
    Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{NOON, found, institution},
};

fn asked(id: &str, tenant: &TenantId, email: &str, asked_at: i64) -> EndorsementRequestRow {
    EndorsementRequestRow {
        id: id.into(),
        tenant: tenant.clone(),
        kind: EndorsedKind::Achievement,
        thing: "a1".into(),
        version: 2,
        subject: "urn:uuid:a8f6b4db-9f89-8b6b-a9a5-3126c2043c3c".into(),
        title: "Measuring".into(),
        sha256: "00".repeat(32),
        email: email.into(),
        language: "tr".into(),
        message: "Lütfen bakın.".into(),
        asked_at,
        asked_by: "m1".into(),
        ends_at: asked_at + 10,
        token_hash: None,
        mails: 1,
        mailed_at: asked_at,
        answered_at: None,
        declined: None,
        refused_at: None,
    }
}

fn said(request: &str, tenant: &TenantId) -> EndorsementRow {
    EndorsementRow {
        request: request.into(),
        tenant: tenant.clone(),
        kind: EndorsedKind::Achievement,
        thing: "a1".into(),
        version: 2,
        way: EndorsementWay::Passkey,
        organization: "Çelik Makina".into(),
        person: "Ayşe Demir".into(),
        comment: "We hire by it.".into(),
        issuer: "did:web:river.example".into(),
        domain: "a.example".into(),
        endorser_tenant: None,
        own: 0,
        valid_from: NOON,
        valid_until: NOON + 100,
        document: b"{}".to_vec(),
        sha256: "11".repeat(32),
        evidence: Some(b"{}".to_vec()),
        answered_at: NOON,
        hidden_at: None,
        withdrawn_at: None,
        withdrawn_why: String::new(),
    }
}

#[track_caller]
fn conflicts<T: std::fmt::Debug>(done: Result<T, StoreError>, expect: &str) {
    assert!(
        matches!(done, Err(StoreError::Conflict { table }) if table == expect),
        "{done:?}"
    );
}

on_both! {
    async fn a_request_is_answered_once_and_only_its_newest_token_opens_it(store: Store) {
        let tenant = &found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_endorsement_request(asked("r1", tenant, "a@a.example", NOON)).await.unwrap();
        tx.give_endorsement_token(tenant, "r1", "first").await.unwrap();
        tx.give_endorsement_token(tenant, "r1", "second").await.unwrap();
        tx.answer_endorsement_request(tenant, "r1", NOON + 1, None).await.unwrap();
        tx.add_endorsement(said("r1", tenant)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        conflicts(tx.answer_endorsement_request(tenant, "r1", NOON + 2, Some("No.")).await, "endorsement_request");
        conflicts(tx.add_endorsement(said("r1", tenant)).await, "endorsement");
        drop(tx);
        let reader = store.read();
        assert_eq!(reader.endorsement_request_by_token("first").await.unwrap(), None);
        let opened = reader.endorsement_request_by_token("second").await.unwrap().unwrap();
        assert_eq!((opened.answered_at, opened.declined), (Some(NOON + 1), None));
        assert_eq!(reader.endorsement(tenant, "r1").await.unwrap(), Some(said("r1", tenant)));
    }

    async fn the_list_is_read_page_by_page_with_what_was_said(store: Store) {
        let tenant = &found(&store).await;
        let mut tx = store.begin().await.unwrap();
        for (id, at) in [("r1", NOON), ("r2", NOON + 1), ("r3", NOON + 1)] {
            tx.add_endorsement_request(asked(id, tenant, "a@a.example", at)).await.unwrap();
        }
        tx.add_endorsement(said("r1", tenant)).await.unwrap();
        tx.commit().await.unwrap();
        let reader = store.read();
        let first = reader.endorsement_requests(tenant, None, 2).await.unwrap();
        let ids: Vec<_> = first.rows.iter().map(|(row, said)| (row.id.as_str(), said.is_some())).collect();
        assert_eq!(ids, [("r3", false), ("r2", false)]);
        let second = reader.endorsement_requests(tenant, first.next.as_ref(), 2).await.unwrap();
        let ids: Vec<_> = second.rows.iter().map(|(row, said)| (row.id.as_str(), said.is_some())).collect();
        assert_eq!((ids, second.next), (vec![("r1", true)], None));
    }

    async fn mails_to_an_address_are_counted_over_all_institutions(store: Store) {
        let one = &found(&store).await;
        let other = institution("hill");
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(other.clone()).await.unwrap();
        tx.add_endorsement_request(asked("r1", one, "a@a.example", NOON)).await.unwrap();
        tx.add_endorsement_request(asked("r2", &other.id, "a@a.example", NOON + 5)).await.unwrap();
        tx.add_endorsement_request(asked("r3", one, "b@b.example", NOON + 5)).await.unwrap();
        tx.mail_endorsement_request(&other.id, "r2", NOON + 6).await.unwrap();
        tx.commit().await.unwrap();
        let reader = store.read();
        let mails = async |since| reader.endorsement_mails_since("a@a.example", since).await.unwrap();
        assert_eq!((mails(NOON - 1).await, mails(NOON).await, mails(NOON + 6).await), (3, 2, 0));
        assert_eq!(reader.endorsement_mails_since("c@c.example", 0).await.unwrap(), 0);
        assert_eq!(reader.endorsement_requests_since(one, NOON).await.unwrap(), 1);
    }

    async fn only_what_can_still_be_answered_is_open(store: Store) {
        let one = &found(&store).await;
        let other = institution("hill");
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(other.clone()).await.unwrap();
        tx.add_endorsement_request(asked("r1", one, "a@a.example", NOON)).await.unwrap();
        tx.commit().await.unwrap();
        let open = async |tenant: &TenantId, thing: &str, version, email: &str, at| {
            let kind = EndorsedKind::Achievement;
            let found = store.read().open_endorsement_request(tenant, kind, thing, version, email, at).await;
            found.unwrap().map(|row| row.id)
        };
        let id = Some("r1".to_owned());
        assert_eq!(open(one, "a1", 2, "a@a.example", NOON + 10).await, id);
        assert_eq!(open(one, "a1", 2, "a@a.example", NOON + 11).await, None, "its time is over");
        assert_eq!(open(&other.id, "a1", 2, "a@a.example", NOON).await, None);
        assert_eq!(open(one, "a2", 2, "a@a.example", NOON).await, None);
        assert_eq!(open(one, "a1", 1, "a@a.example", NOON).await, None);
        assert_eq!(open(one, "a1", 2, "b@b.example", NOON).await, None);
        let mut tx = store.begin().await.unwrap();
        tx.answer_endorsement_request(one, "r1", NOON + 1, Some("No.")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(open(one, "a1", 2, "a@a.example", NOON + 2).await, None, "it was answered");
    }

    async fn a_request_is_taken_back_once_and_not_once_it_was_answered(store: Store) {
        let tenant = &found(&store).await;
        let mut tx = store.begin().await.unwrap();
        for id in ["r1", "r2"] {
            tx.add_endorsement_request(asked(id, tenant, &format!("{id}@a.example"), NOON)).await.unwrap();
        }
        tx.answer_endorsement_request(tenant, "r2", NOON + 1, Some("No.")).await.unwrap();
        tx.take_back_endorsement_request(tenant, "r1", NOON + 2, "The wrong day.").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        for id in ["r1", "r2"] {
            conflicts(tx.take_back_endorsement_request(tenant, id, NOON + 3, "x").await, "endorsement_request");
            for declined in [None, Some("No.")] {
                conflicts(tx.answer_endorsement_request(tenant, id, NOON + 3, declined).await, "endorsement_request");
            }
        }
        drop(tx);
        let reader = store.read();
        let row = async |id| reader.endorsement_request(tenant, id).await.unwrap().unwrap();
        let (taken, declined) = (row("r1").await, row("r2").await);
        assert_eq!((taken.taken_back(), taken.ends_at), (Some("The wrong day."), NOON + 2));
        assert_eq!((declined.taken_back(), declined.ends_at), (None, NOON + 10));
        let open = reader.open_endorsement_request(tenant, EndorsedKind::Achievement, "a1", 2, "r1@a.example", NOON);
        assert_eq!(open.await.unwrap(), None, "at whatever moment");
    }

    async fn a_mail_that_was_refused_is_noted_until_another_is_sent(store: Store) {
        let one = &found(&store).await;
        let other = institution("hill");
        let refused = async || store.read().endorsement_request(one, "r1").await.unwrap().unwrap().refused_at;
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(other.clone()).await.unwrap();
        tx.add_endorsement_request(asked("r1", one, "a@a.example", NOON)).await.unwrap();
        tx.refuse_endorsement_mail(one, "r1", NOON + 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(refused().await, Some(NOON + 1));
        let mut tx = store.begin().await.unwrap();
        conflicts(tx.refuse_endorsement_mail(&other.id, "r1", NOON + 2).await, "endorsement_request");
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        tx.mail_endorsement_request(one, "r1", NOON + 3).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(refused().await, None);
        // A refusal that comes late is of a mail before the one that was taken.
        let mut tx = store.begin().await.unwrap();
        tx.refuse_endorsement_mail(one, "r1", NOON + 4).await.unwrap();
        tx.give_endorsement_token(one, "r1", "hash").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(refused().await, None);
    }

    async fn an_endorsement_is_hidden_and_withdrawn_once(store: Store) {
        let tenant = &found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_endorsement_request(asked("r1", tenant, "a@a.example", NOON)).await.unwrap();
        tx.add_endorsement(said("r1", tenant)).await.unwrap();
        tx.hide_endorsement(tenant, "r1", NOON + 1).await.unwrap();
        tx.withdraw_endorsement(tenant, "r1", NOON + 2, "We moved.").await.unwrap();
        tx.commit().await.unwrap();
        let all = store.read().endorsements_of(tenant, EndorsedKind::Achievement, "a1", 2).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].hidden_at, all[0].withdrawn_at), (Some(NOON + 1), Some(NOON + 2)));
        assert_eq!(all[0].withdrawn_why, "We moved.");
        for (kind, version) in [(EndorsedKind::Achievement, 1), (EndorsedKind::MappingSet, 2)] {
            let none = store.read().endorsements_of(tenant, kind, "a1", version).await.unwrap();
            assert!(none.is_empty());
        }
        for (kind, count) in [(EndorsedKind::Achievement, 1), (EndorsedKind::MappingSet, 0)] {
            let of_all = store.read().endorsements_of_all_versions(tenant, kind, "a1").await.unwrap();
            assert_eq!(of_all.len(), count);
        }
        let mut tx = store.begin().await.unwrap();
        conflicts(tx.hide_endorsement(tenant, "r1", NOON).await, "endorsement");
        conflicts(tx.withdraw_endorsement(tenant, "r1", NOON, "").await, "endorsement");
    }

    async fn who_wants_to_be_asked_no_more_is_known_by_a_hash(store: Store) {
        let refusal = EndorsementRefusalRow { address_hash: "aa".into(), refused_at: NOON };
        let mut tx = store.begin().await.unwrap();
        tx.refuse_endorsing(refusal.clone()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.read().refuses_endorsing("aa").await.unwrap());
        assert!(!store.read().refuses_endorsing("bb").await.unwrap());
        let mut tx = store.begin().await.unwrap();
        conflicts(tx.refuse_endorsing(refusal).await, "endorsement_refusal");
    }

    async fn t52_another_institution_finds_no_request_and_no_endorsement(store: Store) {
        let tenant = &found(&store).await;
        let other = institution("hill");
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(other.clone()).await.unwrap();
        tx.add_endorsement_request(asked("r1", tenant, "a@a.example", NOON)).await.unwrap();
        tx.add_endorsement(said("r1", tenant)).await.unwrap();
        tx.commit().await.unwrap();
        let (reader, other) = (store.read(), &other.id);
        assert_eq!(reader.endorsement_request(other, "r1").await.unwrap(), None);
        assert_eq!(reader.endorsement(other, "r1").await.unwrap(), None);
        assert!(reader.endorsements(other).await.unwrap().is_empty());
        assert!(reader.endorsement_requests(other, None, 10).await.unwrap().rows.is_empty());
        let mut tx = store.begin().await.unwrap();
        conflicts(tx.give_endorsement_token(other, "r1", "x").await, "endorsement_request");
        conflicts(tx.mail_endorsement_request(other, "r1", NOON).await, "endorsement_request");
        conflicts(tx.answer_endorsement_request(other, "r1", NOON, None).await, "endorsement_request");
        conflicts(tx.take_back_endorsement_request(other, "r1", NOON, "x").await, "endorsement_request");
        conflicts(tx.hide_endorsement(other, "r1", NOON).await, "endorsement");
        conflicts(tx.withdraw_endorsement(other, "r1", NOON, "").await, "endorsement");
    }
}
