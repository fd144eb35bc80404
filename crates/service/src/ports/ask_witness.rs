//! Witnesses of transparency logs.

use async_trait::async_trait;

use super::FetchError;

/// Sends a checkpoint to a witness, under the rules of [`super::Fetch`].
#[async_trait]
pub trait AskWitness: Send + Sync {
    /// Posts `body` to `url`. Every answer is handed on, whatever its status.
    async fn ask(&self, url: &str, body: String) -> Result<WitnessAnswer, FetchError>;
}

/// What a witness answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WitnessAnswer {
    /// The status.
    pub status: u16,
    /// The body.
    pub bytes: Vec<u8>,
}
