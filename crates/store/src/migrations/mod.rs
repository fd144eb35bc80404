//! The schema's history: numbered files, applied in order, forward only.
//!
//! A file that was released is never edited. Expand first (add), contract in a later release (drop).
//! The statements are built, not written, so that both databases get the same tables.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    sea_query::{
        Alias, ColumnDef, DeleteStatement, Expr, ExprTrait, ForeignKey, ForeignKeyCreateStatement,
        Func, Index, IndexCreateStatement, IndexDropStatement, InsertStatement, Query, Table,
        TableAlterStatement, TableCreateStatement, UpdateStatement,
    },
};

use crate::connection::Schema;

#[path = "0001_institutions.rs"]
mod m0001_institutions;
#[path = "0002_issuing.rs"]
mod m0002_issuing;
#[path = "0003_holding.rs"]
mod m0003_holding;
#[path = "0004_operations.rs"]
mod m0004_operations;
#[path = "0005_reminders.rs"]
mod m0005_reminders;
#[path = "0006_lint.rs"]
mod m0006_lint;
#[path = "0007_log.rs"]
mod m0007_log;
#[path = "0008_fewer_indexes.rs"]
mod m0008_fewer_indexes;
#[path = "0009_bulk_changes.rs"]
mod m0009_bulk_changes;
#[path = "0010_audit_root.rs"]
mod m0010_audit_root;
#[path = "0011_crosswalk.rs"]
mod m0011_crosswalk;
#[path = "0012_signing_keys.rs"]
mod m0012_signing_keys;
#[path = "0013_batches_of_changes.rs"]
mod m0013_batches_of_changes;
#[path = "0014_status_root.rs"]
mod m0014_status_root;
#[path = "0015_mapping_memory.rs"]
mod m0015_mapping_memory;
#[path = "0016_applications.rs"]
mod m0016_applications;
#[path = "0017_governing.rs"]
mod m0017_governing;
#[path = "0018_log_witnessed.rs"]
mod m0018_log_witnessed;
#[path = "0019_public_versions.rs"]
mod m0019_public_versions;
#[path = "0020_past_stewardship.rs"]
mod m0020_past_stewardship;
#[path = "0021_publication_keys.rs"]
mod m0021_publication_keys;
#[path = "0022_log_anchor.rs"]
mod m0022_log_anchor;
#[path = "0023_hiring_at_scale.rs"]
mod m0023_hiring_at_scale;
#[path = "0024_recognition.rs"]
mod m0024_recognition;
#[path = "0025_log_cosigners.rs"]
mod m0025_log_cosigners;
#[path = "0026_competency.rs"]
mod m0026_competency;
#[path = "0027_sign_up.rs"]
mod m0027_sign_up;
#[path = "0028_anchor_answers.rs"]
mod m0028_anchor_answers;
#[path = "0031_needed_documents.rs"]
mod m0031_needed_documents;
#[path = "0032_endorsements.rs"]
mod m0032_endorsements;
#[path = "0033_did_version.rs"]
mod m0033_did_version;
#[path = "0034_learner_did.rs"]
mod m0034_learner_did;
#[path = "0035_former_did.rs"]
mod m0035_former_did;
#[path = "0036_staff.rs"]
mod m0036_staff;
#[path = "0037_api_key_maker.rs"]
mod m0037_api_key_maker;
#[path = "0038_stated_until.rs"]
mod m0038_stated_until;
#[path = "0039_refused_mail.rs"]
mod m0039_refused_mail;
#[path = "0040_role_name.rs"]
mod m0040_role_name;

/// Every migration, oldest first. A new one is a new line at the end.
const MIGRATIONS: &[Migration] = &[
    ("institutions", m0001_institutions::steps),
    ("issuing", m0002_issuing::steps),
    ("holding", m0003_holding::steps),
    ("operations", m0004_operations::steps),
    ("reminders", m0005_reminders::steps),
    ("lint", m0006_lint::steps),
    ("log", m0007_log::steps),
    ("fewer_indexes", m0008_fewer_indexes::steps),
    ("bulk_changes", m0009_bulk_changes::steps),
    ("audit_root", m0010_audit_root::steps),
    ("crosswalk", m0011_crosswalk::steps),
    ("signing_keys", m0012_signing_keys::steps),
    ("batches_of_changes", m0013_batches_of_changes::steps),
    ("status_root", m0014_status_root::steps),
    ("mapping_memory", m0015_mapping_memory::steps),
    ("applications", m0016_applications::steps),
    ("governing", m0017_governing::steps),
    ("log_witnessed", m0018_log_witnessed::steps),
    ("public_versions", m0019_public_versions::steps),
    ("past_stewardship", m0020_past_stewardship::steps),
    ("publication_keys", m0021_publication_keys::steps),
    ("log_anchor", m0022_log_anchor::steps),
    ("recognition", m0024_recognition::steps),
    ("log_cosigners", m0025_log_cosigners::steps),
    ("hiring_at_scale", m0023_hiring_at_scale::steps),
    ("anchor_answers", m0028_anchor_answers::steps),
    ("competency", m0026_competency::steps),
    ("sign_up", m0027_sign_up::steps),
    ("needed_documents", m0031_needed_documents::steps),
    ("former_did", m0035_former_did::steps),
    ("learner_did", m0034_learner_did::steps),
    ("did_version", m0033_did_version::steps),
    ("endorsements", m0032_endorsements::steps),
    ("staff", m0036_staff::steps),
    ("api_key_maker", m0037_api_key_maker::steps),
    ("stated_until", m0038_stated_until::steps),
    ("refused_mail", m0039_refused_mail::steps),
    ("role_name", m0040_role_name::steps),
];

