//! Opening the database, and units of work that are run again when another one was in the way.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::{Reader, StoreError, Tx, migrations, sql::Sql};

/// The database. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Store {
    /// On SQLite one connection, so that writers queue here and not in `SQLITE_BUSY`.
    writing: DatabaseConnection,
    reading: DatabaseConnection,
}

impl Store {
    /// Opens `sqlite:PATH` (made if absent) or `postgres://…`.
    #[crate::boxed]
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let writing = Database::connect(sqlite(url, 1, false)).await?;
            let reading = Database::connect(sqlite(url, SQLITE_READERS, true)).await?;
            return Ok(Self { writing, reading });
        }
        let mut options = options(url);
        options
            .max_connections(POSTGRES_CONNECTIONS)
            // Who fell asleep in the middle of a unit of work holds its rows: others could not take its job over.
            .map_sqlx_postgres_opts(|postgres| {
                postgres.options([("idle_in_transaction_session_timeout", SLEEPER_HOLDS_ROWS)])
            });
        let pool = Database::connect(options).await?;
        Ok(Self {
            writing: pool.clone(),
            reading: pool,
        })
    }

    /// Opens a database of which nothing can be changed through this `Store`, whatever is asked of it.
    #[crate::boxed]
    pub async fn connect_read_only(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let reading = Database::connect(sqlite(url, SQLITE_READERS, true)).await?;
            return Ok(Self {
                writing: reading.clone(),
                reading,
            });
        }
        let mark = if url.contains('?') { '&' } else { '?' };
        Self::connect(&format!(
            "{url}{mark}options=-c%20default_transaction_read_only%3Don"
        ))
        .await
    }

    /// Brings the schema up to date. Any number of processes may call this at once.
    #[crate::boxed]
    pub async fn migrate(&self) -> Result<(), StoreError> {
        // Not serializable: who waited for the lock must see what the one before did.
        let transaction = self
            .writing
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        migrations::apply(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// How far the schema here has come. Changes nothing.
    #[crate::boxed]
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        Ok(migrations::schema(&self.reading).await?)
    }

    /// Asks outside any transaction.
    pub fn read(&self) -> Reader {
        Reader {
            sql: Arc::new(Sql::pool(self.reading.clone())),
        }
    }

    /// Starts a unit of work: SQLite takes the write lock at once, PostgreSQL is serializable.
    ///
    /// On PostgreSQL each statement and the commit may fail with [`StoreError::Contended`];
    /// [`write()`](Self::write) deals with that.
    #[crate::boxed]
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let on_postgres = self.writing.get_database_backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: on_postgres.then_some(IsolationLevel::Serializable),
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        // A task of its own, which goes on when whoever asked has hung up: one that was begun is rolled back when nobody takes it, but
        // one that is begun in part would stay open on a connection that the next one gets.
        let writing = self.writing.clone();
        let begun = tokio::spawn(async move { writing.begin_with_options(options).await });
        let begun = begun
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        Ok(Tx::new(Sql::transaction(begun?)))
    }

    /// Runs a unit of work and commits it; runs it again, a bounded number of times, when another was in the way.
    ///
    /// `work` may run more than once: what it does outside the `Tx` must bear that. Its error rolls back.
    /// Write `|mut tx| async move { … }` over borrowed or copied values. (An async closure would read better, but
    /// its future cannot move between threads while it borrows: <https://github.com/rust-lang/rust/issues/110338>.)
    pub async fn write<T, E, F>(&self, work: impl Fn(Tx) -> F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, E>>,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(&work).await {
                Attempt::Done(result) => return result,
                Attempt::Contended(_) if attempt < MAX_ATTEMPTS => {
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                Attempt::Contended(error) => return Err(error),
            }
        }
    }

    async fn attempt<T, E, F>(&self, work: &impl Fn(Tx) -> F) -> Attempt<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, E>>,
    {
        let tx = match self.begin().await {
            Ok(tx) => tx,
            Err(error @ StoreError::Contended) => return Attempt::Contended(error.into()),
            Err(error) => return Attempt::Done(Err(error.into())),
        };
        match work(tx.lend()).await {
            Ok(value) => match tx.commit().await {
                Ok(()) => Attempt::Done(Ok(value)),
                Err(error @ StoreError::Contended) => Attempt::Contended(error.into()),
                Err(error) => Attempt::Done(Err(error.into())),
            },
            Err(error) => {
                let contended = tx.contended();
                // The first error is the one to tell; a connection too broken to roll back is dropped anyway.
                let _ = tx.roll_back().await;
                if contended {
                    Attempt::Contended(error)
                } else {
                    Attempt::Done(Err(error))
                }
            }
        }
    }

    /// Runs single statements that commit by themselves.
    pub(crate) fn at_once(&self) -> Sql {
        Sql::pool(self.writing.clone())
    }

    /// Asks the database for a sign of life.
    #[crate::boxed]
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.reading.ping().await?)
    }

    /// Closes all connections once their work is done.
    #[crate::boxed]
    pub async fn close(self) -> Result<(), StoreError> {
        self.reading.close_by_ref().await?;
        Ok(self.writing.close_by_ref().await?)
    }
}

/// How far the schema of a database has come, beside what this program knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Schema {
    /// Up to date.
    Current,
    /// Of a later program, which took steps that this one does not know: they only add.
    Newer,
    /// Of an earlier program: so many steps of the schema's history are missing, which [`Store::migrate`] takes.
    Older {
        /// At least one.
        steps: u64,
    },
    /// None: nothing was ever made there.
    Absent,
}

enum Attempt<T, E> {
    Done(Result<T, E>),
    Contended(E),
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false) // Values are personal data.
        .record_stmt_in_spans(false)
        .acquire_timeout(ACQUIRE_TIMEOUT);
    options
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = options(url);
    options
        .max_connections(connections)
        .test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |sqlite: SqliteConnectOptions| {
        let sqlite = sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        if read_only {
            sqlite.pragma("query_only", "true")
        } else {
            sqlite
                .pragma("cache_size", WRITER_CACHE)
                .pragma("wal_autocheckpoint", LOG_PAGES)
        }
    });
    options
}

/// Longer after each attempt, and not the same for two who met.
fn pause(attempt: u32) -> Duration {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let spread = CALLS.fetch_add(1, Ordering::Relaxed) * 7 % 11;
    Duration::from_millis((1 << attempt.min(6)) + spread)
}

const SQLITE_READERS: u32 = 4;
/// Kibibytes, as SQLite counts them below nought: the pages that a thousand credentials touch. With less, they go to the disk in
/// the middle of a unit of work and once more at its end.
const WRITER_CACHE: &str = "-16384";
/// After how many pages in its log SQLite copies them to where they belong: 16 MiB. A page that was written several times by
/// then is copied once.
const LOG_PAGES: &str = "4096";
const POSTGRES_CONNECTIONS: u32 = 16;
const MAX_ATTEMPTS: u32 = 40;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(60);
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long somebody who does nothing in the middle of a unit of work keeps others waiting: as long as a job's lease.
const SLEEPER_HOLDS_ROWS: &str = "30s";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_longer_after_each_attempt_and_never_a_tenth_of_a_second() {
        let least = |attempt: u32| 1_u128 << attempt.min(6);
        for attempt in [0, 1, 3, 6, 7, 39] {
            let pause = pause(attempt).as_millis();
            let bounds = least(attempt)..=least(attempt) + 10;
            assert!(bounds.contains(&pause), "{attempt}: {pause}");
        }
    }
}
