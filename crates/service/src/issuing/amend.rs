//! Correcting one row of a batch, without another file.

use touchstone_store::{AuditLine, BatchState, Reader, RowState, StoreError, TenantId};

use super::{
    Column, Definition, RowFault, RowInput, Rules, Seen,
    confirm::pending,
    preview::{MOST, PreviewRow, fields},
    upload::stored,
};
use crate::World;

/// A correction of one row.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The batch.
    pub batch: String,
    /// The row's number.
    pub line: i64,
    /// The fields that change; all others stay.
    pub changes: Vec<(Column, String)>,
}

/// Corrects a row and judges it anew. Answers with the row as it stands now, which may still be faulty.
#[crate::boxed]
pub async fn amend(world: &World, order: &Amendment) -> Result<PreviewRow, AmendError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            let batch = tx
                .batch(&order.tenant, &order.batch)
                .await?
                .ok_or(AmendError::NoSuchRow)?;
            if batch.source_sha256.is_none() {
                return Err(AmendError::Correction);
            }
            let open = matches!(batch.state, BatchState::Validated | BatchState::Sealed);
            if !open
                || (batch.state == BatchState::Validated && pending(&tx, &batch).await?.is_some())
            {
                return Err(AmendError::Closed);
            }
            let rows = tx
                .batch_rows(&order.tenant, &order.batch, None, order.line - 1, 1)
                .await?;
            let row = rows
                .into_iter()
                .find(|row| row.line == order.line)
                .ok_or(AmendError::NoSuchRow)?;
            if matches!(row.state, RowState::Reserved | RowState::Sealed) {
                return Err(AmendError::Issued);
            }
            let mut raw = fields(&row)?;
            for (column, text) in &order.changes {
                raw.set(*column, text);
            }
            let definition =
                definition(&tx, &order.tenant, &batch.achievement, batch.version).await?;
            let judged = match Rules::of(&definition, now).check(&raw) {
                Ok(input) => match twin(world, &tx, order, &input).await? {
                    Some(fault) => Err(vec![fault]),
                    None => Ok(input),
                },
                faulty => faulty,
            };
            let amended = match judged {
                Ok(input) => {
                    let dedupe = input.dedupe(world.crypto, &batch.achievement);
                    let known = tx
                        .deduped(&order.tenant, &[dedupe])
                        .await?
                        .pop()
                        .map(|(_, intent)| intent);
                    let state = if known.is_some() {
                        RowState::Duplicate
                    } else {
                        RowState::Ready
                    };
                    stored(&order.batch, order.line, state, input.to_json(), &[], known)
                }
                Err(faults) => {
                    let raw = serde_json::to_string(&raw).expect("texts always become JSON");
                    stored(
                        &order.batch,
                        order.line,
                        RowState::Faulty,
                        raw,
                        &faults,
                        None,
                    )
                }
            };
            let shift = |state| i64::from(amended.state == state) - i64::from(row.state == state);
            let (ready, faulty) = (shift(RowState::Ready), shift(RowState::Faulty));
            let (ready, faulty) = (batch.rows_ready + ready, batch.rows_faulty + faulty);
            let shown = PreviewRow::read(&amended)?;
            tx.change_batch_row(&order.tenant, amended).await?;
            tx.count_batch_rows(&order.tenant, &order.batch, ready, faulty, batch.rows_total)
                .await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now.unix_millis(),
                actor: order.actor.clone(),
                action: "batch.amend".into(),
                subject: order.batch.clone(),
                detail: serde_json::json!({"line": order.line, "state": shown.state.as_str()})
                    .to_string(),
            }])
            .await?;
            Ok(shown)
        })
        .await
}

/// Why a row was not corrected.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// The batch is a correction, made from a credential and not from a file.
    #[error("this is a correction; correct the credential again instead")]
    Correction,
    /// No such batch, or no such row in it.
    #[error("no such row")]
    NoSuchRow,
    /// The batch is confirmed and being issued, or cancelled.
    #[error(
        "the batch is confirmed or cancelled; a row can be corrected before, or when the others are issued"
    )]
    Closed,
    /// The row was issued; a credential is corrected in another way.
    #[error("the row was issued; correct its credential instead")]
    Issued,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

async fn definition(
    reader: &Reader,
    tenant: &TenantId,
    id: &str,
    version: i64,
) -> Result<Definition, StoreError> {
    let row = reader.achievement_version(tenant, id, version).await?;
    let row = row.ok_or(StoreError::Corrupt {
        table: "achievement_version",
        column: "document",
    })?;
    Definition::stored(&row.document)
}

/// Looks for the same person in all other rows of the batch that are not faulty.
async fn twin(
    world: &World,
    reader: &Reader,
    order: &Amendment,
    input: &RowInput,
) -> Result<Option<RowFault>, StoreError> {
    let mut seen = Seen::new(world.crypto);
    let mut after = -1;
    loop {
        let rows = reader
            .batch_rows(&order.tenant, &order.batch, None, after, MOST)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(seen.note(order.line, input));
        };
        after = last.line;
        for row in rows
            .iter()
            .filter(|row| row.line != order.line && row.state != RowState::Faulty)
        {
            if let Ok(other) = RowInput::from_json(&row.input) {
                seen.note(row.line, &other);
            }
        }
    }
}
