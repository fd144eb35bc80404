//! What a confirmation will issue, and what it will leave: nothing is issued before somebody has seen this.

use touchstone_store::{BatchLineRow, BatchRow, Reader, RowState, StoreError, TenantId};
use touchstone_vc::Crypto;

use super::{RawRow, RowFault, RowInput};
use crate::{
    World,
    digest::hex,
    governing::{NoLongerUsed, no_longer_used},
};

/// A batch before it is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The batch, with its counts.
    pub batch: BatchRow,
    /// That what is awarded is no longer to be used. It is told, and keeps nothing from being issued.
    pub no_longer_used: Option<NoLongerUsed>,
    /// Rows that were issued before and go no second time.
    pub duplicate: i64,
    /// Rows whose credential is signed.
    pub sealed: i64,
    /// Stands for exactly the rows that are ready, and the version of the achievement. Confirming names it.
    pub fingerprint: String,
    /// The first rows that have to be corrected.
    pub faulty: Vec<PreviewRow>,
    /// The first rows that can go.
    pub ready: Vec<PreviewRow>,
}

/// One row of a batch, to be shown or corrected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PreviewRow {
    /// Its number in the spreadsheet.
    pub line: i64,
    /// How far it is.
    pub state: RowState,
    /// Its fields.
    pub fields: RawRow,
    /// What is wrong with it.
    pub faults: Vec<RowFault>,
    /// The intent that it has, or whose duplicate it is.
    pub intent: Option<String>,
}

/// Shows a batch. `None` if the institution has none of that id.
#[crate::boxed]
pub async fn preview(
    world: &World,
    tenant: &TenantId,
    batch: &str,
) -> Result<Option<Preview>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.batch(tenant, batch).await? else {
        return Ok(None);
    };
    Ok(Some(Preview {
        duplicate: reader
            .batch_rows_in_state(tenant, batch, RowState::Duplicate)
            .await?
            .cast_signed(),
        sealed: reader
            .batch_rows_in_state(tenant, batch, RowState::Sealed)
            .await?
            .cast_signed(),
        fingerprint: fingerprint(world.crypto, &reader, &row).await?,
        faulty: rows(world, tenant, batch, Some(RowState::Faulty), 0, SHOWN).await?,
        ready: rows(world, tenant, batch, Some(RowState::Ready), 0, SHOWN).await?,
        no_longer_used: no_longer_used(world, tenant, &row.achievement).await?,
        batch: row,
    }))
}

/// Rows of a batch after a line, in order; in one state, or all.
#[crate::boxed]
pub async fn rows(
    world: &World,
    tenant: &TenantId,
    batch: &str,
    state: Option<RowState>,
    after_line: i64,
    limit: u64,
) -> Result<Vec<PreviewRow>, StoreError> {
    let rows = world
        .store
        .read()
        .batch_rows(tenant, batch, state, after_line, limit.min(MOST))
        .await?;
    rows.iter().map(PreviewRow::read).collect()
}

/// SHA-256 over the achievement version and the ready rows in order, in lower-case hex.
///
/// Row by row, so that a batch of any size takes no memory: `h = SHA-256(h ‖ line ‖ SHA-256(row))`.
pub(super) async fn fingerprint(
    crypto: &Crypto,
    reader: &Reader,
    batch: &BatchRow,
) -> Result<String, StoreError> {
    let version = reader
        .achievement_version(&batch.tenant, &batch.achievement, batch.version)
        .await?;
    let version = version.ok_or(StoreError::Corrupt {
        table: "batch",
        column: "version",
    })?;
    let mut hash = (crypto.sha256)(version.sha256.as_bytes());
    let mut after = -1;
    loop {
        let ready = reader
            .batch_rows(&batch.tenant, &batch.id, Some(RowState::Ready), after, MOST)
            .await?;
        let Some(last) = ready.last() else {
            return Ok(hex(&hash));
        };
        after = last.line;
        for row in &ready {
            let input = (crypto.sha256)(row.input.as_bytes());
            hash = (crypto.sha256)(&[hash.as_slice(), &row.line.to_be_bytes(), &input].concat());
        }
    }
}

impl PreviewRow {
    pub(super) fn read(row: &BatchLineRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt {
            table: "batch_row",
            column,
        };
        Ok(Self {
            line: row.line,
            state: row.state,
            fields: fields(row)?,
            faults: serde_json::from_str(&row.faults).map_err(|_| corrupt("faults"))?,
            intent: row.intent.clone(),
        })
    }
}

/// The fields of a stored row: faulty ones keep what was written, all others what it was found to mean.
pub(super) fn fields(row: &BatchLineRow) -> Result<RawRow, StoreError> {
    let read = match row.state {
        RowState::Faulty => serde_json::from_str(&row.input).or_else(|error| {
            // A row that was found faulty only while it was being issued keeps its checked form.
            RowInput::from_json(&row.input)
                .map(|input| RawRow::from_input(&input))
                .map_err(|_| error)
        }),
        _ => RowInput::from_json(&row.input).map(|input| RawRow::from_input(&input)),
    };
    read.map_err(|_| StoreError::Corrupt {
        table: "batch_row",
        column: "input",
    })
}

const SHOWN: u64 = 100;
pub(super) const MOST: u64 = 1_000;
