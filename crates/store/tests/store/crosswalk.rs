//! Mapping sets and frameworks, and who sees them.

use touchstone_store::{
    FrameworkRow, FrameworkStatementRow, MappingFilter, MappingPartyRow, MappingReleaseRow,
    MappingRow, MappingSetRow, MappingState, MappingVoteRow, RoleRow, Store, StoreError, TenantId,
};

use crate::{
    on_both,
    rows::{NOON, found, institution},
};

pub(crate) fn set(tenant: &TenantId, id: &str) -> MappingSetRow {
    MappingSetRow {
        id: id.into(),
        tenant: tenant.clone(),
        slug: format!("{id}-slug"),
        title: format!("Set {id}"),
        license: "https://a.example/licence".into(),
        head: String::new(),
        prefixes: "{}".into(),
        review_days: 365,
        created_at: NOON,
        created_by: "registrar".into(),
    }
}

pub(crate) fn mapping(tenant: &TenantId, set: &str, id: &str, state: MappingState) -> MappingRow {
    MappingRow {
        id: id.into(),
        mapping_set: set.into(),
        organization: tenant.clone(),
        document: "#".into(),
        subject: "https://a.example/1".into(),
        subject_label: "One".into(),
        object: format!("https://b.example/{id}"),
        object_label: String::new(),
        predicate: "http://www.w3.org/2004/02/skos/core#exactMatch".into(),
        negated: 0,
        state,
        round: 1,
        proposed_by: "registrar".into(),
        proposed_at: NOON,
        decided_at: None,
        review_due: (state == MappingState::Agreed).then_some(NOON),
        stated: None,
    }
}

fn vote(tenant: &TenantId, mapping: &str, hundredths: i64) -> MappingVoteRow {
    MappingVoteRow {
        mapping: mapping.into(),
        round: 1,
        tenant: tenant.clone(),
        actor: "registrar".into(),
        member: 1,
        hundredths,
        comment: String::new(),
        cast_at: NOON,
    }
}

fn release(set: &str, number: i64) -> MappingReleaseRow {
    MappingReleaseRow {
        mapping_set: set.into(),
        number,
        file: b"#\n".to_vec(),
        sha256: "00".into(),
        statement: b"{}".to_vec(),
        mappings: 1,
        released_at: NOON + number,
        released_by: "registrar".into(),
        valid_until: NOON,
    }
}

/// Two institutions, a set of the first with two mappings.
async fn with_set(store: &Store) -> (TenantId, TenantId) {
    let tenant = found(store).await;
    let mut tx = store.begin().await.unwrap();
    let other = institution("hill");
    tx.add_institution(other.clone()).await.unwrap();
    tx.add_mapping_set(set(&tenant, "s1")).await.unwrap();
    let rows = vec![
        mapping(&tenant, "s1", "m1", MappingState::Proposed),
        mapping(&tenant, "s1", "m2", MappingState::Agreed),
    ];
    tx.add_mappings(rows).await.unwrap();
    tx.add_mapping_release(release("s1", 1)).await.unwrap();
    tx.commit().await.unwrap();
    (tenant, other.id)
}

