//! Who is asked to vouch for this installation's log, and how many of them must have.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_tlog::Policy;

use crate::ports::{AskWitness, FetchError, WitnessAnswer};

/// The witnesses of this installation's own log.
pub struct Witnesses {
    /// Who they are, and how many make a quorum. It names no log: that is known once the log is begun.
    pub policy: Policy,
    /// How they are asked.
    pub ask: Arc<dyn AskWitness>,
}

impl Default for Witnesses {
    /// Nobody is asked.
    fn default() -> Self {
        Self {
            policy: Policy::unwitnessed([]),
            ask: Arc::new(Nobody),
        }
    }
}

struct Nobody;

#[async_trait]
impl AskWitness for Nobody {
    async fn ask(&self, _: &str, _: String) -> Result<WitnessAnswer, FetchError> {
        Err(FetchError::Offline)
    }
}
