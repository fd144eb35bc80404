//! Asking witnesses to cosign a log's newest checkpoint.
//!
//! **Rule (threat 50):** a witness that is down, behind or wrong leaves the checkpoint as it is; what others cosigned stands.

use std::{collections::BTreeMap, pin::Pin, task::Poll};

use touchstone_tlog::{
    Crypto, Policy, SignedCheckpoint, VerifierKey,
    note::SignatureLine,
    witness::{AddCheckpoint, AnswerError, conflicting_size, cosignatures},
};

use crate::{
    inspecting::{InspectError, Source, continued},
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

/// Asks every witness of `policy` that has an address and has not cosigned, all at once, and adds what they sign to `signed`. The tiles that
/// prove consistency come from `source`.
pub async fn ask_witnesses(
    source: Source<'_>,
    signed: &mut SignedCheckpoint,
    policy: &Policy,
    witnesses: &dyn AskWitness,
    crypto: &Crypto,
) -> Result<Vec<Asked>, InspectError> {
    let places = places(policy);
    let shown = signed.clone();
    let answers = all(places.values().map(|place| -> Answering<'_> {
        let cosigned = shown.note.signatures().iter();
        let cosigned = cosigned.clone().any(|line| place.made(line));
        let shown = &shown;
        Box::pin(async move {
            match cosigned {
                true => None,
                false => Some(ask(source, shown, place, 0, witnesses, crypto).await),
            }
        })
    }))
    .await;
    let mut asked = Vec::new();
    for (place, answer) in places.into_values().zip(answers) {
        let refused = match answer {
            None => continue,
            Some(Ok(lines)) => {
                lines.into_iter().for_each(|line| signed.note.add(line));
                None
            }
            // What is wrong with the log's own files concerns every witness.
            Some(Err(AskError::Log(error))) => return Err(error),
            Some(Err(error)) => Some(error),
        };
        asked.push(Asked {
            url: place.url,
            name: place.name,
            refused,
        });
    }
    Ok(asked)
}

type Answering<'a> =
    Pin<Box<dyn Future<Output = Option<Result<Vec<SignatureLine>, AskError>>> + Send + 'a>>;

/// Waits for all of them at once.
pub(crate) async fn all<'a, T: 'a>(
    futures: impl Iterator<Item = Pin<Box<dyn Future<Output = T> + Send + 'a>>>,
) -> Vec<T> {
    let mut open: Vec<_> = futures.map(|future| (future, None)).collect();
    std::future::poll_fn(move |context| {
        let mut waits = false;
        for (future, done) in open.iter_mut().filter(|(_, done)| done.is_none()) {
            match future.as_mut().poll(context) {
                Poll::Ready(answer) => *done = Some(answer),
                Poll::Pending => waits = true,
            }
        }
        match waits {
            true => Poll::Pending,
            false => Poll::Ready(
                open.iter_mut()
                    .filter_map(|(_, done)| done.take())
                    .collect(),
            ),
        }
    })
    .await
}

/// A witness that can be asked: one with two keys stands in two lines of a policy, and is asked once.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) keys: Vec<VerifierKey>,
}

impl Place {
    /// Whether a signature claims to be this witness's.
    pub(crate) fn made(&self, line: &SignatureLine) -> bool {
        self.keys.iter().any(|key| key.made(line))
    }

    /// Where it is asked to cosign.
    pub(super) fn add_checkpoint(&self) -> String {
        format!("{}/add-checkpoint", self.url.trim_end_matches('/'))
    }
}

/// The witnesses of a policy that can be asked, by address.
pub(crate) fn places(policy: &Policy) -> BTreeMap<String, Place> {
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for witness in policy.witnesses() {
        let Some(url) = &witness.url else { continue };
        let place = places.entry(url.clone()).or_insert_with(|| Place {
            url: url.clone(),
            name: witness.name.clone(),
            keys: Vec::new(),
        });
        place.keys.push(witness.key.clone());
    }
    places
}

/// Asks one witness, which is taken to have cosigned `old` entries, and answers with its cosignatures.
pub(crate) async fn ask(
    source: Source<'_>,
    signed: &SignedCheckpoint,
    place: &Place,
    mut old: u64,
    witnesses: &dyn AskWitness,
    crypto: &Crypto,
) -> Result<Vec<SignatureLine>, AskError> {
    let url = place.add_checkpoint();
    let size = signed.checkpoint.size;
    // The first question finds out what the witness has; between it and the second somebody else may have asked.
    for _ in 0..3 {
        let request = AddCheckpoint {
            old_size: old,
            proof: proof(source, old, size, crypto).await?,
            checkpoint: signed.clone(),
        };
        let answer = witnesses.ask(&url, request.to_string()).await?;
        match answer.status {
            200 => return Ok(cosignatures(&answer.bytes, signed, &place.keys, crypto)?),
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
    Ok(continued(source, old, size, crypto).await?)
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
