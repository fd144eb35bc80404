//! Fourth state of a batch: signed.
//!
//! **Invariant:** signature, row, audit line, outbox line and delivery commit in one transaction, once per intent: a second
//! sealing of the same intent finds it sealed and changes nothing. An intent whose bytes are not those that were reserved is refused in
//! that transaction, it alone.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use touchstone_store::{
    AuditLine, CredentialRow, DeliveryKind, DeliveryRow, DeliveryState, IntentRow, IntentState,
    KeyState, LearnerRow, OutboxLine, SigningKeyRow, StoreError, Tx,
};
use touchstone_vc::{Draft, DraftError, ProofOptions, Timestamp, badge, json::Value};

use super::{
    cohort::Cohort,
    cores::{self, Interrupted},
    drafted::{Drafted, Known},
    freeze::freeze,
    give_up::give_up_spoiled,
    revoke::withdraw,
};
use crate::{
    World,
    digest::sha256_hex,
    logging,
    operations::{
        Job, Lease,
        signing_key::{securing, sign},
    },
    ports::SignError,
};

/// Seals what is reserved of an approved batch, chunk by chunk: while one is made durable, the next is signed. `drafted` has what
/// is known of the reserved bytes.
pub(crate) async fn seal_all(
    world: &World,
    lease: &Lease<'_>,
    cohort: &Cohort,
    batch: &str,
    actor: &str,
    drafted: &mut Drafted,
) -> Result<(), SealError> {
    let mut signed = sign_chunk(world, lease, cohort, batch, -1, drafted).await?;
    while let Some(chunk) = signed {
        let (committed, next) = tokio::join!(
            commit(world, lease, cohort, batch, &chunk, actor),
            sign_chunk(world, lease, cohort, batch, chunk.last_line, drafted),
        );
        committed?;
        signed = next?;
    }
    Ok(())
}

/// What one unit of work makes durable.
struct Signed {
    credentials: Vec<CredentialRow>,
    /// Intents whose bytes are not what was approved.
    spoiled: Vec<String>,
    /// The last of its lines in the batch.
    last_line: i64,
    at: Timestamp,
}

/// Signs up to [`CHUNK`] reserved intents after a line, without storing anything. None means that there are no more. However slow the
/// signer is, the job stays ours meanwhile.
async fn sign_chunk(
    world: &World,
    lease: &Lease<'_>,
    cohort: &Cohort,
    batch: &str,
    after_line: i64,
    drafted: &mut Drafted,
) -> Result<Option<Signed>, SealError> {
    let reader = world.store.read();
    let intents = reader
        .intents_in_batch(
            &cohort.tenant,
            batch,
            IntentState::Reserved,
            after_line,
            CHUNK,
        )
        .await?;
    let Some(last_line) = intents.last().and_then(|intent| intent.line) else {
        return Ok(None);
    };
    let keys = reader.signing_keys(&cohort.tenant).await?;
    let keys: HashMap<String, SigningKeyRow> =
        keys.into_iter().map(|key| (key.id.clone(), key)).collect();
    let keys = &Arc::new(keys);
    let signs = |intent: &IntentRow| {
        let key = keys.get(&intent.key_id);
        key.is_some_and(|key| key.state == KeyState::Active)
    };
    if !intents.iter().all(signs) {
        return Err(SealError::KeyEnded);
    }
    let at = world.clock.now();
    let mut credentials = Vec::with_capacity(intents.len());
    let intents = intents.into_iter().map(|intent| {
        let known = drafted.take(&intent.unsigned_sha256);
        (intent, known)
    });
    let mut held_at = at;
    let mut spoiled = Vec::new();
    for drawn in draft_all(world, keys, intents.collect()).await? {
        let Ready {
            intent,
            draft,
            valid_until,
        } = match drawn {
            Ok(ready) => ready,
            Err(one) => {
                spoiled.push(one);
                continue;
            }
        };
        let now = world.clock.now();
        if now.unix_millis() - held_at.unix_millis() >= HOLD_MS {
            lease.extend(&world.store, now).await?;
            held_at = now;
        }
        let key = keys.get(&intent.key_id).ok_or(SealError::KeyEnded)?;
        let signature = sign(world, key, draft.signing_input()).await?;
        let bytes = draft.seal(&signature);
        credentials.push(row(world, cohort, intent, bytes, valid_until, at));
    }
    Ok(Some(Signed {
        credentials,
        spoiled,
        last_line,
        at,
    }))
}

