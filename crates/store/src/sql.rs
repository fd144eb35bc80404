//! The way to the database: straight, or through an open transaction.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement,
};

use crate::error::is_contention;

/// Runs statements, and remembers whether one of them failed only because somebody was in the way.
pub(crate) struct Sql {
    through: Through,
    contended: AtomicBool,
}

enum Through {
    Pool(DatabaseConnection),
    Transaction(DatabaseTransaction),
}

impl Sql {
    pub(crate) fn pool(pool: DatabaseConnection) -> Self {
        Self::new(Through::Pool(pool))
    }

    pub(crate) fn transaction(transaction: DatabaseTransaction) -> Self {
        Self::new(Through::Transaction(transaction))
    }

    fn new(through: Through) -> Self {
        Self {
            through,
            contended: AtomicBool::new(false),
        }
    }

    pub(crate) fn contended(&self) -> bool {
        self.contended.load(Ordering::Relaxed)
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        match self.through {
            Through::Pool(_) => Ok(()), // Each statement committed by itself.
            Through::Transaction(transaction) => transaction.commit().await,
        }
    }

    pub(crate) async fn roll_back(self) -> Result<(), DbErr> {
        match self.through {
            Through::Pool(_) => Ok(()),
            Through::Transaction(transaction) => transaction.rollback().await,
        }
    }

    fn note<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if result.as_ref().is_err_and(is_contention) {
            self.contended.store(true, Ordering::Relaxed);
        }
        result
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Sql {
    fn get_database_backend(&self) -> DbBackend {
        match &self.through {
            Through::Pool(sql) => sql.get_database_backend(),
            Through::Transaction(sql) => sql.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.note(match &self.through {
            Through::Pool(sql) => sql.execute_raw(statement).await,
            Through::Transaction(sql) => sql.execute_raw(statement).await,
        })
    }

    async fn execute_unprepared(&self, statement: &str) -> Result<ExecResult, DbErr> {
        self.note(match &self.through {
            Through::Pool(sql) => sql.execute_unprepared(statement).await,
            Through::Transaction(sql) => sql.execute_unprepared(statement).await,
        })
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(match &self.through {
            Through::Pool(sql) => sql.query_one_raw(statement).await,
            Through::Transaction(sql) => sql.query_one_raw(statement).await,
        })
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(match &self.through {
            Through::Pool(sql) => sql.query_all_raw(statement).await,
            Through::Transaction(sql) => sql.query_all_raw(statement).await,
        })
    }
}
