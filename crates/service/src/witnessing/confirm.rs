//! A witness whose database was put back from a backup: what it cosigned since, it does not know.
//!
//! **Invariant (threat 50):** the mark that it was put back is never taken away. Of each log, nothing is cosigned until whoever runs the
//! witness has confirmed the newest size that it ever cosigned. If that is more than the database knows, the checkpoint of that size must bear
//! this witness's own cosignature: only it could have made that. Who confirmed what stands in the witness's own notes, and in the record of every
//! institution that lives in the same database; a witness may have none.

use serde::{Deserialize, Serialize};
use touchstone_store::{Reader, Store, StoreError};
use touchstone_tlog::{
    CheckpointError, Crypto, SignedCheckpoint, VerifierKey, VerifyError, witness::origin_hash,
};

use super::{
    Witness,
    add_checkpoint::{WitnessError, kept, latest},
    setting,
};
use crate::{World, operations::audit::Decision};

/// A log of which nothing is cosigned until its newest size is confirmed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiting {
    /// Which log.
    pub origin: String,
    /// Entries of the newest checkpoint that the database knows to be cosigned.
    pub known: u64,
}

/// Those of these logs, each named by its key, that wait to be confirmed.
#[crate::boxed]
pub async fn waiting(
    store: &Store,
    logs: &[VerifierKey],
    crypto: &Crypto,
) -> Result<Vec<Waiting>, WitnessError> {
    let mut waiting: Vec<Waiting> = Vec::new();
    let reader = store.read();
    for key in logs {
        let origin = key.name();
        let hash = origin_hash(origin, crypto);
        let told = waiting.iter().any(|one| one.origin == origin);
        if !told && !is_confirmed(&reader, &hash).await? {
            let known = latest(reader.setting(&setting(&hash)).await?.as_deref())?;
            waiting.push(Waiting {
                origin: origin.to_owned(),
                known: known.map_or(0, |latest| latest.size),
            });
        }
    }
    Ok(waiting)
}

/// What somebody confirmed of a log.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmed {
    /// Which log.
    pub origin: String,
    /// Entries of the newest checkpoint that it ever cosigned of it.
    pub size: u64,
    /// Entries that the database knew to be cosigned.
    pub known: u64,
    /// When, in UTC.
    pub at: String,
    /// Who, as proven by the caller.
    pub actor: String,
}

/// All that was ever confirmed in this database, oldest first.
#[crate::boxed]
pub async fn all_confirmed(store: &Store) -> Result<Vec<Confirmed>, StoreError> {
    notes(store.read().setting(NOTES).await?)
}

/// Notes that `size` is the newest of a log that this witness ever cosigned, with the checkpoint of that size where the database does not
/// have it. From here on the log is cosigned again.
#[crate::boxed]
pub async fn confirm(
    world: &World,
    witness: &Witness,
    actor: &str,
    origin: &str,
    size: u64,
    checkpoint: Option<&[u8]>,
) -> Result<(), ConfirmError> {
    let keys = witness.logs.iter().filter(|key| key.name() == origin);
    let keys: Vec<_> = keys.cloned().collect();
    if keys.is_empty() {
        return Err(ConfirmError::UnknownLog(origin.to_owned()));
    }
    let hash = origin_hash(origin, &witness.crypto);
    let reader = world.store.read();
    let before = reader.setting(&setting(&hash)).await?;
    let known = latest(before.as_deref())?.map_or(0, |latest| latest.size);
    if size < known {
        return Err(ConfirmError::Smaller { size, known });
    }
    let note = match checkpoint {
        _ if size == known => None,
        None => return Err(ConfirmError::NoCheckpoint { size, known }),
        Some(bytes) => {
            let signed = SignedCheckpoint::parse(bytes)?;
            let found = signed.checkpoint.size;
            if signed.checkpoint.origin() != origin || found != size {
                return Err(ConfirmError::OtherCheckpoint { size, found });
            }
            signed.note.verify(&keys, &witness.crypto)?;
            let ours = signed.note.verify(witness.keys(), &witness.crypto);
            ours.map_err(|_| ConfirmError::NotCosigned)?;
            let mine = |line: &&touchstone_tlog::note::SignatureLine| {
                witness.keys().any(|key| key.made(line))
            };
            let ours = signed.note.signatures().iter().filter(mine).cloned();
            Some(kept(&signed, &keys, ours))
        }
    };
    let mark = reader.setting(MARK).await?.unwrap_or_default();
    let now = world.clock.now();
    let said = &Confirmed {
        origin: origin.to_owned(),
        size,
        known,
        at: now.to_string(),
        actor: actor.to_owned(),
    };
    let (hash, note, before, mark) = (&hash, &note, &before, &mark);
    world
        .store
        .write(|mut tx| async move {
            if tx.setting(&setting(hash)).await? != *before {
                return Err(StoreError::Conflict { table: "setting" });
            }
            if let Some(note) = note {
                tx.set_setting(&setting(hash), note).await?;
            }
            let mut all = notes(tx.setting(NOTES).await?)?;
            all.push(said.clone());
            tx.set_setting(NOTES, &serde_json::json!(all).to_string())
                .await?;
            let decision = Decision {
                at: now.unix_millis(),
                actor,
                action: "witness.confirm",
                subject: origin,
                detail: serde_json::json!({ "size": size, "known": known }),
            };
            decision.record(&mut tx).await?;
            tx.set_setting(&confirmed(hash), mark).await
        })
        .await?;
    Ok(())
}

/// Reads what was confirmed before.
fn notes(setting: Option<String>) -> Result<Vec<Confirmed>, StoreError> {
    let Some(text) = setting else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        table: "setting",
        column: "value",
    })
}

/// Whether the log whose origin has this hash may be cosigned, as far as a backup that was put back goes.
pub(super) async fn is_confirmed(reader: &Reader, hash: &str) -> Result<bool, StoreError> {
    let Some(mark) = reader.setting(MARK).await? else {
        return Ok(true);
    };
    Ok(reader.setting(&confirmed(hash)).await? == Some(mark))
}

/// Where the mark stands that this database was put back. What it says is when.
pub(crate) const MARK: &str = "restored.witness";

/// Where it stands who confirmed what.
const NOTES: &str = "witness.confirmations";

/// For which mark a log was confirmed.
fn confirmed(hash: &str) -> String {
    format!("{MARK}.{hash}")
}

/// Why a size was not confirmed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum ConfirmError {
    #[error("{0} is not among the logs of witness.logs")]
    UnknownLog(String),
    #[error("{size} is less than the {known} entries that this database knows to be cosigned")]
    Smaller { size: u64, known: u64 },
    #[error(
        "this database knows of {known} entries, so the checkpoint of {size} is needed, with this witness's cosignature on it: name it with --checkpoint"
    )]
    NoCheckpoint { size: u64, known: u64 },
    #[error("that is not the log's checkpoint of {size} entries but one of {found}")]
    OtherCheckpoint { size: u64, found: u64 },
    #[error("the checkpoint does not bear a cosignature of this witness")]
    NotCosigned,
    #[error("the checkpoint cannot be read: {0}")]
    Checkpoint(#[from] CheckpointError),
    #[error("the checkpoint is not signed by the log: {0}")]
    NotSigned(#[from] VerifyError),
    #[error(transparent)]
    Witness(#[from] WitnessError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
