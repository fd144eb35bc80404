//! Having the signer refuse a key that was given up, and forget one that was destroyed.
//!
//! What the rows say would be enough, as long as they are the newest: after an older copy of the database was restored, it is the signer
//! that still knows.
//!
//! **Invariant (threat 62):** only the very key is ended. One that has its name now, since an alias was moved or a token exchanged, is another's.

use std::collections::BTreeSet;

use touchstone_store::{KeyState, SigningKeyRow, TenantId};
use tracing::error;

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
        match end_in(world, row, custody, everywhere).await {
            Ok(()) => {}
            // In a file it never came to be, or is gone; and where nobody knows in whose hands it is, it is not in all of them.
            Err(SignError::NoSuchKey) if everywhere || custody.is_empty() => {}
            Err(SignError::NoSuchKey) => error!(
                key,
                custody,
                "what holds the keys has no key of that name that could be compared; what has it without a public half was ended. If its token, prefix or \
                 region is another one now, end the key there"
            ),
            Err(SignError::AnotherKey) if everywhere => error!(
                key,
                custody, "another key has the name of one that ended, and was left as it is"
            ),
            // The others are told all the same.
            Err(error) => {
                if error == SignError::Locked && !custody.is_empty() {
                    error!(
                        key,
                        custody,
                        "a key that ended was left as it is: what has its name could not be compared with it, as where other keys have that name, too. It is \
                         ended once they are taken away, or end it there"
                    );
                }
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// Has one custody end a key, after a look whether it is the one that was published. What has no key of that name makes none from here on.
async fn end_in(
    world: &World,
    row: &SigningKeyRow,
    custody: &str,
    everywhere: bool,
) -> Result<(), SignError> {
    let handle = &format!("{custody}{}", row.id);
    // What a key file opens to is the key of that name; one that does not open is ended as well.
    let there = match custody.is_empty() && !everywhere {
        true => Ok(()),
        false => look(world, row, handle).await,
    };
    match there {
        Ok(()) | Err(SignError::NoSuchKey) => {}
        Err(SignError::AnotherKey) => return Err(SignError::AnotherKey),
        Err(_) if custody.is_empty() => {}
        Err(SignError::Ended) => return Ok(()),
        Err(error) => return Err(error),
    }
    match row.state {
        KeyState::Compromised => world.signer.end(handle).await?,
        KeyState::Destroyed => world.signer.destroy(handle).await?,
        KeyState::Pending | KeyState::Active | KeyState::Retired => return Ok(()),
    }
    match there {
        Err(SignError::NoSuchKey) => Err(SignError::NoSuchKey),
        _ => Ok(()),
    }
}

/// Whether the key that has the name is the one that was published.
async fn look(world: &World, row: &SigningKeyRow, handle: &str) -> Result<(), SignError> {
    let public = world.signer.public(handle).await?;
    match public.named().to_multikey() == row.public_multibase {
        true => Ok(()),
        false => Err(SignError::AnotherKey),
    }
}