on_both! {
    async fn a_set_is_not_there_for_who_was_never_asked(store: Store) {
        let (tenant, other) = with_set(&store).await;
        let read = store.read();
        let all = MappingFilter::default();
        assert_eq!(read.mapping_sets(&tenant).await.unwrap().len(), 1);
        assert_eq!(read.mappings(&tenant, "s1", &all, "", 10).await.unwrap().len(), 2);
        assert_eq!(read.mappings_counted(&tenant, "s1", &all).await.unwrap(), 2);
        assert!(read.mapping_sets(&other).await.unwrap().is_empty());
        assert!(read.mapping_set(&other, "s1").await.unwrap().is_none());
        assert!(read.mapping_parties(&other, "s1").await.unwrap().is_empty());
        assert!(read.mappings(&other, "s1", &all, "", 10).await.unwrap().is_empty());
        assert!(read.mapping(&other, "s1", "m1").await.unwrap().is_none());
        assert!(read.mapping_votes(&other, "s1", "m1").await.unwrap().is_empty());
        assert!(read.mapping_counts(&other, "s1").await.unwrap().is_empty());
        assert_eq!(read.mappings_counted(&other, "s1", &all).await.unwrap(), 0);
        let about = ["https://b.example/m1".to_owned()];
        assert!(read.mappings_about(&other, "s1", &about).await.unwrap().is_empty());
        assert!(read.mapping_releases(&other, "s1").await.unwrap().is_empty());
        assert!(read.mapping_release(&other, "s1", 1).await.unwrap().is_none());
        assert!(read.released_mapping_sets(&other, NOON + 9).await.unwrap().is_empty());
        let asked = MappingPartyRow {
            mapping_set: "s1".into(),
            tenant: other.clone(),
            invited_at: NOON,
            joined_at: None,
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_mapping_party(asked).await.unwrap();
        assert_eq!(tx.mapping_sets(&other).await.unwrap().len(), 1, "asked, it may look");
        assert!(tx.joined_mapping_sets(&other).await.unwrap().is_empty());
        assert!(tx.released_mapping_sets(&other, NOON + 9).await.unwrap().is_empty(), "and reads through nothing");
        tx.join_mapping_set(&other, "s1", NOON).await.unwrap();
        let again = tx.join_mapping_set(&other, "s1", NOON).await;
        assert!(matches!(again, Err(StoreError::Conflict { table: "mapping_party" })));
        tx.commit().await.unwrap();
        assert_eq!(read.mappings(&other, "s1", &all, "", 10).await.unwrap().len(), 2);
        assert_eq!(read.released_mapping_sets(&other, NOON + 9).await.unwrap().len(), 1);
        assert!(read.released_mapping_sets(&other, NOON).await.unwrap().is_empty(), "not yet");
    }

    async fn an_organization_has_one_vote_in_a_round(store: Store) {
        let (tenant, _) = with_set(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.cast_mapping_vote(vote(&tenant, "m1", 100)).await.unwrap();
        tx.cast_mapping_vote(vote(&tenant, "m1", -50)).await.unwrap();
        tx.commit().await.unwrap();
        let votes = store.read().mapping_votes(&tenant, "s1", "m1").await.unwrap();
        assert_eq!(votes.iter().map(|vote| vote.hundredths).collect::<Vec<_>>(), [-50]);
        let asked = ["m1", "m2", "m9"].map(str::to_owned);
        let votes = store.read().votes_on_mappings(&tenant, "s1", &asked).await.unwrap();
        assert_eq!(votes.iter().map(|vote| (&*vote.mapping, vote.hundredths)).collect::<Vec<_>>(), [("m1", -50)]);
        assert!(store.read().votes_on_mappings(&tenant, "s9", &asked).await.unwrap().is_empty());
        let mut row = store.read().mapping(&tenant, "s1", "m1").await.unwrap().unwrap();
        row.round = 2;
        let mut tx = store.begin().await.unwrap();
        tx.settle_mapping(&row, 1).await.unwrap();
        let late = tx.settle_mapping(&row, 1).await;
        assert!(matches!(late, Err(StoreError::Conflict { table: "mapping" })), "{late:?}");
    }

    async fn mappings_are_found_by_state_thing_and_end(store: Store) {
        let (tenant, _) = with_set(&store).await;
        let ids = async |filter: MappingFilter| {
            let found = store.read().mappings(&tenant, "s1", &filter, "", 10).await.unwrap();
            found.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let state = Some(MappingState::Proposed);
        assert_eq!(ids(MappingFilter { state, ..MappingFilter::default() }).await, ["m1"]);
        let about = Some("https://b.example/m2".to_owned());
        assert_eq!(ids(MappingFilter { about, ..MappingFilter::default() }).await, ["m2"]);
        let about = ["https://b.example/m2", "https://b.example/m1", "https://b.example/m9"].map(str::to_owned);
        let found = store.read().mappings_about(&tenant, "s1", &about).await.unwrap();
        let found: Vec<_> = found.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(found, ["m1", "m2"], "each once");
        let due = |due_by| MappingFilter { due_by: Some(due_by), ..MappingFilter::default() };
        assert_eq!(ids(due(NOON)).await, ["m2"]);
        assert!(ids(due(NOON - 1)).await.is_empty());
        let mut taken_over = store.read().mapping(&tenant, "s1", "m1").await.unwrap().unwrap();
        (taken_over.state, taken_over.review_due) = (MappingState::Stated, Some(NOON));
        let mut tx = store.begin().await.unwrap();
        tx.settle_mapping(&taken_over, 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(due(NOON)).await, ["m1", "m2"], "what was taken over from a release ends with it");
        let counts = store.read().mapping_counts(&tenant, "s1").await.unwrap();
        assert_eq!(counts.iter().map(|count| count.count).sum::<i64>(), 2);
    }

    async fn a_version_is_released_once(store: Store) {
        let (_tenant, _) = with_set(&store).await;
        let mut tx = store.begin().await.unwrap();
        let second = tx.add_mapping_release(release("s1", 1)).await;
        assert!(matches!(second, Err(StoreError::Conflict { table: "mapping_release" })));
    }

    async fn frameworks_and_roles_belong_to_their_institution(store: Store) {
        let (tenant, other) = with_set(&store).await;
        let framework = FrameworkRow {
            id: "f1".into(),
            tenant: tenant.clone(),
            uri: "https://f.example".into(),
            title: "F".into(),
            version: "1".into(),
            about: "{}".into(),
            form: "csv".into(),
            statements: 1,
            sha256: "00".into(),
            taken_at: NOON,
            taken_by: "registrar".into(),
        };
        let statement = FrameworkStatementRow {
            framework: "f1".into(),
            position: 0,
            uri: "https://f.example/1".into(),
            kind: "task".into(),
            label: "Turn".into(),
            more: "{}".into(),
        };
        let role = RoleRow {
            id: "r1".into(),
            tenant: tenant.clone(),
            title: "Turner".into(),
            tasks: "[]".into(),
            public: "open".into(),
            created_at: NOON,
            created_by: "registrar".into(),
            changed_at: NOON,
            name: Some("open".into()),
        };
        let mut tx = store.begin().await.unwrap();
        tx.add_framework(framework.clone(), vec![statement]).await.unwrap();
        tx.add_role(role.clone()).await.unwrap();
        tx.commit().await.unwrap();
        let read = store.read();
        assert_eq!(read.framework_statements(&tenant, "f1").await.unwrap().len(), 1);
        assert!(read.framework_statements(&other, "f1").await.unwrap().is_empty());
        assert!(read.framework(&other, "f1").await.unwrap().is_none());
        assert!(read.role(&other, "r1").await.unwrap().is_none());
        assert_eq!(read.public_role("open").await.unwrap(), Some(role.clone()));
        assert_eq!(read.public_role("").await.unwrap(), None);
        // Its name is kept while nobody outside may read it, and leads nowhere meanwhile.
        let closed = RoleRow { public: String::new(), ..role.clone() };
        let mut tx = store.begin().await.unwrap();
        tx.rewrite_role(closed.clone()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read.public_role("open").await.unwrap(), None);
        assert_eq!(read.role(&tenant, "r1").await.unwrap(), Some(closed));
        let mut tx = store.begin().await.unwrap();
        let foreign = tx.rewrite_role(RoleRow { tenant: other.clone(), ..role.clone() }).await;
        assert!(matches!(foreign, Err(StoreError::Conflict { table: "role" })));
        let gone = tx.remove_framework(&other, "f1").await;
        assert!(matches!(gone, Err(StoreError::Conflict { table: "framework" })));
        let twice = tx.add_framework(FrameworkRow { id: "f2".into(), ..framework }, vec![]).await;
        assert!(matches!(twice, Err(StoreError::Conflict { table: "framework" })), "{twice:?}");
    }
}
