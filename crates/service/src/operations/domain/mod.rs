//! Whether an institution is who its domain says: it names a domain, puts a file there, and this installation looks.
//!
//! The file lies at a well-known address ([RFC 8615](https://www.rfc-editor.org/rfc/rfc8615)) and is fetched through the guarded port, as
//! documents of other issuers are. What was found says who had the domain on that day, and nothing about any other day.

mod check_domain;
mod name_domain;

use touchstone_store::{StoreError, TenantId};

use crate::{World, issuing::FoundError, ports::FetchError};

pub use check_domain::check_domain;
pub use name_domain::name_domain;
pub(super) use name_domain::parse;

/// A domain that an institution named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Domain {
    /// The domain, in the letters of the network.
    pub name: String,
    /// Where the file has to lie.
    pub address: String,
    /// What has to stand in it, as a line of its own.
    pub line: String,
    /// When it was found there last.
    pub verified_at: Option<i64>,
}

/// A request about the domain of an institution.
#[derive(Clone, Debug)]
pub struct DomainOrder {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
}

/// The domain that an institution named, proven or not.
#[crate::boxed]
pub async fn domain(world: &World, tenant: &TenantId) -> Result<Option<Domain>, StoreError> {
    let row = world.store.read().domain_proof(tenant).await?;
    Ok(row.map(|row| Domain {
        address: address(&row.domain),
        line: line(&row.token),
        name: row.domain,
        verified_at: row.verified_at,
    }))
}

fn address(domain: &str) -> String {
    format!("https://{domain}/.well-known/touchstone-domain.txt")
}

fn line(token: &str) -> String {
    format!("touchstone-domain={token}")
}

/// Why a domain was not named, or not found to be the institution's.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// Not a domain.
    #[error("write a domain, such as example.edu")]
    Name,
    /// None was named.
    #[error("name your domain first")]
    NotNamed,
    /// Another was named meanwhile.
    #[error("another domain was named in between: look again")]
    InBetween,
    /// The file could not be had.
    #[error("the file could not be read: {0}; put it there, then look again")]
    Fetch(FetchError),
    /// The file says something else.
    #[error("the file is there and does not have the line: put it there, then look again")]
    NoLine,
    /// The institution got no DID or no key.
    #[error("the domain is shown, and the institution has no key yet: {0}; look again")]
    Identity(#[from] FoundError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