type Migration = (&'static str, fn() -> Vec<Step>);

/// One statement of a migration.
enum Step {
    Table(Box<TableCreateStatement>),
    Index(Box<IndexCreateStatement>),
    /// A column that older programs neither read nor have to fill.
    Column(Box<TableAlterStatement>),
    Insert(Box<InsertStatement>),
    /// Fills a column in rows that are stored already.
    Update(Box<UpdateStatement>),
    /// Rows that an insert before it wrote anew.
    Delete(Box<DeleteStatement>),
    /// An index may go at once: programs that know it miss nothing but time.
    DropIndex(Box<IndexDropStatement>),
}

/// Applies what is missing. All of it commits together, and only one process at a time does it.
pub(crate) async fn apply(sql: &DatabaseTransaction) -> Result<(), DbErr> {
    if sql.get_database_backend() == DbBackend::Postgres {
        // SQLite's BEGIN IMMEDIATE already keeps others out.
        sql.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
    }
    let mut history = table("migration");
    history
        .if_not_exists()
        .col(int("number").primary_key().take())
        .col(text("name"));
    sql.execute(&history).await?;
    for (number, (name, steps)) in (1_i64..).zip(MIGRATIONS) {
        if number <= last_applied(sql).await? {
            continue;
        }
        for step in steps() {
            match step {
                Step::Table(table) => sql.execute(table.as_ref()).await?,
                Step::Index(index) => sql.execute(index.as_ref()).await?,
                Step::Column(table) => sql.execute(table.as_ref()).await?,
                Step::Insert(rows) => sql.execute(rows.as_ref()).await?,
                Step::Update(rows) => sql.execute(rows.as_ref()).await?,
                Step::Delete(rows) => sql.execute(rows.as_ref()).await?,
                Step::DropIndex(index) => sql.execute(index.as_ref()).await?,
            };
        }
        let mut applied = Query::insert();
        applied
            .into_table("migration")
            .columns(["number", "name"])
            .values_panic([number.into(), (*name).into()]);
        sql.execute(&applied).await?;
    }
    Ok(())
}

/// How far the schema has come, beside these.
pub(crate) async fn schema(sql: &DatabaseConnection) -> Result<Schema, DbErr> {
    let mut history = Query::select();
    match sql.get_database_backend() {
        DbBackend::Postgres => history
            .expr(Expr::val(1))
            .from(("information_schema", "tables"))
            .and_where(Expr::col("table_schema").eq(Expr::cust("current_schema()")))
            .and_where(Expr::col("table_name").eq("migration")),
        _ => history
            .expr(Expr::val(1))
            .from("sqlite_master")
            .and_where(Expr::col("type").eq("table"))
            .and_where(Expr::col("name").eq("migration")),
    };
    if sql.query_one(&history).await?.is_none() {
        return Ok(Schema::Absent);
    }
    let applied = last_applied(sql).await?.unsigned_abs();
    Ok(match (MIGRATIONS.len() as u64).checked_sub(applied) {
        None => Schema::Newer,
        Some(0) => Schema::Current,
        Some(steps) => Schema::Older { steps },
    })
}

async fn last_applied(sql: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let mut latest = Query::select();
    latest
        .expr_as(
            Func::coalesce([Expr::col("number").max(), Expr::value(0_i64)]),
            Alias::new("latest"),
        )
        .from("migration");
    let row = sql.query_one(&latest).await?;
    row.map_or(Ok(0), |row| row.try_get("", "latest"))
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// A number that the database counts up and never gives twice.
fn counter(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .big_integer()
        .not_null()
        .auto_increment()
        .primary_key()
        .take()
}

fn maybe(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}

fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(*column);
    }
    key
}

/// A column that holds the `id` of another table's row.
fn refers(
    table: &'static str,
    column: &'static str,
    other: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(other, "id")
        .take()
}

fn index(table: &'static str, columns: &[&'static str]) -> Step {
    let name = index_name(table, columns);
    Step::Index(key(columns).name(name).table(table).take().into())
}

fn unique(table: &'static str, columns: &[&'static str]) -> Step {
    let name = unique_name(table, columns);
    Step::Index(key(columns).name(name).table(table).unique().take().into())
}

fn drop_index(table: &'static str, columns: &[&'static str]) -> Step {
    dropped(table, index_name(table, columns))
}

fn drop_unique(table: &'static str, columns: &[&'static str]) -> Step {
    dropped(table, unique_name(table, columns))
}

fn dropped(table: &'static str, name: String) -> Step {
    let mut drop = Index::drop();
    drop.name(name).table(table);
    Step::DropIndex(drop.into())
}

fn index_name(table: &str, columns: &[&str]) -> String {
    format!("{table}_by_{}", columns.join("_"))
}

fn unique_name(table: &str, columns: &[&str]) -> String {
    format!("{table}_unique_{}", columns.join("_"))
}

/// Any number that nothing else locks.
const MIGRATION_LOCK: i64 = 7_465_001;
