//! Making the tables.

use sea_orm::ConnectionTrait as _;
use touchstone_store::BatchState;

use crate::{
    crosswalk::{mapping, set},
    database::TestDatabase,
    hiring::hiring,
    on_both,
    rows::{NOON, batch, found, institution, migrated},
};
use touchstone_store::{
    ApiKeyRow, AuditLine, MappingRow, MappingState, RoleRow, Schema, Store, StoreError,
};

on_both! {
    async fn migrating_again_changes_nothing(store: Store) {
        let tenant = found(&store).await;
        store.migrate().await.unwrap();
        assert!(store.read().institution(&tenant).await.unwrap().is_some());
    }

    async fn a_slug_taken_is_a_conflict_that_names_the_table(store: Store) {
        found(&store).await;
        let mut tx = store.begin().await.unwrap();
        let second = tx.add_institution(institution("lake")).await;
        assert!(matches!(second, Err(StoreError::Conflict { table: "institution" })), "{second:?}");
    }

    async fn a_unit_of_work_dropped_without_commit_leaves_no_trace(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_institution(institution("hill")).await.unwrap();
        assert_eq!(tx.institutions().await.unwrap().len(), 2);
        drop(tx);
        assert_eq!(store.read().institutions().await.unwrap().len(), 1);
        assert!(store.read().institution(&tenant).await.unwrap().is_some());
    }

    async fn a_row_without_its_parent_is_refused(store: Store) {
        let tenant = found(&store).await;
        let mut tx = store.begin().await.unwrap();
        let orphan = tx.reserve(vec![crate::rows::intent(&tenant, "c1")].into_iter().map(|mut row| {
            row.learner = "nobody".into();
            row
        })).await;
        assert!(matches!(orphan, Err(StoreError::Database(_))), "{orphan:?}");
    }
}

