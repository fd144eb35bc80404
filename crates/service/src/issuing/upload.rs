//! Taking in a spreadsheet: every row is read, judged and kept, and nothing is issued.
//!
//! The batch is a draft until its last row is stored, so that a large file holds no lock for long; only then can it be seen and
//! confirmed. A crash in between leaves a draft, which the same file, uploaded again, fills anew.
//!
//! **Invariant:** the same file for the same achievement version gives the same batch; a person who has this award already is
//! marked as a duplicate, whatever file it came from.

use std::collections::HashMap;

use touchstone_store::{
    AuditLine, BatchLineRow, BatchRow, BatchState, RowState, StoreError, TenantId,
};
use touchstone_vc::Timestamp;

use super::{
    About, IntakeError, Line, Mapping, RowFault, RowInput, Rules, Seen, Sheet,
    catalogue::{Listed, achievement},
    digest::sha256_hex,
};
use crate::World;

/// A spreadsheet to be taken in.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What they are awarded: id or short name. Its latest version is issued.
    pub achievement: String,
    /// What the batch is called. Absent: the file's name.
    pub name: Option<String>,
    /// The file's name.
    pub file_name: Option<String>,
    /// The file.
    pub bytes: Vec<u8>,
    /// What headers mean that are not recognised.
    pub mapping: Mapping,
}

/// A spreadsheet, taken in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uploaded {
    /// The batch to preview.
    pub batch: String,
    /// The file had been uploaded before; this is that batch, as it stands now.
    pub known: bool,
    /// How the file was read.
    pub about: About,
}

/// Takes in a spreadsheet.
pub async fn upload(world: &World, order: &Upload) -> Result<Uploaded, UploadError> {
    let now = world.clock.now();
    let earned = achievement(world, &order.tenant, &order.achievement, None).await?;
    let earned = earned
        .filter(|found| found.achievement.archived_at.is_none())
        .ok_or(UploadError::NoSuchAchievement)?;
    let rules = Rules::of(&earned.definition, now);
    // Read once to the end before anything is stored: a file that cannot be read leaves no batch behind.
    let mut sheet = Sheet::open(&order.bytes, &order.mapping, &rules)?;
    let about = sheet.about().clone();
    let mut some = false;
    while sheet.next_line()?.is_some() {
        some = true;
    }
    if !some {
        return Err(UploadError::NoRows);
    }
    let (batch, known) = draft(world, order, &earned, now).await?;
    if !known {
        fill(world, order, &rules, &batch, &earned.achievement.id, now).await?;
    }
    Ok(Uploaded {
        batch,
        known,
        about,
    })
}

/// Why a spreadsheet was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No such achievement, or it is not in use any more.
    #[error("no such achievement")]
    NoSuchAchievement,
    /// The file cannot be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// There is nobody in it.
    #[error("the file has no rows below the names of the columns; add one row for each learner")]
    NoRows,
    /// Somebody else is uploading the same file.
    #[error("the same file is being uploaded right now; wait a moment and look at its batch")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds the batch of this file, or makes it. Answers whether it is filled already.
async fn draft(
    world: &World,
    order: &Upload,
    earned: &Listed,
    now: Timestamp,
) -> Result<(String, bool), UploadError> {
    let sha256 = sha256_hex(world.crypto, &order.bytes);
    let name = order.name.clone().or_else(|| order.file_name.clone());
    let fresh = &BatchRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        achievement: earned.achievement.id.clone(),
        version: earned.version.version,
        name: name.unwrap_or_else(|| earned.definition.name.clone()),
        state: BatchState::Draft,
        source_name: order.file_name.clone(),
        source_sha256: Some(sha256.clone()),
        hold_until: None,
        created_at: now.unix_millis(),
        created_by: order.actor.clone(),
        approved_at: None,
        approved_by: None,
        approved_sha256: None,
        sealed_at: None,
        rows_total: 0,
        rows_ready: 0,
        rows_faulty: 0,
    };
    let sha256 = sha256.as_str();
    world
        .store
        .write(|mut tx| async move {
            let earlier = tx.batches_from_file(&order.tenant, sha256).await?;
            let same = |row: &&BatchRow| {
                row.achievement == fresh.achievement
                    && row.version == fresh.version
                    && row.state != BatchState::Cancelled
            };
            match earlier.iter().find(same) {
                Some(row) if row.state == BatchState::Draft => {
                    tx.clear_batch_rows(&order.tenant, &row.id).await?;
                    Ok((row.id.clone(), false))
                }
                Some(row) => Ok((row.id.clone(), true)),
                None => {
                    tx.add_batch(fresh.clone()).await?;
                    Ok((fresh.id.clone(), false))
                }
            }
        })
        .await
}

