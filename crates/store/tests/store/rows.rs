//! Rows for tests. Each builder gives a complete row; tests change what they are about.

use touchstone_store::{
    AchievementRow, AchievementVersionRow, BatchRow, BatchState, CredentialRow, InstitutionRow,
    IntentRow, IntentState, LearnerRow, NewJob, StatusListRow, StatusPurpose, Store, StoreError,
    TenantId,
};

/// Noon of some day.
pub(crate) const NOON: i64 = 1_800_000_000_000;

/// Opens a database and makes its tables.
pub(crate) async fn migrated(url: &str) -> Store {
    let store = Store::connect(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new("lake")
}

pub(crate) fn institution(id: &str) -> InstitutionRow {
    InstitutionRow {
        id: TenantId::new(id),
        slug: format!("{id}-slug"),
        name: format!("{id} college"),
        country: Some("CH".into()),
        legal_id: None,
        website: None,
        contact_email: None,
        mark: None,
        did: None,
        public_url: None,
        created_at: NOON,
    }
}

pub(crate) fn achievement(tenant: &TenantId, id: &str) -> AchievementRow {
    AchievementRow {
        id: id.into(),
        tenant: tenant.clone(),
        slug: format!("{id}-slug"),
        name: format!("Achievement {id}"),
        latest_version: 1,
        created_at: NOON,
        archived_at: None,
    }
}

pub(crate) fn version(achievement: &str, version: i64) -> AchievementVersionRow {
    AchievementVersionRow {
        achievement: achievement.into(),
        version,
        document: "{}".into(),
        published: b"{}".to_vec(),
        sha256: "00".into(),
        created_at: NOON,
        created_by: "registrar".into(),
        issued_under_at: None,
    }
}

pub(crate) fn learner(tenant: &TenantId, id: &str) -> LearnerRow {
    LearnerRow {
        id: id.into(),
        tenant: tenant.clone(),
        name: format!("Learner {id}"),
        email: Some(format!("{id}@example.org")),
        identifier: None,
        did: None,
        language: None,
        search: String::new(),
        created_at: NOON,
    }
}

pub(crate) fn batch(tenant: &TenantId, id: &str, state: BatchState) -> BatchRow {
    BatchRow {
        id: id.into(),
        tenant: tenant.clone(),
        achievement: "a1".into(),
        version: 1,
        name: "Spring".into(),
        state,
        source_name: None,
        source_sha256: None,
        hold_until: None,
        created_at: NOON,
        created_by: "registrar".into(),
        approved_at: None,
        approved_by: None,
        approved_sha256: None,
        sealed_at: None,
        rows_total: 0,
        rows_ready: 0,
        rows_faulty: 0,
    }
}

pub(crate) fn intent(tenant: &TenantId, id: &str) -> IntentRow {
    IntentRow {
        id: id.into(),
        tenant: tenant.clone(),
        batch: None,
        line: None,
        learner: "l1".into(),
        dedupe: Some(format!("dedupe-{id}")),
        unsigned: b"{\"unsigned\":true}".to_vec(),
        unsigned_sha256: format!("hash-{id}"),
        created: "2027-01-15T08:00:00Z".into(),
        status_list: Some("s1".into()),
        status_index: Some(7),
        suspension_list: None,
        suspension_index: None,
        log_salt: vec![1; 32],
        salts: "{}".into(),
        state: IntentState::Reserved,
        key_id: "k1".into(),
        reserved_at: NOON,
        replaces: None,
    }
}

/// The credential sealed from [`intent`] of the same id.
pub(crate) fn credential(tenant: &TenantId, id: &str) -> CredentialRow {
    CredentialRow {
        id: id.into(),
        tenant: tenant.clone(),
        intent: id.into(),
        batch: None,
        achievement: "a1".into(),
        version: 1,
        learner: "l1".into(),
        bytes: b"{\"sealed\":true}".to_vec(),
        sha256: "00".into(),
        log_salt: vec![1; 32],
        key_id: "k1".into(),
        rubric_sha256: None,
        status_list: Some("s1".into()),
        status_index: Some(7),
        suspension_list: Some("s2".into()),
        suspension_index: Some(9),
        issued_at: NOON,
        valid_until: None,
        revoked_at: None,
        revoked_by: None,
        revoke_reason: None,
        suspended_at: None,
        suspended_by: None,
        suspend_reason: None,
        replaces: None,
        replaced_by: None,
    }
}

pub(crate) fn status_list(tenant: &TenantId, id: &str, number: i64) -> StatusListRow {
    StatusListRow {
        id: id.into(),
        tenant: tenant.clone(),
        number,
        purpose: StatusPurpose::Revocation,
        length: 131_072,
        used: vec![0; 16_384],
        used_count: 0,
        version: 0,
        created_at: NOON,
        abandoned_at: None,
    }
}

pub(crate) fn job(id: &str, dedupe: Option<&str>) -> NewJob {
    NewJob {
        id: id.into(),
        kind: "publish".into(),
        payload: "{}".into(),
        dedupe: dedupe.map(Into::into),
        run_at: NOON,
        created_at: NOON,
    }
}

/// An institution, an achievement and one learner.
pub(crate) async fn found(store: &Store) -> TenantId {
    let tenant = &tenant();
    store
        .write(|mut tx| async move {
            tx.add_institution(institution("lake")).await?;
            tx.add_achievement(achievement(tenant, "a1")).await?;
            tx.add_achievement_version(tenant, "Achievement a1", version("a1", 1))
                .await?;
            tx.add_learners(vec![learner(tenant, "l1")]).await?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    tenant.clone()
}

/// Intents and credentials `c0…`, all of learner `l1`, at status positions 0….
pub(crate) async fn sealed(store: &Store, tenant: &TenantId, count: usize) -> Vec<String> {
    let ids = &(0..count)
        .map(|number| format!("c{number}"))
        .collect::<Vec<_>>();
    store
        .write(|mut tx| async move {
            tx.reserve(ids.iter().map(|id| intent(tenant, id))).await?;
            let rows = ids.iter().zip(0..).map(|(id, position)| CredentialRow {
                status_index: Some(position),
                suspension_index: Some(position),
                issued_at: NOON + position,
                ..credential(tenant, id)
            });
            tx.seal(tenant, &rows.collect::<Vec<_>>()).await?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    ids.clone()
}
