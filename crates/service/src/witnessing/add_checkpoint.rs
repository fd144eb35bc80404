//! Cosigning a checkpoint that continues what was cosigned before (C2SP tlog-witness, `add-checkpoint`).

use touchstone_store::StoreError;
use touchstone_tlog::{
    Note, SignedCheckpoint, VerifierKey, cosignature,
    note::SignatureLine,
    witness::{AddCheckpoint, AddCheckpointError, Latest, Refusal, decide, origin_hash},
};

use super::{
    Witness,
    confirm::is_confirmed,
    key::{KEY, KEY_ML_DSA_44},
    setting,
};
use crate::{World, ports::SignError};

/// Cosigns what a request brings, and answers with the signature lines.
#[crate::boxed]
pub async fn add_checkpoint(
    world: &World,
    witness: &Witness,
    body: &[u8],
) -> Result<String, WitnessError> {
    let request = AddCheckpoint::parse(body)?;
    let origin = request.checkpoint.checkpoint.origin();
    let known = witness.logs.iter().filter(|key| key.name() == origin);
    let keys: Vec<VerifierKey> = known.cloned().collect();
    let hash = origin_hash(origin, &witness.crypto);
    let place = setting(&hash);
    let reader = world.store.read();
    if !keys.is_empty() && !is_confirmed(&reader, &hash).await? {
        return Err(WitnessError::Restored);
    }
    let before = reader.setting(&place).await?;
    let latest = latest(before.as_deref())?;
    let next = decide(&request, &keys, latest, &witness.crypto)?;
    let cosignatures = cosign(world, witness, &request.checkpoint).await?;
    let note = kept(&request.checkpoint, &keys, cosignatures.clone());
    let (place, before, note) = (&place, &before, &note);
    world
        .store
        .write(|mut tx| async move {
            let now = tx.setting(place).await?;
            if now != *before {
                // Somebody was faster: what this request continues is not the latest any more, unless they asked for the same tree.
                let latest = self::latest(now.as_deref())?;
                if latest != Some(next) {
                    let size = latest.map_or(0, |latest| latest.size);
                    return Err(WitnessError::Refused(Refusal::Conflict { size }));
                }
            }
            tx.set_setting(place, note).await?;
            Ok(())
        })
        .await?;
    Ok(cosignatures
        .iter()
        .map(|line| format!("{line}\n"))
        .collect())
}

/// The latest checkpoint that was cosigned of the log whose origin has this hash, with its signatures and ours. What is no such hash is no
/// log: this witness's own notes stand beside them, under other names.
#[crate::boxed]
pub async fn cosigned(world: &World, origin_hash: &str) -> Result<Option<String>, StoreError> {
    let is_hash = origin_hash.len() == 64
        && origin_hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash {
        return Ok(None);
    }
    world.store.read().setting(&setting(origin_hash)).await
}

async fn cosign(
    world: &World,
    witness: &Witness,
    checkpoint: &SignedCheckpoint,
) -> Result<[SignatureLine; 2], WitnessError> {
    let seconds = world.clock.now().unix_millis() / 1000;
    let time = u64::try_from(seconds).map_err(|_| WitnessError::NoTime)?;
    if time == 0 {
        return Err(WitnessError::NoTime);
    }
    let message = cosignature::message(&witness.key, checkpoint.note.text(), time);
    let message = message.ok_or(WitnessError::NoTime)?;
    let signature = world.signer.sign(KEY, &message).await?;
    let signature = cosignature::timestamped(&witness.key, time, &signature.0);
    let ed25519 = SignatureLine::new(&witness.key, signature);
    let key = &witness.ml_dsa_44;
    let message = cosignature::message(key, checkpoint.note.text(), time);
    let message = message.ok_or(WitnessError::NoTime)?;
    let signature = world.ml_dsa.sign_ml_dsa_44(KEY_ML_DSA_44, &message).await?;
    let signature = cosignature::timestamped(key, time, &signature);
    Ok([ed25519, SignatureLine::new(key, signature)])
}

/// What is kept and served: the log's own signatures, which were checked, and ours.
pub(super) fn kept(
    checkpoint: &SignedCheckpoint,
    keys: &[VerifierKey],
    ours: impl IntoIterator<Item = SignatureLine>,
) -> String {
    let mut note: Note = checkpoint.note.clone();
    // One line for each key: whoever asks may have repeated them up to what a note can hold.
    let mut seen = vec![false; keys.len()];
    note.retain(|line| {
        let by = keys.iter().position(|key| key.made(line));
        by.is_some_and(|key| !std::mem::replace(&mut seen[key], true))
    });
    ours.into_iter().for_each(|line| note.add(line));
    note.to_string()
}

pub(super) fn latest(kept: Option<&str>) -> Result<Option<Latest>, WitnessError> {
    let Some(kept) = kept else { return Ok(None) };
    let signed = SignedCheckpoint::parse(kept.as_bytes()).map_err(|_| WitnessError::Damaged)?;
    Ok(Some(Latest {
        size: signed.checkpoint.size,
        root: signed.checkpoint.root,
    }))
}

/// Why nothing was cosigned.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The body is no request.
    #[error(transparent)]
    Body(#[from] AddCheckpointError),
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database was put back, and nobody has confirmed yet how far this log was cosigned.
    #[error(
        "this witness was restored from a backup, and may have cosigned more of this log than it knows: it cosigns nothing of it until \
         whoever runs it has confirmed the newest size (`touchstone witness confirm`)"
    )]
    Restored,
    /// What was kept cannot be read: nothing is cosigned over it.
    #[error("what this witness cosigned last cannot be read")]
    Damaged,
    /// The clock says nothing that can be signed.
    #[error("the clock is not set")]
    NoTime,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl WitnessError {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Body(_) => 400,
            Self::Refused(refusal) => refusal.status(),
            Self::Restored | Self::Damaged | Self::NoTime | Self::Store(_) | Self::Sign(_) => 503,
        }
    }

    /// The size that the witness has, where the request was about another one.
    pub fn conflict(&self) -> Option<u64> {
        match self {
            Self::Refused(Refusal::Conflict { size }) => Some(*size),
            _ => None,
        }
    }
}
