//! Witnesses: what is asked of one, what it decides, and what it answers.
//!
//! C2SP tlog-witness, `add-checkpoint`. A witness remembers the latest tree that it cosigned of each log, and cosigns only what
//! continues it. The decision is [`decide`]; keeping it (compare and swap, before the answer goes out) is the caller's.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::merkle::{self, ProofError};
use crate::note::{Note, PublicKey, SignatureLine, SignatureLineError, VerifierKey, VerifyError};
use crate::text::{decimal, hash, to_base64};
use crate::{Crypto, Hash};

/// Hashes that a proof may have.
pub const MOST_HASHES: usize = 63;

/// The media type of a witness's answer that names the size it has.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";

/// A checkpoint to be cosigned, and the proof that it continues the one of `old_size`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddCheckpoint {
    /// Entries of the tree that the witness is thought to have cosigned last; 0 for none.
    pub old_size: u64,
    /// The consistency proof.
    pub proof: Vec<Hash>,
    /// What is to be cosigned.
    pub checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// Reads the body of a request.
    pub fn parse(bytes: &[u8]) -> Result<Self, AddCheckpointError> {
        let empty = bytes.windows(2).position(|pair| pair == b"\n\n");
        let (head, checkpoint) = bytes.split_at(empty.ok_or(AddCheckpointError::NoCheckpoint)?);
        let head = str::from_utf8(head).map_err(|_| AddCheckpointError::OldSize)?;
        let mut lines = head.split('\n').zip(1..);
        let old = lines.next().and_then(|(line, _)| line.strip_prefix("old "));
        let old_size = old.and_then(decimal).ok_or(AddCheckpointError::OldSize)?;
        let mut proof = Vec::new();
        for (line, number) in lines {
            if proof.len() == MOST_HASHES {
                return Err(AddCheckpointError::TooManyHashes);
            }
            proof.push(hash(line).ok_or(AddCheckpointError::Hash { line: number })?);
        }
        Ok(Self {
            old_size,
            proof,
            checkpoint: SignedCheckpoint::parse(&checkpoint[2..])?,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        for hash in &self.proof {
            writeln!(f, "{}", to_base64(&hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint.note)
    }
}

/// The latest tree of a log that a witness cosigned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Latest {
    /// Entries in it.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Whether a witness cosigns. `keys` are those that it trusts for the log of this origin, `latest` what it cosigned last
/// of it. Where it does, the checkpoint of the request is the latest from then on.
pub fn decide(
    request: &AddCheckpoint,
    keys: &[VerifierKey],
    latest: Option<Latest>,
    crypto: &Crypto,
) -> Result<Latest, Refusal> {
    if keys.is_empty() {
        return Err(Refusal::UnknownLog);
    }
    let SignedCheckpoint { checkpoint, note } = &request.checkpoint;
    note.verify(keys, crypto).map_err(Refusal::NotSigned)?;
    if request.old_size > checkpoint.size {
        return Err(Refusal::OldSizeLarger);
    }
    let size = latest.map_or(0, |latest| latest.size);
    if request.old_size != size {
        return Err(Refusal::Conflict { size });
    }
    if checkpoint.size == 0 && checkpoint.root != merkle::empty_root(crypto) {
        return Err(Refusal::NotEmptyRoot);
    }
    match latest.filter(|latest| latest.size > 0) {
        None if request.proof.is_empty() => {}
        None => return Err(Refusal::Inconsistent(ProofError::EmptyOldTree)),
        Some(latest) if latest.size == checkpoint.size && latest.root != checkpoint.root => {
            return Err(Refusal::Fork { size });
        }
        Some(latest) => {
            let (old, new) = (
                (latest.size, latest.root),
                (checkpoint.size, checkpoint.root),
            );
            merkle::verify_consistency(crypto, old, new, &request.proof)
                .map_err(Refusal::Inconsistent)?;
        }
    }
    Ok(Latest {
        size: checkpoint.size,
        root: checkpoint.root,
    })
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No key is trusted for this origin.
    #[error("this witness does not know the log")]
    UnknownLog,
    /// No trusted key signed, or a signature of one does not hold.
    #[error("the checkpoint is not signed by the log: {0}")]
    NotSigned(VerifyError),
    /// The proof would go backwards.
    #[error("the old size is larger than the checkpoint's")]
    OldSizeLarger,
    /// Another tree was cosigned last: stale, or rolled back.
    #[error("the latest checkpoint that this witness cosigned has {size} entries")]
    #[expect(missing_docs)]
    Conflict { size: u64 },
    /// A tree without entries has one root only.
    #[error("a tree without entries has another root")]
    NotEmptyRoot,
    /// Two trees of one size: the log forked.
    #[error("another root of the same size was cosigned: the log has forked")]
    #[expect(missing_docs)]
    Fork { size: u64 },
    /// It does not continue what was cosigned.
    #[error("the consistency proof does not hold: {0}")]
    Inconsistent(ProofError),
}

impl Refusal {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownLog => 404,
            Self::NotSigned(_) => 403,
            Self::OldSizeLarger => 400,
            Self::Conflict { .. } => 409,
            Self::Fork { .. } | Self::NotEmptyRoot | Self::Inconsistent(_) => 422,
        }
    }
}

/// The cosignatures of `keys` in a witness's answer, which is the body of a 200. Signatures of others are ignored; one of these
/// that does not hold, or that states no time, spoils the answer.
pub fn cosignatures(
    body: &[u8],
    checkpoint: &SignedCheckpoint,
    keys: &[VerifierKey],
    crypto: &Crypto,
) -> Result<Vec<SignatureLine>, AnswerError> {
    let text = str::from_utf8(body).map_err(|_| AnswerError::NoLines)?;
    let text = text.strip_suffix('\n').ok_or(AnswerError::NoLines)?;
    let mut found = Vec::new();
    for (line, number) in text.split('\n').zip(1..) {
        let signature: SignatureLine = line.parse().map_err(|error| AnswerError::Line {
            line: number,
            error,
        })?;
        let cosigns = |key: &&VerifierKey| !matches!(key.key(), PublicKey::Ed25519(_));
        let known = keys.iter().filter(cosigns);
        if !known.clone().any(|key| key.made(&signature)) {
            continue;
        }
        let mut alone = Note::new(checkpoint.note.text()).expect("it was read from a note");
        alone.add(signature.clone());
        let verified = alone.verify(known, crypto)?;
        if verified.iter().any(|verified| verified.timestamp.is_none()) {
            return Err(AnswerError::NoTime);
        }
        found.push(signature);
    }
    match found.is_empty() {
        true => Err(AnswerError::Signature(VerifyError::NobodyKnown)),
        false => Ok(found),
    }
}

/// The size in the body of a 409.
pub fn conflicting_size(body: &[u8]) -> Option<u64> {
    str::from_utf8(body)
        .ok()?
        .strip_suffix('\n')
        .and_then(decimal)
}

/// The folder in which a witness serves what it cosigned of a log: the SHA-256 of the origin.
pub fn origin_hash(origin: &str, crypto: &Crypto) -> String {
    alloc::format!("{}", Hash((crypto.sha256)(origin.as_bytes())))
}

/// Why a body is no request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddCheckpointError {
    /// There is no empty line, and so no checkpoint.
    #[error("there is no empty line with a checkpoint after it")]
    NoCheckpoint,
    /// The first line is another.
    #[error("line 1: expected `old N`, N without leading zeros")]
    OldSize,
    /// A line is no hash.
    #[error("line {line}: a hash is 32 bytes in standard base64 with padding")]
    #[expect(missing_docs)]
    Hash { line: usize },
    /// More than [`MOST_HASHES`].
    #[error("the proof has more than 63 hashes")]
    TooManyHashes,
    /// What follows the empty line is no signed checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// Why an answer is no cosignature.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnswerError {
    /// It is no text of whole lines.
    #[error("the answer is no text of signature lines")]
    NoLines,
    /// A line is no signature.
    #[error("line {line} of the answer: {error}")]
    #[expect(missing_docs)]
    Line {
        line: usize,
        error: SignatureLineError,
    },
    /// A signature does not hold, or none is by the witness.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// A witness says when.
    #[error("a cosignature states no time")]
    NoTime,
}
