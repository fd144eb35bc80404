//! Proofs in a file: that an entry is in a log, to be checked without asking anyone.
//!
//! C2SP tlog-proof (`.tlog-proof`): the entry's place, the way from its hash to the root, and the signed checkpoint word for word. The
//! `extra` line is the application's, and nobody vouches for it.

use alloc::vec::Vec;
use core::fmt;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::merkle::{self, ProofError};
use crate::policy::{Evaluation, Policy, PolicyError};
use crate::text::{base64, decimal, hash, to_base64};
use crate::{Crypto, Hash};

/// A proof that an entry is in a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlogProof {
    /// What the application put beside it, for instance a salt. Nothing signs it.
    pub extra: Option<Vec<u8>>,
    /// The entry's place in the log, from 0.
    pub index: u64,
    /// From the hash beside the entry's to the one below the root.
    pub path: Vec<Hash>,
    /// The tree, and who signed it.
    pub checkpoint: SignedCheckpoint,
}

impl TlogProof {
    /// Reads a `.tlog-proof`. It must be the whole of `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        // Lines before the checkpoint are ASCII; what is no UTF-8 is no checkpoint either.
        let empty = bytes.windows(2).position(|pair| pair == b"\n\n");
        let (head, checkpoint) = bytes.split_at(empty.ok_or(TlogProofError::NoCheckpoint)?);
        let head = str::from_utf8(head).map_err(|_| TlogProofError::Header)?;
        let mut lines = head.split('\n').zip(1..).peekable();
        match lines.next() {
            Some((HEADER, _)) => {}
            _ => return Err(TlogProofError::Header),
        }
        let mut extra = None;
        if let Some(text) = lines
            .peek()
            .and_then(|(line, _)| line.strip_prefix("extra "))
        {
            let bytes = base64(text).filter(|bytes| !bytes.is_empty());
            extra = Some(bytes.ok_or(TlogProofError::Extra)?);
            lines.next();
        }
        let index = lines
            .next()
            .and_then(|(line, _)| line.strip_prefix("index "));
        let index = index.and_then(decimal).ok_or(TlogProofError::Index)?;
        let mut path = Vec::new();
        for (line, number) in lines {
            if path.len() == LONGEST {
                return Err(TlogProofError::TooManyHashes);
            }
            path.push(hash(line).ok_or(TlogProofError::Hash { line: number })?);
        }
        Ok(Self {
            extra,
            index,
            path,
            checkpoint: SignedCheckpoint::parse(&checkpoint[2..])?,
        })
    }

    /// Whether the entry with this hash is in the tree, and whether the tree is signed as `policy` asks. Says who saw it, and when.
    pub fn verify<'p>(
        &self,
        leaf: Hash,
        policy: &'p Policy,
        crypto: &Crypto,
    ) -> Result<Evaluation<'p>, TlogProofRefusal> {
        let evaluation = policy.evaluate(&self.checkpoint, crypto)?;
        let tree = &self.checkpoint.checkpoint;
        merkle::verify_inclusion(crypto, leaf, self.index, tree.size, &self.path, tree.root)?;
        Ok(evaluation)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", to_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", to_base64(&hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint.note)
    }
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Hashes in a proof for the largest tree there can be.
const LONGEST: usize = 64;

/// Why bytes are no `.tlog-proof`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TlogProofError {
    /// The first line is another.
    #[error("line 1: expected c2sp.org/tlog-proof@v1")]
    Header,
    /// There is no empty line, and so no checkpoint.
    #[error("there is no empty line with a checkpoint after it")]
    NoCheckpoint,
    /// The extra data are not base64, or empty.
    #[error("line 2: the extra data are standard base64 with padding, and not empty")]
    Extra,
    /// There is no index.
    #[error("a line `index N` is missing before the hashes, N without leading zeros")]
    Index,
    /// A line is no hash.
    #[error("line {line}: a hash is 32 bytes in standard base64 with padding")]
    #[expect(missing_docs)]
    Hash { line: usize },
    /// No tree is so high.
    #[error("the proof has more than 64 hashes")]
    TooManyHashes,
    /// What follows the empty line is no signed checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// Why a proof is not believed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TlogProofRefusal {
    /// The checkpoint is not signed as the policy asks.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The entry is not where the proof says.
    #[error(transparent)]
    Inclusion(#[from] ProofError),
}
