//! The keys that sign an institution's credentials, as its members may see them.

use touchstone_store::{KeyState, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::World;

/// A key that signs, or signed. An old one stays published, so that what it signed can still be checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningKey {
    /// Its id.
    pub id: String,
    /// The verification method that proofs name.
    pub name: String,
    /// It signs now.
    pub active: bool,
    /// When it was made.
    pub since: Timestamp,
    /// When it stopped signing.
    pub until: Option<Timestamp>,
}

/// All keys of an institution, newest first.
pub async fn signing_keys(world: &World, tenant: &TenantId) -> Result<Vec<SigningKey>, StoreError> {
    let rows = world.store.read().signing_keys(tenant).await?.into_iter();
    let keys = rows.map(|row| SigningKey {
        id: row.id,
        name: row.verification_method,
        active: row.state == KeyState::Active,
        since: Timestamp::from_unix_millis(row.created_at),
        until: row.retired_at.map(Timestamp::from_unix_millis),
    });
    Ok(keys.collect())
}
