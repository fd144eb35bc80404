//! From achievement to credential, and what becomes of it.

use touchstone_store::{
    AchievementVersionRow, AuditFilter, AuditLine, BatchLineRow, BatchState, CredentialFilter,
    CredentialRow, CredentialState, Cursor, IntentRow, IntentState, LearnerRow, OutboxLine,
    RowState, Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{
        NOON, achievement, batch, credential, found, institution, intent, learner, sealed, version,
    },
};

fn is_conflict<T>(result: Result<T, StoreError>, of: &str) -> bool {
    matches!(result, Err(StoreError::Conflict { table }) if table == of)
}

fn line(batch: &str, line: i64) -> BatchLineRow {
    BatchLineRow {
        batch: batch.into(),
        line,
        state: RowState::Ready,
        input: "{}".into(),
        faults: "[]".into(),
        intent: None,
    }
}

fn in_state(state: CredentialState) -> CredentialFilter {
    CredentialFilter {
        state: Some(state),
        ..CredentialFilter::default()
    }
}

on_both! {
    async fn a_version_issued_under_does_not_change_any_more(store: Store) {
        let tenant = found(&store).await;
        let changed = AchievementVersionRow { document: "{\"new\":1}".into(), ..version("a1", 1) };
        let mut tx = store.begin().await.unwrap();
        tx.rewrite_achievement_version(&tenant, "Renamed", changed.clone()).await.unwrap();
        tx.freeze_achievement_version(&tenant, "a1", 1, NOON).await.unwrap();
        tx.freeze_achievement_version(&tenant, "a1", 1, NOON + 1).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        let again = AchievementVersionRow { document: "{\"newer\":1}".into(), ..changed };
        assert!(is_conflict(tx.rewrite_achievement_version(&tenant, "Again", again).await, "achievement_version"));
        tx.roll_back().await.unwrap();

        let kept = store.read().achievement_version(&tenant, "a1", 1).await.unwrap().unwrap();
        assert_eq!((kept.document.as_str(), kept.issued_under_at), ("{\"new\":1}", Some(NOON)));
        assert_eq!(store.read().achievement(&tenant, "a1").await.unwrap().unwrap().name, "Renamed");
    }

    async fn a_new_version_becomes_the_latest(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        let second = AchievementVersionRow { document: "{\"second\":1}".into(), ..version("a1", 2) };
        tx.add_achievement_version(&tenant, "Second", second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().latest_definitions(&tenant).await.unwrap(), ["{\"second\":1}"]);
        assert!(store.read().latest_definitions(&TenantId::new("hill")).await.unwrap().is_empty());
        let latest = store.read().achievement(&tenant, "a1").await.unwrap().unwrap();
        assert_eq!((latest.latest_version, latest.name.as_str()), (2, "Second"));
        let all = store.read().achievement_versions(&tenant, "a1").await.unwrap();
        assert_eq!(all.iter().map(|row| row.version).collect::<Vec<_>>(), [2, 1]);
    }

    async fn learners_are_found_by_part_of_name_address_and_identifier_in_any_case(store: Store) {
        let tenant = found(&store).await;
        let zoe = LearnerRow {
            name: "ZOË Ångström".into(),
            email: Some("z@lake.example".into()),
            identifier: Some("S-100%".into()),
            did: Some("did:web:zoe.example".into()),
            ..learner(&tenant, "l2")
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_learners(vec![zoe]).await.unwrap();
        tx.commit().await.unwrap();
        for search in ["zoë", "ÅNG", "Z@LAKE", "s-100", "100%", "did:web:ZOE"] {
            let page = store.read().learners_named(&tenant, search, None, 10).await.unwrap();
            let ids: Vec<&str> = page.rows.iter().map(|row| row.id.as_str()).collect();
            assert_eq!(ids, ["l2"], "{search}");
        }
        // Neither is a wildcard.
        for search in ["z%m", "z_ë", "\\"] {
            let page = store.read().learners_named(&tenant, search, None, 10).await.unwrap();
            assert!(page.rows.is_empty(), "{search}");
        }
    }

    async fn a_learner_known_in_several_ways_is_found_once(store: Store) {
        let tenant = found(&store).await;
        let did = Some("did:web:l2.example".to_owned());
        let both = LearnerRow { identifier: Some("7".into()), did, ..learner(&tenant, "l2") };
        let mut tx = store.begin().await.unwrap();
        tx.add_learners(vec![both]).await.unwrap();
        tx.commit().await.unwrap();
        let dids = ["did:web:l2.example".to_owned()];
        let known = store.read()
            .learners_known_by(&tenant, &["l2@example.org".into(), "l1@example.org".into()], &["7".into()], &dids)
            .await.unwrap();
        assert_eq!(known.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["l1", "l2"]);
        let by_did = store.read().learners_known_by(&tenant, &[], &[], &dids).await.unwrap();
        assert_eq!(by_did.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["l2"]);
    }

    async fn a_dropped_draft_leaves_nothing_and_no_other_batch_is_dropped(store: Store) {
        let tenant = found(&store).await;
        let other = institution("hillside").id;
        let mut tx = store.begin().await.unwrap();
        for (id, state) in [("b1", BatchState::Draft), ("b2", BatchState::Draft), ("b3", BatchState::Validated)] {
            tx.add_batch(batch(&tenant, id, state)).await.unwrap();
            tx.add_batch_rows(vec![line(id, 2), line(id, 3)]).await.unwrap();
        }
        assert!(is_conflict(tx.drop_draft(&other, "b1").await, "batch"), "another institution’s");
        assert!(is_conflict(tx.drop_draft(&tenant, "b3").await, "batch"));
        tx.drop_draft(&tenant, "b1").await.unwrap();
        tx.commit().await.unwrap();
        let read = store.read();
        assert_eq!(read.batch(&tenant, "b1").await.unwrap(), None);
        for id in ["b2", "b3"] {
            assert_eq!(read.batch_rows(&tenant, id, None, 0, 9).await.unwrap().len(), 2, "{id}");
        }
    }

    async fn a_batch_moves_only_from_the_state_it_was_seen_in(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_batch(batch(&tenant, "b1", BatchState::Draft)).await.unwrap();
        tx.move_batch(&tenant, "b1", BatchState::Draft, BatchState::Validated).await.unwrap();
        assert!(is_conflict(tx.move_batch(&tenant, "b1", BatchState::Draft, BatchState::Validated).await, "batch"));
        assert!(is_conflict(tx.approve_batch(&tenant, "b1", NOON, "dean", "hash").await, "batch"));
        tx.move_batch(&tenant, "b1", BatchState::Validated, BatchState::Reserved).await.unwrap();
        tx.approve_batch(&tenant, "b1", NOON, "dean", "hash").await.unwrap();
        assert!(is_conflict(tx.finish_batch(&tenant, "b1", NOON).await, "batch"));
        tx.move_batch(&tenant, "b1", BatchState::Approved, BatchState::Sealing).await.unwrap();
        assert!(is_conflict(tx.hold_batch(&tenant, "b1", Some(NOON)).await, "batch"));
        assert!(is_conflict(tx.drop_draft(&tenant, "b1").await, "batch"));
        tx.finish_batch(&tenant, "b1", NOON + 1).await.unwrap();
        tx.commit().await.unwrap();
        let done = store.read().batch(&tenant, "b1").await.unwrap().unwrap();
        assert_eq!(done.state, BatchState::Sealed);
        assert_eq!((done.approved_by.as_deref(), done.approved_sha256.as_deref()), (Some("dean"), Some("hash")));
        assert_eq!(done.sealed_at, Some(NOON + 1));
    }

    async fn reserving_and_sealing_move_the_rows_they_came_from(store: Store) {
        let tenant = found(&store).await;
        let of_line = |number: i64| IntentRow {
            batch: Some("b1".into()),
            line: Some(number),
            ..intent(&tenant, &format!("c{number}"))
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_batch(batch(&tenant, "b1", BatchState::Validated)).await.unwrap();
        tx.add_batch(batch(&tenant, "b2", BatchState::Validated)).await.unwrap();
        tx.add_batch_rows(vec![line("b1", 2), line("b1", 3), line("b1", 4), line("b2", 2)]).await.unwrap();
        tx.reserve(vec![of_line(2), of_line(3)]).await.unwrap();
        tx.seal(&tenant, &[CredentialRow { batch: Some("b1".into()), ..credential(&tenant, "c2") }]).await.unwrap();
        tx.commit().await.unwrap();

        let rows = store.read().batch_rows(&tenant, "b1", None, 0, 10).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.line, row.state, row.intent.as_deref())).collect();
        assert_eq!(told, [
            (2, RowState::Sealed, Some("c2")),
            (3, RowState::Reserved, Some("c3")),
            (4, RowState::Ready, None),
        ]);
        let other = store.read().batch_rows(&tenant, "b2", None, 0, 10).await.unwrap();
        assert_eq!((other[0].state, other[0].intent.as_deref()), (RowState::Ready, None));

        let left = store.read().intents_in_batch(&tenant, "b1", IntentState::Reserved, 0, 10).await.unwrap();
        assert_eq!(left.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["c3"]);
        let hashes = async |after, limit| store.read().unsigned_hashes(&tenant, "b1", after, limit).await.unwrap();
        assert_eq!(hashes(-1, 10).await, [(2, "hash-c2".to_owned()), (3, "hash-c3".to_owned())]);
        assert_eq!(hashes(-1, 1).await, [(2, "hash-c2".to_owned())]);
        assert_eq!(hashes(2, 10).await, [(3, "hash-c3".to_owned())]);
        assert_eq!(store.read().count_intents(&tenant, "b1", IntentState::Sealed).await.unwrap(), 1);
    }

    async fn the_same_award_is_reserved_once(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.reserve(vec![intent(&tenant, "c1")]).await.unwrap();
        tx.commit().await.unwrap();
        let twin = IntentRow { dedupe: Some("dedupe-c1".into()), ..intent(&tenant, "c2") };
        let mut tx = store.begin().await.unwrap();
        assert!(is_conflict(tx.reserve(vec![twin]).await, "intent"));
        tx.roll_back().await.unwrap();
        let known = store.read().deduped(&tenant, &["dedupe-c1".into(), "dedupe-c2".into()]).await.unwrap();
        assert_eq!(known, [("dedupe-c1".to_owned(), "c1".to_owned())]);
    }

    async fn corrections_have_no_dedupe_and_do_not_meet(store: Store) {
        let tenant = found(&store).await;
        let correction = |id: &str| IntentRow { dedupe: None, ..intent(&tenant, id) };
        let mut tx = store.begin().await.unwrap();
        tx.reserve(vec![correction("c1"), correction("c2")]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn an_intent_is_sealed_once(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        assert!(is_conflict(tx.seal(&tenant, &[credential(&tenant, "c0")]).await, "intent"));
        tx.roll_back().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let twin = CredentialRow { id: "other".into(), ..credential(&tenant, "c0") };
        let other_name = tx.seal(&tenant, &[twin]).await;
        assert!(matches!(other_name, Err(StoreError::Corrupt { table: "credential", column: "intent" })));
        tx.roll_back().await.unwrap();
        let intent = store.read().intent(&tenant, "c0").await.unwrap().unwrap();
        assert_eq!((intent.unsigned.len(), &*intent.unsigned_sha256), (0, "hash-c0"), "the signed bytes begin with them");
        assert_eq!(store.read().count_credentials(&tenant, &CredentialFilter::default()).await.unwrap(), 1);
    }

    async fn what_was_given_up_can_be_issued_again_but_not_sealed(store: Store) {
        let tenant = found(&store).await;
        let of_batch = IntentRow { batch: Some("b1".into()), line: Some(2), ..intent(&tenant, "c1") };
        let mut tx = store.begin().await.unwrap();
        tx.add_batch(batch(&tenant, "b1", BatchState::Reserved)).await.unwrap();
        tx.reserve(vec![of_batch]).await.unwrap();
        assert_eq!(tx.abandon_intents(&tenant, "b1", None).await.unwrap(), 1);
        tx.reserve(vec![IntentRow { dedupe: Some("dedupe-c1".into()), ..intent(&tenant, "c2") }]).await.unwrap();
        assert!(is_conflict(tx.seal(&tenant, &[credential(&tenant, "c1")]).await, "intent"));
    }

    async fn a_credential_is_revoked_once_and_for_ever(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 2).await;
        let mut tx = store.begin().await.unwrap();
        tx.mark_revoked(&tenant, "c0", NOON, "registrar", "mistake").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(is_conflict(tx.mark_revoked(&tenant, "c0", NOON + 9, "other", "again").await, "credential"));
        tx.roll_back().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(is_conflict(tx.mark_reinstated(&tenant, "c0").await, "credential"));
        tx.roll_back().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(is_conflict(tx.mark_suspended(&tenant, "c0", NOON, "registrar", "why").await, "credential"));
        tx.roll_back().await.unwrap();

        let row = store.read().credential(&tenant, "c0").await.unwrap().unwrap();
        assert_eq!((row.revoked_at, row.revoked_by.as_deref(), row.revoke_reason.as_deref()),
            (Some(NOON), Some("registrar"), Some("mistake")));
        assert_eq!(store.read().credential(&tenant, "c1").await.unwrap().unwrap().revoked_at, None);
    }

    async fn a_suspension_begins_and_ends(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 1).await;
        let mut tx = store.begin().await.unwrap();
        tx.mark_suspended(&tenant, "c0", NOON, "registrar", "inquiry").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().count_credentials(&tenant, &in_state(CredentialState::Suspended)).await.unwrap(), 1);
        let mut tx = store.begin().await.unwrap();
        assert!(is_conflict(tx.mark_suspended(&tenant, "c0", NOON, "registrar", "again").await, "credential"));
        tx.roll_back().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.mark_reinstated(&tenant, "c0").await.unwrap();
        tx.commit().await.unwrap();
        let row = store.read().credential(&tenant, "c0").await.unwrap().unwrap();
        assert_eq!((row.suspended_at, row.suspended_by, row.suspend_reason), (None, None, None));
    }

    async fn a_credential_without_a_suspension_list_cannot_be_suspended(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.reserve(vec![intent(&tenant, "c1")]).await.unwrap();
        tx.seal(&tenant, &[CredentialRow { suspension_list: None, suspension_index: None, ..credential(&tenant, "c1") }]).await.unwrap();
        assert!(is_conflict(tx.mark_suspended(&tenant, "c1", NOON, "registrar", "why").await, "credential"));
    }

    async fn t52_another_tenants_rows_cannot_be_seen_or_changed(store: Store) {
        let lake = found(&store).await;
        sealed(&store, &lake, 1).await;
        let hill = TenantId::new("hill");
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(institution("hill")).await.unwrap();
        tx.commit().await.unwrap();
        let read = store.read();
        assert!(read.credential(&hill, "c0").await.unwrap().is_none());
        assert!(read.credentials_by_id(&hill, &["c0".into()]).await.unwrap().is_empty());
        assert!(read.credentials(&hill, &CredentialFilter::default(), None, 10).await.unwrap().rows.is_empty());
        assert!(read.achievement(&hill, "a1").await.unwrap().is_none());
        assert!(read.achievement_version(&hill, "a1", 1).await.unwrap().is_none());
        assert!(read.achievement_versions(&hill, "a1").await.unwrap().is_empty());
        assert!(read.learner(&hill, "l1").await.unwrap().is_none());
        assert!(read.learners(&hill, &["l1".into()]).await.unwrap().is_empty());
        let held = ["c0".into(), "nobody's".into()];
        assert!(read.holders(&hill, &held).await.unwrap().is_empty());
        assert_eq!(read.holders(&lake, &held).await.unwrap().into_keys().collect::<Vec<_>>(), ["c0"]);
        assert!(read.intent(&hill, "c0").await.unwrap().is_none());
        for attempt in ["revoke", "suspend", "replace", "archive", "version"] {
            let mut tx = store.begin().await.unwrap();
            let refused = match attempt {
                "revoke" => tx.mark_revoked(&hill, "c0", NOON, "x", "x").await,
                "suspend" => tx.mark_suspended(&hill, "c0", NOON, "x", "x").await,
                "replace" => tx.mark_replaced(&hill, "c0", "c1").await,
                "archive" => tx.archive_achievement(&hill, "a1", Some(NOON)).await,
                _ => tx.add_achievement_version(&hill, "x", version("a1", 2)).await,
            };
            assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{attempt}");
            tx.roll_back().await.unwrap();
        }
    }

    async fn credentials_are_listed_page_by_page_without_gaps_or_repeats(store: Store) {
        let tenant = found(&store).await;
        sealed(&store, &tenant, 25).await;
        let mut seen = Vec::new();
        let mut after: Option<Cursor> = None;
        let mut pages = 0;
        loop {
            let page = store.read().credentials(&tenant, &CredentialFilter::default(), after.as_ref(), 10).await.unwrap();
            seen.extend(page.rows.iter().map(|row| row.issued_at - NOON));
            pages += 1;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(pages, 3);
        assert_eq!(seen, (0..25).rev().collect::<Vec<i64>>());
    }

    async fn a_list_is_filtered_by_search_batch_learner_achievement_and_state(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_achievement(achievement(&tenant, "a2")).await.unwrap();
        tx.add_learners(vec![LearnerRow { name: "Zoë".into(), ..learner(&tenant, "l2") }]).await.unwrap();
        tx.reserve(vec![intent(&tenant, "c1"), intent(&tenant, "c2"), intent(&tenant, "c3")]).await.unwrap();
        tx.seal(&tenant, &[
            CredentialRow { batch: Some("b1".into()), ..credential(&tenant, "c1") },
            CredentialRow { learner: "l2".into(), achievement: "a2".into(), ..credential(&tenant, "c2") },
            CredentialRow { valid_until: Some(NOON + 5), ..credential(&tenant, "c3") },
        ]).await.unwrap();
        tx.mark_revoked(&tenant, "c1", NOON, "registrar", "why").await.unwrap();
        tx.commit().await.unwrap();
        let all = CredentialFilter::default;
        for (filter, expect) in [
            (all(), vec!["c3", "c2", "c1"]),
            (CredentialFilter { search: Some("ZOË".into()), ..all() }, vec!["c2"]),
            (CredentialFilter { batch: Some("b1".into()), ..all() }, vec!["c1"]),
            (CredentialFilter { learner: Some("l2".into()), ..all() }, vec!["c2"]),
            (CredentialFilter { achievement: Some("a2".into()), ..all() }, vec!["c2"]),
            (in_state(CredentialState::Revoked), vec!["c1"]),
            (in_state(CredentialState::Expired { at: NOON + 6 }), vec!["c3"]),
            (in_state(CredentialState::Standing { at: NOON + 6 }), vec!["c2"]),
            (in_state(CredentialState::Standing { at: NOON + 5 }), vec!["c3", "c2"]),
        ] {
            let page = store.read().credentials(&tenant, &filter, None, 10).await.unwrap();
            let ids: Vec<&str> = page.rows.iter().map(|row| row.id.as_str()).collect();
            assert_eq!(ids, expect, "{filter:?}");
            assert_eq!(store.read().count_credentials(&tenant, &filter).await.unwrap(), expect.len() as u64);
        }
    }

    async fn who_expires_soon_is_found_and_the_revoked_are_left_alone(store: Store) {
        let tenant = found(&store).await;
        let expiring = |id: &str, at| CredentialRow { valid_until: Some(at), ..credential(&tenant, id) };
        let mut tx = store.begin().await.unwrap();
        tx.reserve(["c1", "c2", "c3", "c4"].map(|id| intent(&tenant, id))).await.unwrap();
        tx.seal(&tenant, &[
            expiring("c1", NOON + 10), expiring("c2", NOON + 20), expiring("c3", NOON + 15), expiring("c4", NOON + 15),
        ]).await.unwrap();
        tx.mark_revoked(&tenant, "c3", NOON, "registrar", "why").await.unwrap();
        tx.mark_replaced(&tenant, "c4", "c2").await.unwrap();
        tx.commit().await.unwrap();
        let soon = store.read().credentials_expiring(NOON + 10, NOON + 20, None, 10).await.unwrap();
        assert_eq!(soon.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["c1"]);
    }

    /// More rows than one statement can bind, sealed in units of work of 1,000. How fast is measured in `bench/`.
    async fn a_cohort_of_3000_is_sealed_whole(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_batch(batch(&tenant, "b1", BatchState::Sealing)).await.unwrap();
        tx.add_batch_rows((0..3_000).map(|number| line("b1", number))).await.unwrap();
        tx.reserve((0..3_000).map(|number| IntentRow {
            batch: Some("b1".into()),
            line: Some(number),
            unsigned: vec![b'x'; 2_500],
            ..intent(&tenant, &format!("c{number}"))
        })).await.unwrap();
        tx.commit().await.unwrap();

        let mut after = -1;
        loop {
            let chunk = store.read().intents_in_batch(&tenant, "b1", IntentState::Reserved, after, 1_000).await.unwrap();
            let Some(last) = chunk.last() else { break };
            after = last.line.unwrap();
            let mut tx = store.begin().await.unwrap();
            tx.seal(&tenant, &chunk.iter().map(|intent| CredentialRow {
                batch: Some("b1".into()),
                bytes: vec![b'x'; 3_000],
                ..credential(&tenant, &intent.id)
            }).collect::<Vec<_>>()).await.unwrap();
            tx.audit(chunk.iter().map(|intent| AuditLine {
                tenant: tenant.clone(),
                at: NOON,
                actor: "registrar".into(),
                action: "credential.seal".into(),
                subject: intent.id.clone(),
                detail: "{}".into(),
            })).await.unwrap();
            tx.outbox(chunk.iter().map(|intent| OutboxLine {
                tenant: tenant.clone(),
                kind: "credential".into(),
                subject: intent.id.clone(),
                version: 1,
                at: NOON,
            })).await.unwrap();
            tx.commit().await.unwrap();
        }
        let read = store.read();
        assert_eq!(read.count_credentials(&tenant, &CredentialFilter::default()).await.unwrap(), 3_000);
        assert_eq!(read.count_intents(&tenant, "b1", IntentState::Sealed).await.unwrap(), 3_000);
        assert_eq!(read.batch_rows(&tenant, "b1", Some(RowState::Sealed), -1, 9_999).await.unwrap().len(), 3_000);
        let row = &read.batch_rows(&tenant, "b1", None, 2_998, 1).await.unwrap()[0];
        assert_eq!(row.intent.as_deref(), Some("c2999"));
        assert_eq!(read.audit_lines(&tenant, &AuditFilter::default(), None, 9_999).await.unwrap().len(), 3_000);
    }
}
