//! How SQLite would go about a statement, for tests: a statement that reads a whole table is as right as any other, and slow only
//! where nobody tests it.

use sea_orm::{ConnectionTrait, Database, DbBackend, QueryResult, QueryTrait, Statement};

use crate::{Store, StoreError};

/// The steps of a statement on a new database, in SQLite's words (<https://www.sqlite.org/eqp.html>).
pub(crate) async fn steps(statement: impl QueryTrait) -> Result<Vec<String>, StoreError> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("plan.db");
    let url = format!("sqlite:{}?mode=rwc", path.display());
    Store::connect(&url).await?.migrate().await?;
    let raw = Database::connect(&url).await?;
    let Statement { sql, values, .. } = statement.build(DbBackend::Sqlite);
    let explained = Statement {
        sql: format!("EXPLAIN QUERY PLAN {sql}"),
        values,
        db_backend: DbBackend::Sqlite,
    };
    let steps = raw.query_all_raw(explained).await?;
    let step = |row: &QueryResult| row.try_get("", "detail");
    Ok(steps.iter().map(step).collect::<Result<_, _>>()?)
}

/// A thousand ids: as many as one statement names.
pub(crate) fn ids() -> Vec<String> {
    (0..1_000).map(|number| format!("id{number}")).collect()
}
