//! Resolving a DID for whoever asks.

use touchstone_vc::did::resolution::{self, Asked, Resolution};

use super::Conformance;
use crate::ports::FetchError;

/// Answers as a DID resolver does. What a `did:web` publishes is fetched.
#[crate::boxed]
pub async fn resolve(room: &Conformance, asked: &Asked<'_>) -> Resolution {
    let Some(url) = asked.needs() else {
        return resolution::resolve(asked, None);
    };
    match room.world.fetch.fetch(&url).await {
        Ok(published) => resolution::resolve(asked, Some(&published.bytes)),
        Err(FetchError::Status(404 | 410) | FetchError::NoSuchHost) => {
            resolution::resolve(asked, None)
        }
        Err(_) => resolution::unreachable(asked),
    }
}