/// Stores the rows, some at a time, and then lets the batch be seen.
async fn fill(
    world: &World,
    order: &Upload,
    rules: &Rules<'_>,
    batch: &str,
    achievement: &str,
    now: Timestamp,
) -> Result<(), UploadError> {
    let mut sheet = Sheet::open(&order.bytes, &order.mapping, rules)?;
    let mut seen = Seen::new(world.crypto);
    let (mut ready, mut faulty, mut total) = (0, 0, 0);
    loop {
        let mut lines = Vec::with_capacity(CHUNK);
        while lines.len() < CHUNK
            && let Some(line) = sheet.next_line()?
        {
            lines.push(line);
        }
        if lines.is_empty() {
            break;
        }
        let judged = lines
            .iter()
            .map(|line| (line, judge(rules, &mut seen, line)))
            .collect();
        let rows = &store_form(world, &order.tenant, batch, achievement, judged).await?;
        for row in rows {
            total += 1;
            ready += i64::from(row.state == RowState::Ready);
            faulty += i64::from(row.state == RowState::Faulty);
        }
        let stored = world
            .store
            .write(|mut tx| async move { tx.add_batch_rows(rows.clone()).await })
            .await;
        stored.map_err(busy)?;
    }
    let shown = world.store.write(|mut tx| async move {
        tx.count_batch_rows(&order.tenant, batch, ready, faulty, total)
            .await?;
        tx.move_batch(
            &order.tenant,
            batch,
            BatchState::Draft,
            BatchState::Validated,
        )
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now.unix_millis(),
            actor: order.actor.clone(),
            action: "batch.upload".into(),
            subject: batch.to_owned(),
            detail: serde_json::json!({"rows": total, "ready": ready, "faulty": faulty})
                .to_string(),
        }])
        .await
    });
    shown.await.map_err(busy)
}

fn judge(rules: &Rules<'_>, seen: &mut Seen<'_>, line: &Line) -> Result<RowInput, Vec<RowFault>> {
    let row = rules.judge(line)?;
    match seen.note(line.number, &row) {
        Some(fault) => Err(vec![fault]),
        None => Ok(row),
    }
}

/// Rows as they are kept; those whose award exists already are duplicates.
async fn store_form(
    world: &World,
    tenant: &TenantId,
    batch: &str,
    achievement: &str,
    judged: Vec<(&Line, Result<RowInput, Vec<RowFault>>)>,
) -> Result<Vec<BatchLineRow>, StoreError> {
    let keys = judged
        .iter()
        .filter_map(|(_, judged)| Some(judged.as_ref().ok()?.dedupe(world.crypto, achievement)));
    let keys: Vec<String> = keys.collect();
    let known: HashMap<String, String> = world
        .store
        .read()
        .deduped(tenant, &keys)
        .await?
        .into_iter()
        .collect();
    let rows = judged.into_iter().map(|(line, judged)| match judged {
        Ok(row) => {
            let intent = known.get(&row.dedupe(world.crypto, achievement)).cloned();
            let state = if intent.is_some() {
                RowState::Duplicate
            } else {
                RowState::Ready
            };
            stored(batch, line.number, state, row.to_json(), &[], intent)
        }
        Err(faults) => {
            let raw = serde_json::to_string(&line.raw).expect("texts always become JSON");
            stored(batch, line.number, RowState::Faulty, raw, &faults, None)
        }
    });
    Ok(rows.collect())
}

pub(super) fn stored(
    batch: &str,
    line: i64,
    state: RowState,
    input: String,
    faults: &[RowFault],
    intent: Option<String>,
) -> BatchLineRow {
    let faults = serde_json::to_string(faults).expect("texts always become JSON");
    BatchLineRow {
        batch: batch.to_owned(),
        line,
        state,
        input,
        faults,
        intent,
    }
}

fn busy(error: StoreError) -> UploadError {
    match error {
        StoreError::Conflict {
            table: "batch_row" | "batch",
        } => UploadError::Busy,
        error => UploadError::Store(error),
    }
}

const CHUNK: usize = 1_000;
