//! Taking in a spreadsheet: every row is read, judged and kept, and nothing is issued.
//!
//! The batch is a draft until its last row is stored, so that a large file holds no lock for long; only then can it be seen and
//! confirmed. Every upload fills a draft of its own: of two uploads of the same file at the same moment, the first to its end
//! becomes the batch, and the other's draft is dropped in favour of it. A crash leaves a draft, which [`forget_drafts`] drops.
//!
//! **Invariant:** the same file for the same achievement version gives the same batch; no two uploads write into one draft; a
//! person who has this award already is marked as a duplicate, whatever file it came from.

use std::collections::HashMap;

use touchstone_store::{
    AuditLine, BatchLineRow, BatchRow, BatchState, RowState, StoreError, TenantId,
};
use touchstone_vc::Timestamp;
use tracing::info;

use super::{
    About, IntakeError, Line, Mapping, RowFault, RowInput, Rules, Seen, Sheet,
    catalogue::{Listed, achievement},
    ready::{NotAdmitted, NotReady, NotReleased, PilotEnded, Unissuable, is_admitted, issuable},
};
use crate::{
    World,
    digest::{hex, sha256_hex},
    ports::Spooled,
};

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
    /// The file. It is read twice and never held whole.
    pub list: Spooled,
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
#[crate::boxed]
pub async fn upload(world: &World, order: &Upload) -> Result<Uploaded, UploadError> {
    let now = world.clock.now();
    let earned = achievement(world, &order.tenant, &order.achievement, None).await?;
    let earned = earned
        .filter(|found| found.achievement.archived_at.is_none())
        .ok_or(UploadError::NoSuchAchievement)?;
    let draft = &draft(world, order, &earned, now);
    let reader = world.store.read();
    let earlier = reader
        .batches_from_file(&order.tenant, sha256(draft))
        .await?;
    let taken = earlier.iter().find(|row| same(row, draft));
    // A list that was taken in before is only found again: its confirmation asks, and what was confirmed goes on, whatever was chosen since.
    if taken.is_none() {
        if !is_admitted(&reader, &order.tenant).await? {
            return Err(NotAdmitted.into());
        }
        issuable(world, &reader, &order.tenant, &earned.version, now).await??;
    }
    let rules = Rules::of(&earned.definition, now);
    // Read once to the end before anything is stored: a file that cannot be read leaves no batch behind.
    let mut sheet = Sheet::open(&order.list, &order.mapping, &rules)?;
    let about = sheet.about().clone();
    let mut some = false;
    while sheet.next_line()?.is_some() {
        some = true;
    }
    if !some {
        return Err(UploadError::NoRows);
    }
    if let Some(taken) = taken {
        return Ok(Uploaded {
            batch: taken.id.clone(),
            known: true,
            about,
        });
    }
    let batch = fill(world, order, &rules, draft).await?;
    Ok(Uploaded {
        known: batch != draft.id,
        batch,
        about,
    })
}