/// An intent with what is to be signed for it.
struct Ready {
    /// Without its unsigned bytes: the draft has them.
    intent: IntentRow,
    draft: Draft,
    valid_until: Option<Timestamp>,
}

/// Prepares the signing of all intents, on all cores.
async fn draft_all(
    world: &World,
    keys: &Arc<Keys>,
    intents: Vec<(IntentRow, Option<Known>)>,
) -> Result<Vec<Result<Ready, String>>, SealError> {
    let (world, keys) = (world.clone(), Arc::clone(keys));
    cores::each(
        intents,
        Options::default,
        move |options, (intent, known)| {
            let id = intent.id.clone();
            let ready = draft(&world, &keys, options, intent, known)?;
            Ok(ready.ok_or(id))
        },
    )
    .await
}

/// The part of the signing input that intents reserved in the same second for the same key share.
type Options = Option<([String; 2], ProofOptions)>;

/// The institution's keys by their ids.
type Keys = HashMap<String, SigningKeyRow>;

/// Nothing for what is not what was approved.
fn draft(
    world: &World,
    keys: &Keys,
    options: &mut Options,
    mut intent: IntentRow,
    known: Option<Known>,
) -> Result<Option<Ready>, SealError> {
    let Ok(created) = Timestamp::parse(&intent.created) else {
        return Ok(None);
    };
    let bytes = std::mem::take(&mut intent.unsigned);
    let shared = [intent.created.clone(), intent.key_id.clone()];
    let options = match options {
        Some((known, options)) if *known == shared => options,
        other => {
            let prepared = prepare(world, keys, &intent, created)?;
            &other.insert((shared, prepared)).1
        }
    };
    // Known by the hash that was reserved: it drafts these bytes only if they have that very hash.
    if let Some(known) = known
        && let Some(draft) = known.draft(&bytes, options, world.crypto)
    {
        return Ok(Some(Ready {
            draft,
            valid_until: known.valid_until,
            intent,
        }));
    }
    if sha256_hex(world.crypto, &bytes) != intent.unsigned_sha256 {
        return Ok(None);
    }
    let Ok(unsigned) = Value::parse(&bytes) else {
        return Ok(None);
    };
    let valid_until = unsigned.get("validUntil").and_then(|until| until.as_str());
    let valid_until = valid_until.and_then(|until| Timestamp::parse(until).ok());
    Ok(Some(Ready {
        draft: Draft::with_options(&unsigned, options, &world.contexts, world.crypto)?,
        valid_until,
        intent,
    }))
}

fn prepare(
    world: &World,
    keys: &Keys,
    intent: &IntentRow,
    created: Timestamp,
) -> Result<ProofOptions, SealError> {
    let key = keys.get(&intent.key_id).ok_or(SealError::KeyEnded)?;
    Ok(ProofOptions::of(
        &securing(key, created)?,
        &badge::contexts(),
        &world.contexts,
        world.crypto,
    )?)
}

fn row(
    world: &World,
    cohort: &Cohort,
    intent: IntentRow,
    bytes: Vec<u8>,
    valid_until: Option<Timestamp>,
    now: Timestamp,
) -> CredentialRow {
    CredentialRow {
        id: intent.id.clone(),
        tenant: intent.tenant,
        intent: intent.id,
        batch: intent.batch,
        achievement: cohort.achievement_id.clone(),
        version: cohort.version,
        learner: intent.learner,
        sha256: sha256_hex(world.crypto, &bytes),
        bytes,
        log_salt: intent.log_salt,
        key_id: intent.key_id,
        rubric_sha256: cohort.rubric_sha256.clone(),
        status_list: intent.status_list,
        status_index: intent.status_index,
        suspension_list: intent.suspension_list,
        suspension_index: intent.suspension_index,
        issued_at: now.unix_millis(),
        valid_until: valid_until.map(Timestamp::unix_millis),
        revoked_at: None,
        revoked_by: None,
        revoke_reason: None,
        suspended_at: None,
        suspended_by: None,
        suspend_reason: None,
        replaces: intent.replaces,
        replaced_by: None,
    }
}

