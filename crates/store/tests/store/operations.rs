//! Members, sessions, keys, audit, outbox, answers, objects and settings.

use std::time::Duration;

use touchstone_store::{
    ApiKeyRow, AuditFilter, AuditLine, AuditRootRow, InstitutionRow, KeyChangeRow, KeyState,
    MemberRow, ObjectRow, OutboxLine, Reservation, SessionRow, SigninLinkRow, SigningKeyRow, Store,
    StoreError, TenantId, WebauthnStateRow,
};

use crate::{
    on_both,
    rows::{NOON, found, institution},
};

fn member(tenant: &TenantId, id: &str) -> MemberRow {
    MemberRow {
        id: id.into(),
        tenant: tenant.clone(),
        email: format!("{id}@lake.example"),
        name: "Mo".into(),
        roles: "[\"registrar\"]".into(),
        created_at: NOON,
        disabled_at: None,
    }
}

fn signing_key(tenant: &TenantId, id: &str, created_at: i64) -> SigningKeyRow {
    SigningKeyRow {
        id: id.into(),
        tenant: tenant.clone(),
        verification_method: format!("{DID}#{id}"),
        public_multibase: "z6Mk".into(),
        state: KeyState::Active,
        created_at,
        retired_at: None,
        secret: Some(vec![0xff, 0]),
        custody: String::new(),
        activates_at: None,
        compromised_since: None,
    }
}

const DID: &str = "did:web:lake.example:i:lake";

fn key_change(tenant: &TenantId, key: &str, number: i64, state: KeyState) -> KeyChangeRow {
    KeyChangeRow {
        key: key.into(),
        number,
        tenant: tenant.clone(),
        state,
        at: NOON + number,
        since: NOON,
        actor: "m1".into(),
        reason: "as planned".into(),
        outbox: Some(number * 10),
    }
}

fn line(tenant: &TenantId, actor: &str, action: &str, at: i64) -> AuditLine {
    AuditLine {
        tenant: tenant.clone(),
        at,
        actor: actor.into(),
        action: action.into(),
        subject: "c1".into(),
        detail: "{}".into(),
    }
}

fn change(tenant: &TenantId, subject: &str) -> OutboxLine {
    OutboxLine {
        tenant: tenant.clone(),
        kind: "credential".into(),
        subject: subject.into(),
        version: 1,
        at: NOON,
    }
}