async fn migrate_at_once(url: &str) {
    let (one, two) = (
        Store::connect(url).await.unwrap(),
        Store::connect(url).await.unwrap(),
    );
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    first.unwrap();
    second.unwrap();
    assert!(
        migrated(url)
            .await
            .read()
            .institutions()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn two_processes_that_migrate_at_once_make_one_schema_on_sqlite() {
    migrate_at_once(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn two_processes_that_migrate_at_once_make_one_schema_on_postgres() {
    migrate_at_once(TestDatabase::postgres().url()).await;
}

async fn spoil_a_word(url: &str) {
    let store = migrated(url).await;
    let tenant = found(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.add_batch(batch(&tenant, "b1", BatchState::Draft))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let raw = sea_orm::Database::connect(url).await.unwrap();
    raw.execute_unprepared("UPDATE batch SET state = 'lost'")
        .await
        .unwrap();
    let read = store.read().batch(&tenant, "b1").await;
    assert!(
        matches!(
            read,
            Err(StoreError::Corrupt {
                table: "batch",
                column: "state"
            })
        ),
        "{read:?}"
    );
}

#[tokio::test]
async fn an_unknown_word_in_a_row_is_told_with_table_and_column_on_sqlite() {
    spoil_a_word(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn an_unknown_word_in_a_row_is_told_with_table_and_column_on_postgres() {
    spoil_a_word(TestDatabase::postgres().url()).await;
}

async fn write_where_only_reading_is_allowed(url: &str) {
    found(&migrated(url).await).await;
    let store = Store::connect_read_only(url).await.unwrap();
    assert_eq!(store.read().institutions().await.unwrap().len(), 1);
    let refused = store
        .write(|mut tx| async move { tx.add_institution(institution("hill")).await })
        .await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
}

#[tokio::test]
async fn a_write_where_only_reading_is_allowed_says_so_on_sqlite() {
    write_where_only_reading_is_allowed(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn a_write_where_only_reading_is_allowed_says_so_on_postgres() {
    write_where_only_reading_is_allowed(TestDatabase::postgres().url()).await;
}

async fn tell_how_far_it_came(url: &str) {
    let store = Store::connect(url).await.unwrap();
    assert_eq!(store.schema().await.unwrap(), Schema::Absent);
    assert_eq!(
        store.schema().await.unwrap(),
        Schema::Absent,
        "asking makes nothing"
    );
    store.migrate().await.unwrap();
    assert_eq!(store.schema().await.unwrap(), Schema::Current);
    let raw = sea_orm::Database::connect(url).await.unwrap();
    raw.execute_unprepared("DELETE FROM migration WHERE number > 30")
        .await
        .unwrap();
    let older = store.schema().await.unwrap();
    assert!(matches!(older, Schema::Older { steps: 3.. }), "{older:?}");
    raw.execute_unprepared(
        "INSERT INTO migration (number, name) VALUES (9999, 'of a later program')",
    )
    .await
    .unwrap();
    assert_eq!(store.schema().await.unwrap(), Schema::Newer);
}

#[tokio::test]
async fn how_far_the_schema_came_is_told_on_sqlite() {
    tell_how_far_it_came(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn how_far_the_schema_came_is_told_on_postgres() {
    tell_how_far_it_came(TestDatabase::postgres().url()).await;
}

async fn count_what_came_before_anybody_counted(url: &str) {
    let store = migrated(url).await;
    let (tenant, _) = hiring(&store).await;
    let raw = sea_orm::Database::connect(url).await.unwrap();
    // What came after that migration has to be taken away here too.
    let back = "UPDATE application SET bytes = NULL WHERE id = 'a1'; DROP TABLE needed_document; \
        DROP TABLE did_version; DROP TABLE former_did; DROP INDEX learner_by_tenant_did; ALTER TABLE learner DROP COLUMN did; \
        DROP TABLE endorsement; DROP TABLE endorsement_request; DROP TABLE endorsement_refusal; \
        DROP TABLE staff_page; ALTER TABLE posting DROP COLUMN staff; ALTER TABLE api_key DROP COLUMN made_by; \
        ALTER TABLE role DROP COLUMN name; \
        DELETE FROM migration WHERE name IN ('needed_documents', 'former_did', 'learner_did', 'did_version', 'endorsements', 'staff', 'api_key_maker', 'stated_until', 'refused_mail', 'role_name')";
    for statement in back.split(';') {
        raw.execute_unprepared(statement).await.unwrap();
    }
    let bytes = async || {
        store
            .read()
            .applications_bytes(&tenant, "p1")
            .await
            .unwrap()
    };
    assert_eq!(bytes().await, 4);
    store.migrate().await.unwrap();
    // Two credentials of two bytes each.
    assert_eq!(bytes().await, 8);
}

#[tokio::test]
async fn applications_of_before_they_were_counted_count_on_sqlite() {
    count_what_came_before_anybody_counted(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn applications_of_before_they_were_counted_count_on_postgres() {
    count_what_came_before_anybody_counted(TestDatabase::postgres().url()).await;
}

async fn learn_who_made_keys_of_before(url: &str) {
    let store = migrated(url).await;
    let tenant = found(&store).await;
    let mut tx = store.begin().await.unwrap();
    for prefix in ["aa", "bb"] {
        let key = ApiKeyRow {
            id: format!("key-{prefix}"),
            tenant: tenant.clone(),
            prefix: prefix.into(),
            secret_hash: "hash".into(),
            name: "LMS".into(),
            scopes: "[]".into(),
            created_at: NOON,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            made_by: None,
        };
        tx.add_api_key(key).await.unwrap();
    }
    let line = |action: &str, subject: &str, actor: &str| AuditLine {
        tenant: tenant.clone(),
        at: NOON,
        actor: actor.into(),
        action: action.into(),
        subject: subject.into(),
        detail: "{}".into(),
    };
    // The line of another thing that is called the same says nothing of the key.
    tx.audit([
        line("api-key.make", "aa", "m1"),
        line("achievement.define", "bb", "m2"),
    ])
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let raw = sea_orm::Database::connect(url).await.unwrap();
    for statement in [
        "ALTER TABLE api_key DROP COLUMN made_by",
        "ALTER TABLE endorsement_request DROP COLUMN refused_at",
        "ALTER TABLE role DROP COLUMN name",
        "DELETE FROM migration WHERE name IN ('api_key_maker', 'stated_until', 'refused_mail', 'role_name')",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
    store.migrate().await.unwrap();
    for (prefix, maker) in [("aa", Some("m1")), ("bb", None)] {
        let key = store.read().api_key_by_prefix(prefix).await.unwrap();
        assert_eq!(key.unwrap().made_by.as_deref(), maker, "{prefix}");
    }
}

#[tokio::test]
async fn who_made_keys_of_before_is_learned_from_the_record_on_sqlite() {
    learn_who_made_keys_of_before(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn who_made_keys_of_before_is_learned_from_the_record_on_postgres() {
    learn_who_made_keys_of_before(TestDatabase::postgres().url()).await;
}

async fn learn_until_when_what_was_taken_over_is_good(url: &str) {
    let store = migrated(url).await;
    let tenant = found(&store).await;
    let row = |id: &str, state: MappingState, stated: i64| MappingRow {
        stated: Some(stated),
        ..mapping(&tenant, "s1", id, state)
    };
    let rows = vec![
        row("before ends were kept", MappingState::Stated, 2),
        row("from a release", MappingState::Stated, NOON),
        row("from a file", MappingState::Stated, 1),
        row("refused", MappingState::Refused, 2),
    ];
    let mut tx = store.begin().await.unwrap();
    tx.add_mapping_set(set(&tenant, "s1")).await.unwrap();
    tx.add_mappings(rows).await.unwrap();
    tx.commit().await.unwrap();
    let raw = sea_orm::Database::connect(url).await.unwrap();
    for statement in [
        "ALTER TABLE endorsement_request DROP COLUMN refused_at",
        "ALTER TABLE role DROP COLUMN name",
        "DELETE FROM migration WHERE name IN ('stated_until', 'refused_mail', 'role_name')",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
    store.migrate().await.unwrap();
    for (id, due) in [
        ("before ends were kept", Some(2)),
        ("from a release", Some(NOON)),
        ("from a file", None),
        ("refused", None),
    ] {
        let row = store.read().mapping(&tenant, "s1", id).await.unwrap();
        assert_eq!(row.unwrap().review_due, due, "{id}");
    }
}

#[tokio::test]
async fn what_was_taken_over_before_ends_were_kept_is_out_of_date_on_sqlite() {
    learn_until_when_what_was_taken_over_is_good(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn what_was_taken_over_before_ends_were_kept_is_out_of_date_on_postgres() {
    learn_until_when_what_was_taken_over_is_good(TestDatabase::postgres().url()).await;
}

async fn learn_the_names_of_open_roles(url: &str) {
    let store = migrated(url).await;
    let tenant = found(&store).await;
    let role = |id: &str, public: &str| RoleRow {
        id: id.into(),
        tenant: tenant.clone(),
        title: "Turner".into(),
        tasks: "[]".into(),
        public: public.into(),
        created_at: NOON,
        created_by: "registrar".into(),
        changed_at: NOON,
        name: None,
    };
    let mut tx = store.begin().await.unwrap();
    tx.add_role(role("r1", "open")).await.unwrap();
    tx.add_role(role("r2", "")).await.unwrap();
    tx.commit().await.unwrap();
    let raw = sea_orm::Database::connect(url).await.unwrap();
    for statement in [
        "ALTER TABLE role DROP COLUMN name",
        "DELETE FROM migration WHERE name = 'role_name'",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
    store.migrate().await.unwrap();
    for (id, name) in [("r1", Some("open")), ("r2", None)] {
        let row = store.read().role(&tenant, id).await.unwrap();
        assert_eq!(row.unwrap().name.as_deref(), name, "{id}");
    }
}

#[tokio::test]
async fn roles_that_were_open_before_names_were_kept_keep_theirs_on_sqlite() {
    learn_the_names_of_open_roles(TestDatabase::sqlite().url()).await;
}

#[tokio::test]
async fn roles_that_were_open_before_names_were_kept_keep_theirs_on_postgres() {
    learn_the_names_of_open_roles(TestDatabase::postgres().url()).await;
}
