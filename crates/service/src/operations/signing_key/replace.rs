//! The key that signs after one that was given up, where no other does. It is made with the giving up, or as soon as what makes keys answers
//! again: a stolen key is stopped in any case.

use touchstone_store::{KeyState, SigningKeyRow, TenantId, Tx};
use tracing::warn;

use super::{
    SigningKeyError,
    activate::{ACTOR, begin},
    change::{enter, say_keys_anew},
    find,
    make::{made, prepare_beside},
};
use crate::{World, operations::did_history};

/// A key to follow this one; `None`: what makes keys does not, and [is asked again](replace).
pub(super) async fn prepare_next(
    world: &World,
    lost: &SigningKeyRow,
) -> Result<Option<SigningKeyRow>, SigningKeyError> {
    match prepare_beside(world, lost).await {
        Ok(next) => Ok(Some(next)),
        Err(SigningKeyError::Sign(error)) => {
            warn!(key = %lost.id, %error, "no key was made to follow one that is given up; that is tried again");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Enters it, and has it sign. One that no reader of the DID's history knows begins when its line is out.
pub(super) async fn enter_next(
    world: &World,
    tx: &mut Tx,
    next: &SigningKeyRow,
    actor: &str,
) -> Result<(), SigningKeyError> {
    let due = SigningKeyRow {
        activates_at: Some(world.clock.now().unix_millis()),
        ..next.clone()
    };
    enter(tx, &due, &made(world, actor, WHY)).await?;
    match did_history::knows(tx, &due).await? {
        true => begin(world, tx, &due, actor, WHY).await,
        false => Ok(()),
    }
}

/// Makes the key that could not be made when the one before was given up. Where another signs meanwhile, or waits for
/// its line alone, that is enough.
pub(in crate::operations) async fn replace(
    world: &World,
    tenant: &TenantId,
    key: &str,
) -> Result<(), SigningKeyError> {
    let reader = world.store.read();
    let lost = reader.signing_key(tenant, key).await?;
    let lost = &lost.ok_or(SigningKeyError::NoSuchKey)?;
    let now = world.clock.now().unix_millis();
    if is_followed(now, &reader.signing_keys(tenant).await?, lost) {
        return Ok(());
    }
    let next = &prepare_beside(world, lost).await?;
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            let lost = find(tx, tenant, key).await?;
            if is_followed(now, &tx.signing_keys(tenant).await?, &lost) {
                return Ok(());
            }
            enter_next(world, tx, next, ACTOR).await?;
            did_history::say(world, tx, tenant).await?;
            Ok(say_keys_anew(world, tx).await?)
        })
        .await
}

fn is_followed(now: i64, keys: &[SigningKeyRow], lost: &SigningKeyRow) -> bool {
    let mut others = keys.iter().filter(|key| key.did() == lost.did());
    others.any(|key| key.state == KeyState::Active || is_due(now, key))
}

/// Whether a key is to sign as soon as whoever reads the history of its DID knows it.
pub(super) fn is_due(now: i64, key: &SigningKeyRow) -> bool {
    key.state == KeyState::Pending && key.activates_at.is_some_and(|at| at <= now)
}

const WHY: &str = "no other key signs";
