//! Having the signer refuse a key that was given up, and forget one that was destroyed.
//!
//! What the rows say would be enough, as long as they are the newest: after an older copy of the database was restored, it is the signer
//! that still knows.

use std::collections::BTreeSet;

use touchstone_store::{KeyState, TenantId};

use super::SigningKeyError;
use crate::{World, ports::SignError};

/// Tells the signer what became of a key; where nobody knows in whose hands it is, all of them. Doing it again changes nothing.
pub(in crate::operations) async fn end(
    world: &World,
    tenant: &TenantId,
    key: &str,
    everywhere: bool,
) -> Result<(), SigningKeyError> {
    let keys = world.store.read().signing_keys(tenant).await?;
    let row = keys.iter().find(|row| row.id == key);
    let row = row.ok_or(SigningKeyError::NoSuchKey)?;
    let mut custodies = BTreeSet::from([row.custody.as_str()]);
    if everywhere {
        custodies.extend(world.signer.custodies());
        custodies.extend(keys.iter().map(|row| row.custody.as_str()));
    }
    let mut failed = None;
    for custody in custodies {
        let handle = format!("{custody}{key}");
        let done = match row.state {
            KeyState::Compromised => world.signer.end(&handle).await,
            KeyState::Destroyed => world.signer.destroy(&handle).await,
            KeyState::Pending | KeyState::Active | KeyState::Retired => Ok(()),
        };
        match done {
            // It never came to be, or is gone: there is nothing to be signed with.
            Ok(()) | Err(SignError::NoSuchKey) => {}
            // The others are told all the same.
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
