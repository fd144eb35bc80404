//! Asking and changing: [`Reader`] and [`Tx`]. Their methods stand in the files of their areas.

use std::{ops::Deref, sync::Arc};

use sea_orm::DbErr;

use crate::{StoreError, sql::Sql};

/// Answers questions, outside any transaction or inside one.
pub struct Reader {
    pub(crate) sql: Arc<Sql>,
}

/// One unit of work on SQLite or PostgreSQL. Dropped without [`commit()`](Tx::commit), it leaves no trace.
///
/// It answers every question a [`Reader`] answers. Do not open a second one, or write past it, while holding one:
/// SQLite has a single writer, and that is you.
pub struct Tx {
    reader: Reader,
}

impl Tx {
    pub(crate) fn new(sql: Sql) -> Self {
        Self {
            reader: Reader { sql: Arc::new(sql) },
        }
    }

    /// Makes the unit of work durable.
    #[crate::boxed]
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.into_sql()?.commit().await?)
    }

    /// Undoes the unit of work, now rather than some time after the drop.
    #[crate::boxed]
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.into_sql()?.roll_back().await?)
    }

    /// A second way into the same unit of work, to be dropped before it ends.
    pub(crate) fn lend(&self) -> Self {
        Self {
            reader: Reader {
                sql: Arc::clone(&self.reader.sql),
            },
        }
    }

    /// Whether a statement failed only because another unit of work was in the way.
    pub(crate) fn contended(&self) -> bool {
        self.reader.sql.contended()
    }

    fn into_sql(self) -> Result<Sql, StoreError> {
        Arc::into_inner(self.reader.sql).ok_or_else(|| {
            StoreError::Database(DbErr::Custom("a Tx was kept past its unit of work".into()))
        })
    }
}

impl Deref for Tx {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

/// Turns "the guarded statement changed no row" into a conflict.
pub(crate) fn hit(table: &'static str, rows: u64) -> Result<(), StoreError> {
    match rows {
        0 => Err(StoreError::Conflict { table }),
        _ => Ok(()),
    }
}
