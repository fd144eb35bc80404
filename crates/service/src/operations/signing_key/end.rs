//! Having the signer refuse a key that was given up, and forget one that was destroyed.
//!
//! What the rows say would be enough, as long as they are the newest: after an older copy of the database was restored, it is the signer
//! that still knows.

use touchstone_store::{KeyState, TenantId};

use super::{SigningKeyError, handle};
use crate::{World, ports::SignError};

/// Tells the signer what became of a key. Doing it again changes nothing.
pub(in crate::operations) async fn end(
    world: &World,
    tenant: &TenantId,
    key: &str,
) -> Result<(), SigningKeyError> {
    let row = world.store.read().signing_key(tenant, key).await?;
    let row = row.ok_or(SigningKeyError::NoSuchKey)?;
    let done = match row.state {
        KeyState::Compromised => world.signer.end(&handle(&row)).await,
        KeyState::Destroyed => world.signer.destroy(&handle(&row)).await,
        KeyState::Pending | KeyState::Active | KeyState::Retired => Ok(()),
    };
    match done {
        // It never came to be, or is gone: there is nothing to be signed with.
        Ok(()) | Err(SignError::NoSuchKey) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
