//! Telling a program of somebody else what happened.

use async_trait::async_trait;

use super::FetchError;

/// Posts a message to an address that an institution named.
///
/// **Invariant:** the same as for [`Fetch`](super::Fetch), and no redirect at all: what is told goes to the address that was named or
/// nowhere.
#[async_trait]
pub trait Tell: Send + Sync {
    /// Posts `body` with these headers, as `application/json`, and answers with the status. What else comes back is not read.
    async fn tell(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<u16, FetchError>;
}