on_both! {
    async fn an_address_is_one_member_of_an_institution_and_may_be_one_of_another(store: Store) {
        let lake = found(&store).await;
        let hill = TenantId::new("hill");
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(institution("hill")).await.unwrap();
        tx.add_member(member(&lake, "m1")).await.unwrap();
        tx.add_member(MemberRow { id: "m2".into(), ..member(&hill, "m1") }).await.unwrap();
        tx.commit().await.unwrap();
        let both = store.read().members_with_email("m1@lake.example").await.unwrap();
        assert_eq!(both.len(), 2);
        assert!(store.read().member(&lake, "m2").await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        let twin = tx.add_member(MemberRow { id: "m3".into(), ..member(&lake, "m1") }).await;
        assert!(matches!(twin, Err(StoreError::Conflict { table: "member" })));
    }

    async fn a_change_of_an_institution_is_kept_whole(store: Store) {
        let tenant = found(&store).await;
        let mut changed = institution("lake");
        changed.public_url = Some("https://lake.example".into());
        changed.did = Some("did:web:lake.example:i:lake".into());
        changed.country = None;
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(institution("hill")).await.unwrap();
        tx.change_institution(changed.clone()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().institution(&tenant).await.unwrap(), Some(changed));
        assert_eq!(store.read().institution_by_slug("hill-slug").await.unwrap(), Some(institution("hill")));
    }

    async fn the_newest_active_key_signs_and_a_retired_one_stays_known(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_signing_key(signing_key(&tenant, "k1", NOON)).await.unwrap();
        tx.add_signing_key(signing_key(&tenant, "k2", NOON + 1)).await.unwrap();
        assert_eq!(tx.active_signing_key(&tenant).await.unwrap(), None, "in nobody's name");
        tx.change_institution(InstitutionRow { did: Some(DID.into()), ..institution("lake") }).await.unwrap();
        // Made later, in the name of a DID that it had.
        let other = SigningKeyRow { verification_method: "did:web:old.example:i:lake#k3".into(), ..signing_key(&tenant, "k3", NOON + 2) };
        tx.add_signing_key(other.clone()).await.unwrap();
        assert_eq!(tx.active_signing_key_of(&tenant, other.did()).await.unwrap(), Some(other));
        assert_eq!(tx.active_signing_key_of(&tenant, "did:web:lake.example:i").await.unwrap(), None);
        assert_eq!(tx.active_signing_key(&tenant).await.unwrap().unwrap().id, "k2");
        let retired = SigningKeyRow { state: KeyState::Retired, retired_at: Some(NOON + 2), ..signing_key(&tenant, "k2", NOON + 1) };
        tx.change_signing_key(retired.clone(), KeyState::Active).await.unwrap();
        let again = tx.change_signing_key(retired.clone(), KeyState::Active).await;
        assert!(matches!(again, Err(StoreError::Conflict { table: "signing_key" })), "{again:?}");
        assert_eq!(tx.active_signing_key(&tenant).await.unwrap().unwrap().id, "k1");
        assert_eq!(tx.signing_keys(&tenant).await.unwrap().len(), 3);
        assert_eq!(tx.signing_key(&tenant, "k2").await.unwrap(), Some(retired));
        assert!(tx.hold_signing_key(&tenant, "k2").await.unwrap().is_none(), "signs no more");
        assert_eq!(tx.hold_signing_key(&tenant, "k1").await.unwrap().unwrap().id, "k1");
        let stranger = TenantId::new("hill");
        assert!(tx.hold_signing_key(&stranger, "k1").await.unwrap().is_none());
    }

    async fn what_became_of_a_key_is_kept_in_its_order(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_signing_key(signing_key(&tenant, "k1", NOON)).await.unwrap();
        let (made, ended) = (key_change(&tenant, "k1", 1, KeyState::Active), key_change(&tenant, "k1", 2, KeyState::Compromised));
        tx.add_key_change(ended.clone()).await.unwrap();
        tx.add_key_change(made.clone()).await.unwrap();
        tx.commit().await.unwrap();
        let reader = store.read();
        assert_eq!(reader.key_changes(&tenant).await.unwrap(), [made.clone(), ended.clone()]);
        assert_eq!(reader.key_changes_before(&tenant, 20).await.unwrap(), [made]);
        assert_eq!(reader.key_change(&tenant, "k1", 2).await.unwrap(), Some(ended.clone()));
        assert_eq!(reader.key_change(&TenantId::new("hill"), "k1", 2).await.unwrap(), None);
        let mut tx = store.begin().await.unwrap();
        let twice = tx.add_key_change(ended).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "key_change" })), "{twice:?}");
    }

    async fn a_sign_in_link_works_once_and_in_time(store: Store) {
        let tenant = found(&store).await;
        let link = |hash: &str| SigninLinkRow {
            token_hash: hash.into(),
            member: "m1".into(),
            created_at: NOON,
            expires_at: NOON + 100,
            used_at: None,
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_member(member(&tenant, "m1")).await.unwrap();
        tx.add_signin_link(link("t1")).await.unwrap();
        tx.add_signin_link(link("t2")).await.unwrap();
        tx.use_signin_link("t1", NOON + 1).await.unwrap();
        assert!(tx.use_signin_link("t1", NOON + 2).await.is_err(), "used");
        assert!(tx.use_signin_link("t2", NOON + 100).await.is_err(), "expired");
        assert!(tx.use_signin_link("t3", NOON).await.is_err(), "unknown");
    }

    async fn the_sign_in_links_of_one_member_are_forgotten_and_no_others(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        for (one, hash) in [("m1", "t1"), ("m1", "t2"), ("m2", "t3")] {
            if tx.member(&tenant, one).await.unwrap().is_none() {
                tx.add_member(member(&tenant, one)).await.unwrap();
            }
            let link = SigninLinkRow {
                token_hash: hash.into(),
                member: one.into(),
                created_at: NOON,
                expires_at: NOON + 100,
                used_at: None,
            };
            tx.add_signin_link(link).await.unwrap();
        }
        tx.forget_signin_links_of("m1").await.unwrap();
        assert!(tx.signin_link("t1").await.unwrap().is_none());
        assert!(tx.signin_link("t2").await.unwrap().is_none());
        assert!(tx.signin_link("t3").await.unwrap().is_some());
    }

    async fn a_session_ends_by_time_by_leaving_and_with_its_member(store: Store) {
        let tenant = found(&store).await;
        let session = |hash: &str| SessionRow {
            token_hash: hash.into(),
            member: "m1".into(),
            tenant: tenant.clone(),
            csrf_secret: "secret".into(),
            created_at: NOON,
            expires_at: NOON + 100,
            seen_at: NOON,
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_member(member(&tenant, "m1")).await.unwrap();
        for hash in ["s1", "s2", "s3"] {
            tx.add_session(session(hash)).await.unwrap();
        }
        tx.commit().await.unwrap();
        store.touch_session("s1", NOON + 9).await.unwrap();
        assert_eq!(store.read().session("s1", NOON + 10).await.unwrap().unwrap().seen_at, NOON + 9);
        assert!(store.read().session("s1", NOON + 100).await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        tx.end_session("s1").await.unwrap();
        assert!(tx.session("s1", NOON).await.unwrap().is_none());
        assert!(tx.session("s2", NOON).await.unwrap().is_some());
        tx.end_sessions_of("m1").await.unwrap();
        assert!(tx.session("s3", NOON).await.unwrap().is_none());
    }

    async fn a_ceremony_is_taken_once(store: Store) {
        let state = WebauthnStateRow {
            id: "w1".into(),
            member: None,
            kind: "sign-in".into(),
            state: "{}".into(),
            expires_at: NOON + 100,
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_webauthn_state(state.clone()).await.unwrap();
        tx.add_webauthn_state(WebauthnStateRow { id: "w2".into(), ..state.clone() }).await.unwrap();
        assert_eq!(tx.take_webauthn_state("w1", NOON).await.unwrap(), Some(state));
        assert_eq!(tx.take_webauthn_state("w1", NOON).await.unwrap(), None);
        assert_eq!(tx.take_webauthn_state("w2", NOON + 100).await.unwrap(), None);
    }

    async fn an_api_key_is_found_by_its_prefix_and_taken_back_by_its_tenant_only(store: Store) {
        let tenant = found(&store).await;
        let key = ApiKeyRow {
            id: "k1".into(),
            tenant: tenant.clone(),
            prefix: "ts_abc".into(),
            secret_hash: "hash".into(),
            name: "LMS".into(),
            scopes: "[]".into(),
            created_at: NOON,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            made_by: Some("m1".into()),
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_api_key(key).await.unwrap();
        assert!(tx.revoke_api_key(&TenantId::new("hill"), "k1", NOON).await.is_err());
        tx.revoke_api_key(&tenant, "k1", NOON).await.unwrap();
        assert!(tx.revoke_api_key(&tenant, "k1", NOON + 1).await.is_err());
        tx.commit().await.unwrap();
        store.touch_api_key("k1", NOON + 2).await.unwrap();
        let found = store.read().api_key_by_prefix("ts_abc").await.unwrap().unwrap();
        assert_eq!((found.revoked_at, found.last_used_at), (Some(NOON), Some(NOON + 2)));
        assert_eq!(found.made_by.as_deref(), Some("m1"));
    }

    async fn audit_lines_are_filtered_and_read_newest_first(store: Store) {
        let tenant = found(&store).await;
        let hill = TenantId::new("hill");
        let mut tx = store.begin().await.unwrap();
        tx.audit([
            line(&tenant, "mo", "credential.revoke", NOON),
            line(&tenant, "jo", "credential.revoke", NOON + 1),
            line(&hill, "mo", "credential.revoke", NOON + 2),
            line(&tenant, "mo", "batch.approve", NOON + 3),
        ]).await.unwrap();
        tx.commit().await.unwrap();
        let all = AuditFilter::default;
        for (filter, expect) in [
            (all(), vec![NOON + 3, NOON + 1, NOON]),
            (AuditFilter { actor: Some("mo".into()), ..all() }, vec![NOON + 3, NOON]),
            (AuditFilter { action: Some("batch.approve".into()), ..all() }, vec![NOON + 3]),
            (AuditFilter { subject: Some("c9".into()), ..all() }, vec![]),
            (AuditFilter { from: Some(NOON + 1), until: Some(NOON + 3), ..all() }, vec![NOON + 1]),
        ] {
            let lines = store.read().audit_lines(&tenant, &filter, None, 10).await.unwrap();
            assert_eq!(lines.iter().map(|line| line.at).collect::<Vec<_>>(), expect, "{filter:?}");
        }
        let newest = store.read().audit_lines(&tenant, &all(), None, 1).await.unwrap();
        let older = store.read().audit_lines(&tenant, &all(), Some(newest[0].seq), 1).await.unwrap();
        assert_eq!(older[0].at, NOON + 1);
    }

    async fn a_root_over_fewer_lines_than_are_under_one_is_not_kept(store: Store) {
        let tenant = &found(&store).await;
        let keep = |tenant: &TenantId, size: i64| {
            let row = AuditRootRow { tenant: tenant.clone(), size, seq: size, peaks: vec![7; 32], at: NOON };
            let store = store.clone();
            async move {
                let row = &row;
                store.write(|mut tx| async move { tx.add_audit_root(row.clone()).await }).await
            }
        };
        keep(tenant, 5).await.unwrap();
        for size in [4, 5] {
            let kept = keep(tenant, size).await;
            assert!(matches!(kept, Err(StoreError::Conflict { table: "audit_root" })), "{size}: {kept:?}");
        }
        keep(tenant, 6).await.unwrap();
        keep(&TenantId::new("hill"), 1).await.unwrap();
        assert_eq!(store.read().newest_audit_root(tenant).await.unwrap().unwrap().size, 6);
    }

    /// A position given out earlier may be committed later: who reads must not step over it.
    async fn the_outbox_is_read_without_gaps_that_fill_later(store: Store) {
        let tenant = &found(&store).await;
        let mut first = store.begin().await.unwrap();
        first.outbox([change(tenant, "early")]).await.unwrap();
        let reading = tokio::spawn({
            let store = store.clone();
            async move { store.write(|mut tx| async move { tx.outbox_after(0, 10).await }).await.unwrap() }
        });
        // The reader waits here, on either database.
        tokio::time::sleep(Duration::from_millis(200)).await;
        first.commit().await.unwrap();
        let read = reading.await.unwrap();
        assert_eq!(read.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["early"]);

        store.write(|mut tx| async move { tx.outbox([change(tenant, "late")]).await }).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let after = tx.outbox_after(read[0].seq, 10).await.unwrap();
        assert_eq!(after.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["late"]);
    }

    async fn a_repeated_request_gets_the_answer_of_the_first(store: Store) {
        let tenant = found(&store).await;
        assert_eq!(store.reserve_key(&tenant, "key", "hash", NOON).await.unwrap(), Reservation::Fresh);
        let Reservation::Known(waiting) = store.reserve_key(&tenant, "key", "hash", NOON + 1).await.unwrap() else {
            panic!("reserved twice");
        };
        assert_eq!((waiting.status, waiting.request_hash.as_str(), waiting.created_at), (None, "hash", NOON));
        // Another tenant's key of the same name is another key.
        let hill = TenantId::new("hill");
        assert_eq!(store.reserve_key(&hill, "key", "hash", NOON).await.unwrap(), Reservation::Fresh);

        let mut tx = store.begin().await.unwrap();
        tx.answer(&tenant, "key", 201, b"{}".to_vec()).await.unwrap();
        assert!(tx.answer(&tenant, "key", 500, vec![]).await.is_err());
        tx.commit().await.unwrap();
        store.forget_reservation(&tenant, "key").await.unwrap();
        let Reservation::Known(answered) = store.reserve_key(&tenant, "key", "other", NOON + 2).await.unwrap() else {
            panic!("an answer was forgotten");
        };
        assert_eq!((answered.status, answered.response), (Some(201), Some(b"{}".to_vec())));
    }

    async fn a_reservation_whose_work_failed_or_died_can_be_had_again(store: Store) {
        let tenant = found(&store).await;
        store.reserve_key(&tenant, "failed", "hash", NOON).await.unwrap();
        store.forget_reservation(&tenant, "failed").await.unwrap();
        assert_eq!(store.reserve_key(&tenant, "failed", "hash", NOON).await.unwrap(), Reservation::Fresh);

        store.reserve_key(&tenant, "died", "hash", NOON).await.unwrap();
        assert!(store.take_over_key(&tenant, "died", NOON, NOON + 50).await.is_err(), "too young");
        store.take_over_key(&tenant, "died", NOON + 1, NOON + 50).await.unwrap();
        assert!(store.take_over_key(&tenant, "died", NOON + 1, NOON + 50).await.is_err(), "taken over");
    }

    async fn sweeping_forgets_what_expired_and_nothing_else(store: Store) {
        let tenant = found(&store).await;
        let state = |id: &str, expires_at| WebauthnStateRow {
            id: id.into(), member: None, kind: "x".into(), state: "{}".into(), expires_at,
        };
        store.reserve_key(&tenant, "old", "hash", NOON).await.unwrap();
        store.reserve_key(&tenant, "new", "hash", NOON + 50).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.add_webauthn_state(state("w1", NOON + 10)).await.unwrap();
        tx.add_webauthn_state(state("w2", NOON + 11)).await.unwrap();
        tx.sweep(NOON + 10, NOON + 50).await.unwrap();
        assert!(tx.take_webauthn_state("w1", NOON).await.unwrap().is_none());
        assert!(tx.take_webauthn_state("w2", NOON).await.unwrap().is_some());
        tx.commit().await.unwrap();
        assert_eq!(store.reserve_key(&tenant, "old", "hash", NOON).await.unwrap(), Reservation::Fresh);
        assert!(matches!(store.reserve_key(&tenant, "new", "hash", NOON).await.unwrap(), Reservation::Known(_)));
    }

    async fn objects_and_settings_are_kept(store: Store) {
        let object = ObjectRow {
            key: "marks/lake.svg".into(),
            media_type: "image/svg+xml".into(),
            bytes_len: 12,
            sha256: "00".into(),
            created_at: NOON,
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_object(object.clone()).await.unwrap();
        tx.add_object(object.clone()).await.unwrap();
        tx.set_setting("mode", "local").await.unwrap();
        tx.set_setting("mode", "public").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.read().object("marks/lake.svg").await.unwrap(), Some(object));
        assert_eq!(store.read().objects().await.unwrap().len(), 1);
        assert_eq!(store.read().setting("mode").await.unwrap().as_deref(), Some("public"));
        assert_eq!(store.read().setting("none").await.unwrap(), None);
    }

    async fn settings_are_found_by_many_names_at_once(store: Store) {
        let names: Vec<String> = (0..1_200).map(|n| format!("asked.{n:04}")).collect();
        let mut tx = store.begin().await.unwrap();
        for name in [&names[0], &names[600], &names[1_199]] {
            tx.set_setting(name, name).await.unwrap();
        }
        tx.set_setting("asked", "of nobody").await.unwrap();
        tx.commit().await.unwrap();
        let found = store.read().settings_named(&names).await.unwrap();
        let mut found: Vec<String> = found.into_iter().map(|row| row.key + "=" + &row.value).collect();
        found.sort();
        let expect = ["0000", "0600", "1199"].map(|n| format!("asked.{n}=asked.{n}"));
        assert_eq!(found, expect);
        assert!(store.read().settings_named(&[]).await.unwrap().is_empty());
    }
}