async fn commit(
    world: &World,
    lease: &Lease<'_>,
    cohort: &Cohort,
    batch: &str,
    chunk: &Signed,
    actor: &str,
) -> Result<(), SealError> {
    let (sealed, now) = (&chunk.credentials, chunk.at);
    let learners: Vec<String> = sealed
        .iter()
        .map(|credential| credential.learner.clone())
        .collect();
    let learners = world
        .store
        .read()
        .learners(&cohort.tenant, &learners)
        .await?;
    let learners: HashMap<String, LearnerRow> = learners
        .into_iter()
        .map(|learner| (learner.id.clone(), learner))
        .collect();
    let deliveries: &Vec<DeliveryRow> = &sealed
        .iter()
        .map(|credential| {
            let learner = learners.get(&credential.learner);
            let address = learner.and_then(|learner| learner.email.clone());
            DeliveryRow {
                id: world.rng.ordered_uuid(now).to_string(),
                tenant: cohort.tenant.clone(),
                credential: credential.id.clone(),
                kind: if address.is_some() {
                    DeliveryKind::Mail
                } else {
                    DeliveryKind::Paper
                },
                state: DeliveryState::Queued,
                attempts: 0,
                next_at: address.is_some().then_some(now.unix_millis()),
                language: learner.and_then(|learner| learner.language.clone()),
                address,
                last_error: None,
                message_id: None,
                sent_at: None,
                created_at: now.unix_millis(),
            }
        })
        .collect();
    let audit = |credential: &CredentialRow| {
        AuditLine {
        tenant: cohort.tenant.clone(),
        at: now.unix_millis(),
        actor: actor.to_owned(),
        action: "credential.issue".into(),
        subject: credential.id.clone(),
        detail: serde_json::json!({ "batch": credential.batch, "sha256": credential.sha256, "key": credential.key_id })
            .to_string(),
    }
    };
    let outbox = |credential: &CredentialRow| OutboxLine {
        tenant: cohort.tenant.clone(),
        kind: logging::ISSUED.into(),
        subject: credential.id.clone(),
        version: 1,
        at: now.unix_millis(),
    };
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            lease.hold(tx, world.clock.now()).await?;
            give_up_spoiled(tx, &cohort.tenant, batch, &chunk.spoiled, (actor, now)).await?;
            // Whoever ends a key waits until this is durable, and the log has it before the key's end.
            for key in keys_of(sealed) {
                let held = tx.hold_signing_key(&cohort.tenant, key).await?;
                held.ok_or(SealError::KeyEnded)?;
            }
            freeze(
                tx,
                &cohort.tenant,
                &cohort.achievement_id,
                cohort.version,
                now.unix_millis(),
            )
            .await?;
            tx.seal(&cohort.tenant, sealed).await?;
            tx.audit(sealed.iter().map(audit)).await?;
            tx.outbox(sealed.iter().map(outbox)).await?;
            for correction in sealed
                .iter()
                .filter(|credential| credential.replaces.is_some())
            {
                withdraw_corrected(world, tx, correction, actor, now).await?;
            }
            tx.add_deliveries(deliveries.iter().cloned()).await?;
            tx.enqueue(Job::Deliver {}.queued(&*world.rng, now, now))
                .await?;
            Ok(())
        })
        .await
}

/// Each key that signed one of these, once.
fn keys_of(sealed: &[CredentialRow]) -> BTreeSet<&str> {
    sealed.iter().map(|row| row.key_id.as_str()).collect()
}

/// Withdraws the credential that `correction` corrects, in the same transaction, and links the two.
async fn withdraw_corrected(
    world: &World,
    tx: &mut Tx,
    correction: &CredentialRow,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(corrected) = &correction.replaces else {
        return Ok(());
    };
    tx.mark_replaced(&correction.tenant, corrected, &correction.id)
        .await?;
    match withdraw(
        world,
        tx,
        &correction.tenant,
        corrected,
        actor,
        CORRECTED,
        now,
    )
    .await
    {
        // It was revoked before; that stands, and the correction is linked to it all the same.
        Err(StoreError::Conflict {
            table: "credential",
        }) => Ok(()),
        withdrawn => withdrawn,
    }
}

/// Why a chunk was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key that was to sign has ended. What is left of the batch is given up.
    #[error("the key that was to sign has ended")]
    KeyEnded,
    /// The program was stopping.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The bytes could not be prepared for signing.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many intents are sealed in one unit of work. What is signed and what is stored at the same moment, both as documents of some
/// kilobytes, is most of the memory that issuing takes.
const CHUNK: u64 = 500;
/// How often a job is held anew while a slow signer works on it.
const HOLD_MS: i64 = 5_000;
/// The reason that stands with a credential that was corrected.
const CORRECTED: &str = "Corrected: a new credential was issued in its place.";
