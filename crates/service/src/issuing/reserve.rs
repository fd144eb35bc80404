//! Second state of a batch: for every ready row the complete unsigned bytes, stored before anything is signed.
//!
//! Drawn here and never again: the credential's id, its random positions in the status lists, its salts, its dates.
//!
//! **Invariant:** positions, intents and rows commit together. A row whose award exists already (same person, same
//! achievement, same day) becomes a duplicate, whoever got there first.

mod learners;
mod lists;

pub(crate) use learners::Learners;

use std::collections::{HashMap, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use touchstone_store::{
    BatchLineRow, IntentRow, IntentState, LearnerRow, Reader, RowState, StoreError, Tx,
};
use touchstone_vc::{Draft, DraftError, ProofOptions, Timestamp, badge, json::Value};

use self::lists::{Given, Lists, Place};
use super::{
    RowInput,
    cohort::Cohort,
    compose::{ComposeError, Drawn, compose},
    cores::{self, Interrupted},
    digest::sha256_hex,
    evidence::Kept,
    intake::{Column, FaultCode, RowFault},
};
use crate::{
    World,
    operations::{Job, Lease},
};

/// Reserves up to [`CHUNK`] ready rows. Answers how many rows it took off the list; none means all are done.
pub(crate) async fn reserve_chunk(
    world: &World,
    lease: &Lease<'_>,
    cohort: &Cohort,
    batch: &str,
) -> Result<usize, ReserveError> {
    let reader = world.store.read();
    let rows = reader
        .batch_rows(&cohort.tenant, batch, Some(RowState::Ready), -1, CHUNK)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let inputs: Vec<RowInput> = rows
        .iter()
        .map(|row| RowInput::from_json(&row.input))
        .collect::<Result<_, _>>()?;
    let mut attempt = 0;
    loop {
        let plan = plan(world, &reader, cohort, batch, &rows, &inputs).await?;
        match commit(world, lease, cohort, batch, &plan).await {
            // Somebody else gave positions of the same list in between: draw anew from what is free now.
            Err(StoreError::Conflict {
                table: "status_list",
            }) if attempt < MAX_ATTEMPTS => attempt += 1,
            done => return Ok(done.map(|()| rows.len())?),
        }
    }
}

/// Why a chunk was not reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// A stored row cannot be read.
    #[error("a stored row cannot be read: {0}")]
    Row(#[from] serde_json::Error),
    /// The program was stopping.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The credential's own bytes do not read back.
    #[error("the credential's bytes do not read back")]
    Unreadable,
    /// The credential could not be signed: an undefined term, a relative address.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Everything that one chunk will write.
struct Plan {
    lists: Vec<Given>,
    learners: Vec<LearnerRow>,
    /// People known before, of whom a row says something new.
    changed: Vec<LearnerRow>,
    intents: Vec<IntentRow>,
    /// Rows that get no intent: duplicates, and those that cannot be put together.
    refused: Vec<BatchLineRow>,
}

async fn plan(
    world: &World,
    reader: &Reader,
    cohort: &Cohort,
    batch: &str,
    rows: &[BatchLineRow],
    inputs: &[RowInput],
) -> Result<Plan, ReserveError> {
    let now = world.clock.now().whole_seconds();
    let dedupe: Vec<String> = inputs
        .iter()
        .map(|input| input.dedupe(world.crypto, &cohort.achievement_id))
        .collect();
    let known: HashMap<String, String> = reader
        .deduped(&cohort.tenant, &dedupe)
        .await?
        .into_iter()
        .collect();
    let mut learners = Learners::load(reader, &cohort.tenant, inputs).await?;
    let kept = Kept::load(reader, &cohort.tenant, inputs.iter()).await?;
    let mut lists = Lists::load(reader, cohort).await?;
    let mut plan = Plan {
        lists: Vec::new(),
        learners: Vec::new(),
        changed: Vec::new(),
        intents: Vec::new(),
        refused: Vec::new(),
    };
    let mut seen = HashSet::new();
    let mut draws = Vec::with_capacity(rows.len());
    for (((number, row), input), dedupe) in rows.iter().enumerate().zip(inputs).zip(dedupe) {
        if known.contains_key(&dedupe) || !seen.insert(dedupe.clone()) {
            let intent = known.get(&dedupe).cloned();
            plan.refused.push(BatchLineRow {
                state: RowState::Duplicate,
                intent,
                ..row.clone()
            });
            continue;
        }
        let id = world.rng.uuid();
        let (status, places) = lists.give(world, cohort, &id.to_string());
        let salt = || URL_SAFE_NO_PAD.encode(world.rng.bytes::<16>());
        let drawn = Drawn {
            id,
            log_salt: world.rng.bytes(),
            salts: [salt(), salt()],
            status,
        };
        draws.push(Draw {
            number,
            input: input.clone(),
            dedupe,
            drawn,
            places,
        });
    }
    for (draw, composed) in compose_all(world, cohort, kept, draws, now).await? {
        let row = &rows[draw.number];
        let unsigned = match composed {
            Ok(unsigned) => unsigned,
            Err(error) => {
                plan.refused.push(faulty(row, &error));
                continue;
            }
        };
        let Draw { input, drawn, .. } = draw;
        let [revocation, suspension] = draw.places;
        plan.intents.push(IntentRow {
            id: drawn.id.to_string(),
            tenant: cohort.tenant.clone(),
            batch: Some(batch.to_owned()),
            line: Some(row.line),
            learner: learners.find_or_add(world, cohort, &input, now),
            dedupe: Some(draw.dedupe),
            unsigned_sha256: unsigned.sha256,
            unsigned: unsigned.bytes,
            created: now.to_string(),
            status_list: revocation.as_ref().map(|(list, _)| list.clone()),
            status_index: revocation.map(|(_, index)| index),
            suspension_list: suspension.as_ref().map(|(list, _)| list.clone()),
            suspension_index: suspension.map(|(_, index)| index),
            log_salt: drawn.log_salt.to_vec(),
            salts: serde_json::Value::from(drawn.salts.to_vec()).to_string(),
            state: IntentState::Reserved,
            key_id: cohort.key.id.clone(),
            reserved_at: now.unix_millis(),
            replaces: input.replaces.clone(),
        });
    }
    plan.learners = learners.added;
    plan.changed = learners.changed;
    plan.lists = lists.given();
    Ok(plan)
}

/// What is drawn for one row.
struct Draw {
    /// Which row of the chunk.
    number: usize,
    input: RowInput,
    dedupe: String,
    drawn: Drawn,
    places: [Place; 2],
}

/// The complete bytes of a credential but for its signature.
struct Unsigned {
    bytes: Vec<u8>,
    /// In lower-case hex.
    sha256: String,
}

/// Puts the credentials together, and makes sure that each can be signed: what could not be signed later must not be approved
/// now. On all cores, because canonicalizing is most of the work of issuing.
async fn compose_all(
    world: &World,
    cohort: &Cohort,
    kept: Kept,
    draws: Vec<Draw>,
    now: Timestamp,
) -> Result<Vec<(Draw, Result<Unsigned, ComposeError>)>, ReserveError> {
    let options = ProofOptions::new(
        &badge::contexts(),
        &cohort.key.verification_method,
        now,
        &world.contexts,
        world.crypto,
    )?;
    let (world, cohort) = (world.clone(), cohort.clone());
    let compose = move |(): &mut (), draw: Draw| {
        let composed = compose(&world, &cohort, &draw.input, &kept, &draw.drawn, now);
        let composed = match composed {
            Err(error) => Err(error),
            Ok(bytes) => {
                let parsed = Value::parse(&bytes).map_err(|_| ReserveError::Unreadable)?;
                Draft::with_options(&parsed, &options, &world.contexts, world.crypto)?;
                let sha256 = sha256_hex(world.crypto, &bytes);
                Ok(Unsigned { bytes, sha256 })
            }
        };
        Ok((draw, composed))
    };
    cores::each(draws, || (), compose).await
}

async fn commit(
    world: &World,
    lease: &Lease<'_>,
    cohort: &Cohort,
    batch: &str,
    plan: &Plan,
) -> Result<(), StoreError> {
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            let now = world.clock.now();
            lease.hold(tx, now).await?;
            tx.add_learners(plan.learners.clone()).await?;
            for learner in &plan.changed {
                tx.change_learner(learner.clone()).await?;
            }
            for given in &plan.lists {
                if given.is_new {
                    tx.add_status_list(given.list.clone()).await?;
                    let job = Job::PublishStatus {
                        tenant: cohort.tenant.to_string(),
                        list: given.list.id.clone(),
                    };
                    tx.enqueue(job.queued(&*world.rng, now, now)).await?;
                }
                tx.give_positions(&given.list, given.used.clone(), &given.given)
                    .await?;
            }
            tx.reserve(plan.intents.clone()).await?;
            for row in &plan.refused {
                tx.change_batch_row(&cohort.tenant, row.clone()).await?;
            }
            count_refused(tx, cohort, batch, &plan.refused).await?;
            Ok(())
        })
        .await
}

