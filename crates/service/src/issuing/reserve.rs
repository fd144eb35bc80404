//! Second state of a batch: for every ready row the complete unsigned bytes, stored before anything is signed.
//!
//! Drawn here and never again: the credential's id, its random positions in the status lists, its salts, its dates.
//!
//! **Invariant:** positions, intents and rows commit together. A row whose award exists already (same person, same
//! achievement, same day) becomes a duplicate, whoever got there first.

mod draft;
mod ids;
mod learners;
mod lists;

pub(crate) use learners::Learners;

use std::collections::{HashMap, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use touchstone_store::{
    BatchLineRow, IntentRow, IntentState, LearnerRow, RowState, StoreError, Tx,
};
use touchstone_vc::{DraftError, Timestamp};

use self::{
    draft::{Draw, draft_all},
    ids::Ids,
    lists::{Given, Lists},
};
use super::{
    RowInput,
    cohort::Cohort,
    compose::{ComposeError, Drawn},
    cores::Interrupted,
    drafted::{Drafted, Known},
    evidence::Kept,
    intake::{Column, FaultCode, RowFault},
};
use crate::{
    World,
    operations::{Job, Lease},
};

/// Reserves the ready rows of a batch, chunk by chunk: while one is made durable, the next is put together. What drafting gave is
/// kept in `drafted`.
pub(crate) async fn reserve_all(
    world: &World,
    lease: &Lease<'_>,
    cohort: &Cohort,
    batch: &str,
    drafted: &mut Drafted,
) -> Result<(), ReserveError> {
    let (mut after_line, mut attempt) = (-1, 0);
    loop {
        let mut course = Course::begin(world, cohort).await?;
        let mut planned = course.plan(world, cohort, batch, after_line).await?;
        loop {
            let Some(plan) = planned else { return Ok(()) };
            let (committed, next) = tokio::join!(
                commit(world, lease, cohort, batch, &plan),
                course.plan(world, cohort, batch, plan.last_line),
            );
            match committed {
                // Somebody else gave positions of the same list in between: draw anew from what is free now.
                Err(StoreError::Conflict {
                    table: "status_list",
                }) if attempt < MAX_ATTEMPTS => break,
                Err(StoreError::Conflict {
                    table: "signing_key",
                }) => return Err(ReserveError::KeyEnded),
                done => done?,
            }
            drafted.keep(plan.known);
            (after_line, attempt) = (plan.last_line, 0);
            planned = next?;
        }
        attempt += 1;
    }
}

/// Why a chunk was not reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// A stored row cannot be read.
    #[error("a stored row cannot be read: {0}")]
    Row(#[from] serde_json::Error),
    /// The key that was to sign has ended: go on with the one that signs now.
    #[error("the key that was to sign has ended")]
    KeyEnded,
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
    /// The last of its lines in the batch.
    last_line: i64,
    lists: Vec<Given>,
    learners: Vec<LearnerRow>,
    /// People known before, of whom a row says something new.
    changed: Vec<LearnerRow>,
    intents: Vec<IntentRow>,
    /// What drafting them gave.
    known: Vec<Known>,
    /// Rows that get no intent: duplicates, and those that cannot be put together.
    refused: Vec<BatchLineRow>,
}

/// What a chunk has to go by while the chunk before it is still being stored.
struct Course {
    /// As they will be once that chunk is stored.
    lists: Lists,
    /// Awards that it makes: the dedupe value of each, and its intent.
    awards: HashMap<String, String>,
    /// People whom it adds or changes.
    people: Vec<LearnerRow>,
    ids: Ids,
}

impl Course {
    /// Begins from what is stored.
    async fn begin(world: &World, cohort: &Cohort) -> Result<Self, StoreError> {
        Ok(Self {
            lists: Lists::load(&world.store.read(), cohort).await?,
            awards: HashMap::new(),
            people: Vec::new(),
            ids: Ids::default(),
        })
    }

    /// Plans up to [`CHUNK`] ready rows after a line, without storing anything. None means that there are no more.
    async fn plan(
        &mut self,
        world: &World,
        cohort: &Cohort,
        batch: &str,
        after_line: i64,
    ) -> Result<Option<Plan>, ReserveError> {
        let reader = world.store.read();
        let ready = Some(RowState::Ready);
        let rows = reader
            .batch_rows(&cohort.tenant, batch, ready, after_line, CHUNK)
            .await?;
        let Some(last_line) = rows.last().map(|row| row.line) else {
            return Ok(None);
        };
        let inputs: Vec<RowInput> = rows
            .iter()
            .map(|row| RowInput::from_json(&row.input))
            .collect::<Result<_, _>>()?;
        let now = world.clock.now().whole_seconds();
        let dedupe: Vec<String> = inputs
            .iter()
            .map(|input| input.dedupe(world.crypto, &cohort.achievement_id))
            .collect();
        let mut awarded = std::mem::take(&mut self.awards);
        awarded.extend(reader.deduped(&cohort.tenant, &dedupe).await?);
        let mut learners = Learners::load(&reader, &cohort.tenant, &inputs, &self.people).await?;
        let kept = Kept::load(&reader, &cohort.tenant, inputs.iter()).await?;
        let mut plan = Plan {
            last_line,
            lists: Vec::new(),
            learners: Vec::new(),
            changed: Vec::new(),
            intents: Vec::with_capacity(rows.len()),
            known: Vec::with_capacity(rows.len()),
            refused: Vec::new(),
        };
        let mut seen = HashSet::new();
        let mut draws = Vec::with_capacity(rows.len());
        for (number, (input, dedupe)) in inputs.into_iter().zip(dedupe).enumerate() {
            if awarded.contains_key(&dedupe) || !seen.insert(dedupe.clone()) {
                plan.refused.push(BatchLineRow {
                    state: RowState::Duplicate,
                    intent: awarded.get(&dedupe).cloned(),
                    ..rows[number].clone()
                });
                continue;
            }
            draws.push(self.draw(world, cohort, number, input, dedupe, now));
        }
        for (draw, drafted) in draft_all(world, cohort, kept, draws, now).await? {
            let row = &rows[draw.number];
            let unsigned = match drafted {
                Ok(unsigned) => unsigned,
                Err(error) => {
                    plan.refused.push(faulty(row, &error));
                    continue;
                }
            };
            plan.known.extend(unsigned.known);
            let learner = learners.find_or_add(world, cohort, &draw.input, now);
            let [revocation, suspension] = draw.places;
            plan.intents.push(IntentRow {
                id: draw.drawn.id.to_string(),
                tenant: cohort.tenant.clone(),
                batch: Some(batch.to_owned()),
                line: Some(row.line),
                learner,
                dedupe: Some(draw.dedupe),
                unsigned_sha256: unsigned.sha256,
                unsigned: unsigned.bytes,
                created: now.to_string(),
                status_list: revocation.as_ref().map(|(list, _)| list.clone()),
                status_index: revocation.map(|(_, index)| index),
                suspension_list: suspension.as_ref().map(|(list, _)| list.clone()),
                suspension_index: suspension.map(|(_, index)| index),
                log_salt: draw.drawn.log_salt.to_vec(),
                salts: serde_json::Value::from(draw.drawn.salts.to_vec()).to_string(),
                state: IntentState::Reserved,
                key_id: cohort.key.id.clone(),
                reserved_at: now.unix_millis(),
                replaces: draw.input.replaces,
            });
        }
        (plan.learners, plan.changed) = learners.into_news();
        plan.lists = self.lists.hand_out();
        self.people = [plan.learners.as_slice(), &plan.changed].concat();
        let intents = plan.intents.iter();
        self.awards = intents
            .filter_map(|intent| Some((intent.dedupe.clone()?, intent.id.clone())))
            .collect();
        Ok(Some(plan))
    }

    /// Draws what a credential has of its own.
    fn draw(
        &mut self,
        world: &World,
        cohort: &Cohort,
        number: usize,
        input: RowInput,
        dedupe: String,
        now: Timestamp,
    ) -> Draw {
        let id = self.ids.draw(&*world.rng, now);
        let (status, places) = self.lists.give(world, cohort, &id.to_string());
        let salt = || URL_SAFE_NO_PAD.encode(world.rng.bytes::<16>());
        let drawn = Drawn {
            id,
            log_salt: world.rng.bytes(),
            salts: [salt(), salt()],
            status,
        };
        Draw {
            number,
            input,
            dedupe,
            drawn,
            places,
        }
    }
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
            // Whoever retires a key asks what waits for it: nothing is reserved for one that was retired in between.
            let held = tx.hold_signing_key(&cohort.tenant, &cohort.key.id).await?;
            held.ok_or(StoreError::Conflict {
                table: "signing_key",
            })?;
            // Nor for one of a DID that the institution moved away from in between.
            let institution = tx.institution(&cohort.tenant).await?;
            let named = institution.and_then(|institution| institution.did);
            if named.as_deref() != Some(cohort.key.did()) {
                return Err(StoreError::Conflict {
                    table: "signing_key",
                });
            }
            tx.add_learners(plan.learners.iter().cloned()).await?;
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
            tx.reserve(plan.intents.iter().cloned()).await?;
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
