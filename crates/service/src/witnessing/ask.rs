//! Asking witnesses to cosign a log's newest checkpoint.
//!
//! **Rule (threat 50):** a witness that is down, behind or wrong leaves the checkpoint as it is; what others cosigned stands.

use std::collections::BTreeMap;

use touchstone_tlog::{
    Crypto, Policy, SignedCheckpoint, VerifierKey, merkle, tile,
    witness::{AddCheckpoint, AnswerError, conflicting_size, cosignatures},
};

use crate::{
    inspecting::{InspectError, Source, tiles},
    ports::{AskWitness, FetchError},
};

/// What came of asking one witness.
#[derive(Debug)]
pub struct Asked {
    /// Its address.
    pub url: String,
    /// What the policy calls it.
    pub name: String,
    /// Why it did not cosign.
    pub refused: Option<AskError>,
}

/// Asks every witness of `policy` that has an address and has not cosigned, and adds what they sign to `signed`. The tiles that prove
/// consistency come from `source`.
pub async fn ask_witnesses(
    source: Source<'_>,
    signed: &mut SignedCheckpoint,
    policy: &Policy,
    witnesses: &dyn AskWitness,
    crypto: &Crypto,
) -> Result<Vec<Asked>, InspectError> {
    // A witness with two keys stands in two lines, and is asked once.
    let mut places: BTreeMap<&str, (&str, Vec<VerifierKey>)> = BTreeMap::new();
    for witness in policy.witnesses() {
        let cosigned = signed.note.signatures().iter();
        let cosigned = cosigned.clone().any(|line| witness.key.made(line));
        if let Some(url) = witness.url.as_deref().filter(|_| !cosigned) {
            let (_, keys) = places.entry(url).or_insert((&witness.name, Vec::new()));
            keys.push(witness.key.clone());
        }
    }
    let mut asked = Vec::new();
    for (url, (name, keys)) in places {
        let refused = match ask(source, signed, url, &keys, witnesses, crypto).await {
            Ok(()) => None,
            // What is wrong with the log's own files concerns every witness.
            Err(AskError::Log(error)) => return Err(error),
            Err(error) => Some(error),
        };
        asked.push(Asked {
            url: url.to_owned(),
            name: name.to_owned(),
            refused,
        });
    }
    Ok(asked)
}

async fn ask(
    source: Source<'_>,
    signed: &mut SignedCheckpoint,
    url: &str,
    keys: &[VerifierKey],
    witnesses: &dyn AskWitness,
    crypto: &Crypto,
) -> Result<(), AskError> {
    let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let size = signed.checkpoint.size;
    let mut old = 0;
    // The first question finds out what the witness has; between it and the second somebody else may have asked.
    for _ in 0..3 {
        let request = AddCheckpoint {
            old_size: old,
            proof: proof(source, old, size, crypto).await?,
            checkpoint: signed.clone(),
        };
        let answer = witnesses.ask(&url, request.to_string()).await?;
        match answer.status {
            200 => {
                for line in cosignatures(&answer.bytes, signed, keys, crypto)? {
                    signed.note.add(line);
                }
                return Ok(());
            }
            409 => {
                let known = conflicting_size(&answer.bytes);
                // It has the size that it was asked about, and another root.
                if old == size && known.is_none_or(|known| known == old) {
                    return Err(AskError::Inconsistent);
                }
                old = known.ok_or(AskError::Status(409))?;
                if old > size {
                    return Err(AskError::Ahead { size: old });
                }
            }
            422 => return Err(AskError::Inconsistent),
            status => return Err(AskError::Status(status)),
        }
    }
    Err(AskError::Status(409))
}

async fn proof(
    source: Source<'_>,
    old: u64,
    size: u64,
    crypto: &Crypto,
) -> Result<Vec<touchstone_tlog::Hash>, AskError> {
    if old == 0 {
        return Ok(Vec::new());
    }
    let tiles = tiles(source, tile::for_consistency(old, size)).await;
    let tiles = tiles.map_err(AskError::Log)?;
    let read = tile::reader(crypto, size, |tile| tiles.get(&tile).ok_or(()));
    let proof = merkle::prove_consistency(crypto, old, size, read);
    let damaged = || InspectError::Damaged {
        path: "tile/".into(),
    };
    Ok(proof.ok().flatten().ok_or_else(damaged)?)
}

/// Why a witness did not cosign.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It was not reached.
    #[error("not reached: {0}")]
    Unreached(#[from] FetchError),
    /// It has seen more of this log than is shown here.
    #[error(
        "it has cosigned {size} entries of this log, more than there are here: was an older copy put back?"
    )]
    #[expect(missing_docs)]
    Ahead { size: u64 },
    /// It has seen another history of this log.
    #[error("it has cosigned a history that this log does not continue: the log has forked")]
    Inconsistent,
    /// It does not cosign this log, or not now.
    #[error("it answered {0}")]
    Status(u16),
    /// What it answered is no cosignature of this checkpoint.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The log's own files say nothing.
    #[error(transparent)]
    Log(#[from] InspectError),
}

impl AskError {
    /// Whether it speaks against the log, and not just of a witness that did not help.
    pub fn is_against_the_log(&self) -> bool {
        matches!(self, Self::Ahead { .. } | Self::Inconsistent)
    }
}
