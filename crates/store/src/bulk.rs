//! Inserting many rows with few statements.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryTrait};

use crate::{StoreError, sql::Sql};

/// Inserts rows in chunks that stay under what either database can bind in one statement.
pub(crate) async fn insert_all<E, M>(
    sql: &Sql,
    rows: impl IntoIterator<Item = M>,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
{
    let per_chunk = (MAX_BINDS / E::Column::iter().count()).min(MAX_ROWS);
    let mut rows = rows.into_iter();
    loop {
        let chunk: Vec<E::ActiveModel> = rows
            .by_ref()
            .take(per_chunk)
            .map(IntoActiveModel::into_active_model)
            .collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let statement = E::insert_many(chunk).into_query();
        sql.execute(&statement).await?;
    }
}

/// Inserts one row.
pub(crate) async fn insert<E, M>(sql: &Sql, row: M) -> Result<(), StoreError>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
{
    insert_all::<E, M>(sql, [row]).await
}

/// SQLite binds at most 32,766 values, PostgreSQL 65,535.
const MAX_BINDS: usize = 32_766;

/// Past this, longer statements gain nothing and take memory: of all that is inserted, these rows stand there several times on
/// their way into the database, and SQLite keeps the program of each statement.
const MAX_ROWS: usize = 100;
