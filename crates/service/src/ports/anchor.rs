//! Anchors: strangers to the log who state when they saw one of its checkpoints.

use async_trait::async_trait;
use touchstone_anchor::{Digest, Fault};
use touchstone_vc::Timestamp;

use super::FetchError;

/// Hands the SHA-256 of a checkpoint's signed bytes to an anchor, under the rules of [`super::Fetch`].
///
/// **Invariant:** what is handed on as [`Receipt::Confirmed`] was checked whole, as a reader would check it.
#[async_trait]
pub trait Anchor: Send + Sync {
    /// Hands in a digest.
    async fn submit(&self, digest: &Digest) -> Result<Receipt, AnchorError>;

    /// Asks what became of one that was handed in, of which `proof` came so far.
    async fn refresh(&self, digest: &Digest, proof: &[u8]) -> Result<Receipt, AnchorError>;
}

/// What an anchor answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Receipt {
    /// It has it, and shows nothing yet.
    Pending {
        /// What to ask again with.
        proof: Vec<u8>,
    },
    /// It states when it had seen it.
    Confirmed {
        /// What shows it.
        proof: Vec<u8>,
        /// By when, where that can be told without looking elsewhere.
        by: Option<Timestamp>,
    },
}

/// Why an anchor did not take a digest.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnchorError {
    /// It was not reached.
    #[error("not reached: {0}")]
    Unreached(#[from] FetchError),
    /// It answered that it does not.
    #[error("it answered {0}")]
    Status(u16),
    /// What it answered proves nothing.
    #[error("its answer was not kept: {0}")]
    Unproven(#[from] Fault),
    /// It states a time at which nothing can have been handed to it, or one that is not there yet.
    #[error(
        "its answer was not kept: it states that it had seen it by {by}, and here it was {now}: one of the two clocks is wrong"
    )]
    Clock {
        /// What it states.
        by: Timestamp,
        /// The time here.
        now: Timestamp,
    },
}

impl AnchorError {
    /// Whether it answered, if not as it should: then it may have been paid for that, and asked again it answers no better. A server's own
    /// error (5xx) is no answer.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Unreached(why) => matches!(why, FetchError::TooLarge),
            Self::Status(status) => *status < 500,
            Self::Unproven(_) | Self::Clock { .. } => true,
        }
    }
}