/// Takes rows that got no intent out of the count of those that can go.
async fn count_refused(
    tx: &mut Tx,
    cohort: &Cohort,
    batch: &str,
    refused: &[BatchLineRow],
) -> Result<(), StoreError> {
    let Some(row) = tx
        .batch(&cohort.tenant, batch)
        .await?
        .filter(|_| !refused.is_empty())
    else {
        return Ok(());
    };
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    let faulty = refused
        .iter()
        .filter(|row| row.state == RowState::Faulty)
        .count();
    let (ready, faulty) = (
        row.rows_ready - count(refused.len()),
        row.rows_faulty + count(faulty),
    );
    tx.count_batch_rows(&cohort.tenant, batch, ready, faulty, row.rows_total)
        .await
}

/// The row with the reason why its credential cannot be put together, in the words and form of the preview.
fn faulty(row: &BatchLineRow, error: &ComposeError) -> BatchLineRow {
    let (column, code) = match error {
        ComposeError::AlreadyEnded | ComposeError::NoSuchEnd => {
            (Some(Column::AwardedOn), FaultCode::AlreadyEnded)
        }
        ComposeError::Badge(_) => (None, FaultCode::NotIssuable),
    };
    let fault = RowFault::new(
        column,
        code,
        format!("{error}; correct it, or leave the row out"),
    );
    BatchLineRow {
        state: RowState::Faulty,
        faults: serde_json::to_string(&[fault]).expect("texts always become JSON"),
        ..row.clone()
    }
}

/// How many rows are reserved in one unit of work.
const CHUNK: u64 = 1_000;
/// How often positions are drawn anew when another batch took some of the same list.
const MAX_ATTEMPTS: u32 = 20;
