//! A consistent copy of a SQLite database, made while it is in use.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{Store, StoreError};

impl Store {
    /// Copies the whole database into a new file at `path`, as it stands between two units of work, and answers `true`.
    ///
    /// PostgreSQL has its own tools for this: there nothing is done, and the answer is `false`.
    #[crate::boxed]
    pub async fn copy_into(&self, path: &str) -> Result<bool, StoreError> {
        let sql = self.at_once();
        if sql.get_database_backend() != DbBackend::Sqlite {
            return Ok(false);
        }
        let copy =
            Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        sql.execute_raw(copy).await?;
        Ok(true)
    }
}
