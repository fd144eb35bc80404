//! Making a key: it is published, and signs nothing yet.

use touchstone_store::{KeyState, SigningKeyRow, TenantId};

use super::{
    SigningKey, SigningKeyError,
    change::{Step, enter, say_keys_anew},
    handle, reason, rotatable, signing_key,
};
use crate::{World, operations::did_history};

/// Makes a key and publishes it. It signs when it is activated.
#[crate::boxed]
pub async fn make(
    world: &World,
    tenant: &TenantId,
    actor: &str,
    why: &str,
) -> Result<SigningKey, SigningKeyError> {
    let why = &reason(why)?;
    let row = &prepare(world, tenant).await?;
    world
        .store
        .write(|mut tx| async move {
            enter(&mut tx, row, &made(world, actor, why)).await?;
            did_history::say(world, &mut tx, tenant).await?;
            say_keys_anew(world, &mut tx).await
        })
        .await?;
    let made = signing_key(world, tenant, &row.id).await?;
    made.ok_or(SigningKeyError::NoSuchKey)
}

/// Has the signer make a key. A crash after this leaves a key that nothing refers to: no name is given a second time.
pub(super) async fn prepare(
    world: &World,
    tenant: &TenantId,
) -> Result<SigningKeyRow, SigningKeyError> {
    made_by_signer(world, fresh(world, tenant).await?).await
}

/// The same in the name of one of the institution's DIDs, to follow another key of it: what cannot wait has room kept for it.
pub(super) async fn prepare_beside(
    world: &World,
    key: &SigningKeyRow,
) -> Result<SigningKeyRow, SigningKeyError> {
    let mut row = named(world, &key.tenant).await?;
    row.verification_method = format!("{}#{}", key.did(), row.id);
    made_by_signer(world, row).await
}

async fn made_by_signer(
    world: &World,
    mut row: SigningKeyRow,
) -> Result<SigningKeyRow, SigningKeyError> {
    let public = world.signer.create(&handle(&row)).await?;
    row.public_multibase = public.named().to_multikey();
    Ok(row)
}

/// A key that has its name and custody, and no public half yet. Refused where the history of the DID has no room for it.
pub(super) async fn fresh(
    world: &World,
    tenant: &TenantId,
) -> Result<SigningKeyRow, SigningKeyError> {
    let reader = world.store.read();
    // The room that is kept is for this: without any key nothing is issued, and nothing withdrawn.
    let can_wait = reader.active_signing_key(tenant).await?.is_some();
    if can_wait && !did_history::has_room(&reader, tenant).await? {
        return Err(SigningKeyError::HistoryFull);
    }
    named(world, tenant).await
}

async fn named(world: &World, tenant: &TenantId) -> Result<SigningKeyRow, SigningKeyError> {
    let reader = world.store.read();
    let (institution, did) = rotatable(reader.institution(tenant).await?)?;
    let number = reader.signing_keys(tenant).await?.len() + 1;
    let random: [u8; 4] = world.rng.bytes();
    let random = u32::from_be_bytes(random);
    let id = format!("{}-{number}-{random:08x}", institution.slug);
    Ok(SigningKeyRow {
        verification_method: format!("{did}#{id}"),
        id,
        tenant: tenant.clone(),
        public_multibase: String::new(),
        state: KeyState::Pending,
        created_at: world.clock.now().unix_millis(),
        retired_at: None,
        secret: None,
        custody: world.signer.custody().to_owned(),
        activates_at: None,
        compromised_since: None,
    })
}

pub(super) fn made<'a>(world: &World, actor: &'a str, reason: &'a str) -> Step<'a> {
    let now = world.clock.now();
    Step {
        to: KeyState::Pending,
        at: now,
        since: now,
        actor,
        reason,
    }
}
