//! What no way of issuing a cohort durably can go below on this machine: for each credential the floor of issuing, on all cores,
//! and beside that its unsigned and its signed bytes as rows of SQLite, a thousand to a transaction, each transaction on the
//! disk before the next.

use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbBackend, Statement, TransactionTrait, Value,
};
use touchstone_canon::Contexts;

use crate::issue::canonical;
use crate::{floor, sample};

/// Wall seconds for `rows` credentials like `unsigned`.
pub(super) fn seconds(folder: &Path, unsigned: &str, rows: usize) -> Result<f64> {
    let form = canonical(unsigned, &Contexts::bundled())?;
    let signer = &sample::unsigned(None)?.signer;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let cores = thread::available_parallelism()?.get();
    let start = Instant::now();
    thread::scope(|scope| {
        for core in 0..cores {
            let form = &form;
            scope.spawn(move || {
                for _ in (core..rows).step_by(cores) {
                    floor::issue(unsigned, form, signer);
                }
            });
        }
        runtime.block_on(store(folder, unsigned.as_bytes(), rows))
    })?;
    Ok(start.elapsed().as_secs_f64())
}

async fn store(folder: &Path, bytes: &[u8], rows: usize) -> Result<()> {
    let path = folder.join("floor.db");
    let url = format!("sqlite:{}?mode=rwc", path.to_str().context("a plain path")?);
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await?;
    for prepare in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE unsigned (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
        "CREATE TABLE signed (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    ] {
        database.execute_unprepared(prepare).await?;
    }
    for table in ["unsigned", "signed"] {
        for first in (0..rows).step_by(CHUNK) {
            let ids = first..rows.min(first + CHUNK);
            let places = vec!["(?, ?)"; ids.len()].join(", ");
            let insert = format!("INSERT INTO {table} (id, bytes) VALUES {places}");
            let values = ids.flat_map(|id| [Value::from(id as i64), Value::from(bytes.to_vec())]);
            let insert = Statement::from_sql_and_values(DbBackend::Sqlite, insert, values);
            let transaction = database.begin().await?;
            transaction.execute_raw(insert).await?;
            transaction.commit().await?;
        }
    }
    Ok(database.close().await?)
}

/// Rows in a transaction, as the program has them.
const CHUNK: usize = 1_000;
