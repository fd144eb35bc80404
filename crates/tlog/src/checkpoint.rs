//! Checkpoints: which tree a log says it has.
//!
//! C2SP tlog-checkpoint: three lines, origin, size and root hash, in a signed note. Lines after them are read past, because
//! other logs have them, and never written: ML-DSA-44 does not sign them.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;

use crate::Hash;
use crate::note::{Note, NoteError};
use crate::text::{decimal, hash, to_base64};

/// A log's tree at one size, as the log states it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// Its root hash.
    pub root: Hash,
}

impl Checkpoint {
    /// The statement that the log of this origin has a tree of `size` entries with this root.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.contains(|letter: char| letter < ' ') {
            return Err(CheckpointError::Origin);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// Reads the text of a note.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        if lines.any(str::is_empty) {
            return Err(CheckpointError::EmptyExtension);
        }
        Self::new(
            origin,
            decimal(size).ok_or(CheckpointError::Size)?,
            hash(root).ok_or(CheckpointError::Root)?,
        )
    }

    /// Which log this is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What is signed: three lines.
    pub fn text(&self) -> String {
        let root = to_base64(&self.root.0);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }
}

/// A checkpoint and the note that it was read from, whose signatures nobody has checked yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedCheckpoint {
    /// What the text says.
    pub checkpoint: Checkpoint,
    /// The text and its signatures.
    pub note: Note,
}

impl SignedCheckpoint {
    /// Reads the file `checkpoint` of a log.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        Ok(Self {
            checkpoint: Checkpoint::parse(note.text())?,
            note,
        })
    }
}

/// Why bytes are no checkpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CheckpointError {
    /// It is no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Fewer than three lines.
    #[error("a checkpoint has three lines: origin, size and root hash")]
    Lines,
    /// Line 1 is empty or has control characters.
    #[error("line 1: the origin is empty or has control characters")]
    Origin,
    /// Line 2 is no number.
    #[error("line 2: the tree size is a decimal number without leading zeros")]
    Size,
    /// Line 3 is no hash.
    #[error("line 3: the root hash is 32 bytes in standard base64 with padding")]
    Root,
    /// A line after the third is empty.
    #[error("an extension line is empty")]
    EmptyExtension,
}
