//! Documents of other issuers: status lists, DID documents, credentials behind a link.

use async_trait::async_trait;

/// Reads one public document.
///
/// **Invariant:** https only (plain http on loopback where the operator allowed it for trials), public addresses only, the
/// vetted address is the one connected to, size and time are capped, no redirect to another host.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// Reads `url`.
    async fn fetch(&self, url: &str) -> Result<Fetched, FetchError>;
}

/// A document as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fetched {
    /// The body.
    pub bytes: Vec<u8>,
    /// Its media type, lower case, without parameters; empty if none was named.
    pub media_type: String,
}

/// Why a document could not be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// Fetching is switched off for this call.
    #[error("fetching is switched off")]
    Offline,
    /// Not an https address.
    #[error("not an https address")]
    NotHttps,
    /// The host leads to an address that is not public.
    #[error("the address is not public")]
    NotPublic,
    /// The host has no address.
    #[error("the host was not found")]
    NoSuchHost,
    /// Nobody answered in time.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is larger than the cap.
    #[error("the answer is too large")]
    TooLarge,
    /// The server answered with this status instead of a document.
    #[error("the server answered {0}")]
    Status(u16),
    /// The connection failed or broke.
    #[error("the connection failed")]
    Broken,
}

impl FetchError {
    /// Reads back what was noted of one in words.
    pub(crate) fn noted(words: &str) -> Option<Self> {
        let plain = [
            Self::Offline,
            Self::NotHttps,
            Self::NotPublic,
            Self::NoSuchHost,
            Self::TimedOut,
            Self::TooLarge,
            Self::Broken,
        ];
        if let Some(status) = words.strip_prefix("the server answered ") {
            return status.parse().ok().map(Self::Status);
        }
        plain.into_iter().find(|one| one.to_string() == words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_back() {
        use FetchError::{
            Broken, NoSuchHost, NotHttps, NotPublic, Offline, Status, TimedOut, TooLarge,
        };
        for error in [
            Broken,
            NoSuchHost,
            NotHttps,
            NotPublic,
            Offline,
            TimedOut,
            TooLarge,
            Status(404),
            Status(410),
        ] {
            assert_eq!(FetchError::noted(&error.to_string()), Some(error));
        }
        assert_eq!(FetchError::noted("something else"), None);
    }
}
