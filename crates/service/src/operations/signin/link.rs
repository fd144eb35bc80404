//! One-time links: made, and spent.

use touchstone_store::{MemberRow, SigninLinkRow, StoreError, TenantId};
use touchstone_vc::Timestamp;

use super::{SignInError, SignedIn, session::start};
use crate::{World, secret};

/// A one-time link for a member, for whoever sits at the machine: the demo, `init`, a locked-out owner.
#[crate::boxed]
pub async fn link(
    world: &World,
    tenant: &TenantId,
    member: &str,
) -> Result<Option<String>, StoreError> {
    match world.store.read().member(tenant, member).await? {
        Some(member) => Ok(Some(make_link(world, &member, world.clock.now()).await?)),
        None => Ok(None),
    }
}

/// Spends a link and starts a session.
#[crate::boxed]
pub async fn sign_in(world: &World, token: &str) -> Result<SignedIn, SignInError> {
    let now = world.clock.now();
    let hash = &secret::hash(world.crypto, token);
    world
        .store
        .write(|mut tx| async move {
            let link = tx.signin_link(hash).await?.ok_or(SignInError::NoSuchLink)?;
            match tx.use_signin_link(hash, now.unix_millis()).await {
                Err(StoreError::Conflict { .. }) => return Err(SignInError::NoSuchLink),
                used => used?,
            }
            let row = tx
                .member_of_any_tenant(&link.member)
                .await?
                .filter(|row| row.disabled_at.is_none())
                .ok_or(SignInError::NoSuchLink)?;
            Ok(start(world, &mut tx, row, now, "link").await?)
        })
        .await
}

pub(super) async fn make_link(
    world: &World,
    member: &MemberRow,
    now: Timestamp,
) -> Result<String, StoreError> {
    let token = secret::draw(&*world.rng);
    let row = &SigninLinkRow {
        token_hash: secret::hash(world.crypto, &token),
        member: member.id.clone(),
        created_at: now.unix_millis(),
        expires_at: now.unix_millis() + LINK_MS,
        used_at: None,
    };
    world
        .store
        .write(|mut tx| async move { tx.add_signin_link(row.clone()).await })
        .await?;
    Ok(world.site.link(&format!("/signin/{token}")))
}

const LINK_MS: i64 = 15 * 60 * 1_000;