/// Drops drafts that were begun before `before` (milliseconds since 1970): whoever filled them is gone.
pub(crate) async fn forget_drafts(world: &World, before: i64) -> Result<(), StoreError> {
    let drafts = world
        .store
        .read()
        .batches_in_state(BatchState::Draft)
        .await?;
    for left in drafts.iter().filter(|row| row.created_at < before) {
        let dropped = world
            .store
            .write(|mut tx| async move { tx.drop_draft(&left.tenant, &left.id).await });
        match dropped.await {
            Ok(()) => {
                info!(batch.id = %left.id, "draft {} was left behind and is dropped", left.id)
            }
            // It came to its end after all.
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Why a spreadsheet was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No such achievement, or it is not in use any more.
    #[error("no such achievement")]
    NoSuchAchievement,
    /// It is not ready for the profile that was chosen for it.
    #[error("{0}")]
    NotReady(NotReady),
    /// The institution may not issue.
    #[error(transparent)]
    NotAdmitted(#[from] NotAdmitted),
    /// It was tried out until a day that is over.
    #[error(transparent)]
    PilotEnded(#[from] PilotEnded),
    /// What is awarded began as a pilot, and was not released as it is.
    #[error(transparent)]
    NotReleased(#[from] NotReleased),
    /// The file cannot be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// There is nobody in it.
    #[error("the file has no rows below the names of the columns; add one row for each learner")]
    NoRows,
    /// It took so long that its draft was taken for left behind.
    #[error("reading the file took too long and was given up; upload it again, or in parts")]
    GivenUp,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unissuable> for UploadError {
    fn from(why: Unissuable) -> Self {
        match why {
            Unissuable::PilotEnded(ended) => Self::PilotEnded(ended),
            Unissuable::NotReleased(other) => Self::NotReleased(other),
            Unissuable::NotReady(unready) => Self::NotReady(unready),
        }
    }
}

/// A new draft for this upload alone.
fn draft(world: &World, order: &Upload, earned: &Listed, now: Timestamp) -> BatchRow {
    let name = order.name.clone().or_else(|| order.file_name.clone());
    BatchRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        achievement: earned.achievement.id.clone(),
        version: earned.version.version,
        name: name.unwrap_or_else(|| earned.definition.name.clone()),
        state: BatchState::Draft,
        source_name: order.file_name.clone(),
        source_sha256: Some(source(world, order)),
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
    }
}

/// Names what is uploaded: the file, and what its headers were said to mean. Read in another way, it is another list.
fn source(world: &World, order: &Upload) -> String {
    let digest = order.list.sha256();
    if order.mapping.is_empty() {
        return hex(digest);
    }
    let mapping = serde_json::to_vec(&order.mapping).expect("texts always become JSON");
    sha256_hex(world.crypto, &[digest.as_slice(), &mapping].concat())
}

/// Whether a batch of this file is what the draft wants to become.
fn same(row: &BatchRow, draft: &BatchRow) -> bool {
    row.achievement == draft.achievement
        && row.version == draft.version
        && !matches!(row.state, BatchState::Draft | BatchState::Cancelled)
}

fn sha256(draft: &BatchRow) -> &str {
    draft.source_sha256.as_deref().unwrap_or_default()
}

/// Stores the rows, some at a time, and then lets the batch be seen. Answers with the batch of the file, which is another one if
/// somebody else uploaded the same file in the meantime.
async fn fill(
    world: &World,
    order: &Upload,
    rules: &Rules<'_>,
    draft: &BatchRow,
) -> Result<String, UploadError> {
    world
        .store
        .write(|mut tx| async move { tx.add_batch(draft.clone()).await })
        .await?;
    let mut sheet = Sheet::open(&order.list, &order.mapping, rules)?;
    let about = sheet.about().clone();
    let mut seen = Seen::new(world.crypto);
    let mut counts = Counts::default();
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
        let rows = &store_form(world, draft, judged).await?;
        for row in rows {
            counts.total += 1;
            counts.ready += i64::from(row.state == RowState::Ready);
            counts.faulty += i64::from(row.state == RowState::Faulty);
        }
        world
            .store
            .write(|mut tx| async move {
                let there = tx.batch(&draft.tenant, &draft.id).await?;
                there.ok_or(UploadError::GivenUp)?;
                Ok::<_, UploadError>(tx.add_batch_rows(rows.iter().cloned()).await?)
            })
            .await?;
    }
    finish(world, draft, counts, &about).await
}

#[derive(Clone, Copy, Default)]
struct Counts {
    ready: i64,
    faulty: i64,
    total: i64,
}

/// Makes the draft the batch of its file, or drops it where the file has one by now.
async fn finish(
    world: &World,
    draft: &BatchRow,
    counts: Counts,
    about: &About,
) -> Result<String, UploadError> {
    let Counts {
        ready,
        faulty,
        total,
    } = counts;
    let (tenant, id) = (&draft.tenant, draft.id.as_str());
    world
        .store
        .write(|mut tx| async move {
            let earlier = tx.batches_from_file(tenant, sha256(draft)).await?;
            if let Some(first) = earlier.iter().find(|row| same(row, draft)) {
                tx.drop_draft(tenant, id).await?;
                return Ok(first.id.clone());
            }
            let there = tx.batch(tenant, id).await?;
            there.ok_or(UploadError::GivenUp)?;
            tx.count_batch_rows(tenant, id, ready, faulty, total)
                .await?;
            tx.move_batch(tenant, id, BatchState::Draft, BatchState::Validated)
                .await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: draft.created_at,
                actor: draft.created_by.clone(),
                action: "batch.upload".into(),
                subject: id.to_owned(),
                detail: serde_json::json!({
                    "rows": total,
                    "ready": ready,
                    "faulty": faulty,
                    "encoding": about.encoding,
                    "leftOut": about.left_out(),
                })
                .to_string(),
            }])
            .await?;
            Ok(id.to_owned())
        })
        .await
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
    draft: &BatchRow,
    judged: Vec<(&Line, Result<RowInput, Vec<RowFault>>)>,
) -> Result<Vec<BatchLineRow>, StoreError> {
    let (batch, achievement) = (draft.id.as_str(), draft.achievement.as_str());
    let keys = judged
        .iter()
        .filter_map(|(_, judged)| Some(judged.as_ref().ok()?.dedupe(world.crypto, achievement)));
    let keys: Vec<String> = keys.collect();
    let known: HashMap<String, String> = world
        .store
        .read()
        .deduped(&draft.tenant, &keys)
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

const CHUNK: usize = 1_000;
