//! One-time links: made, and spent.

use touchstone_store::{MemberRow, SigninLinkRow, StoreError, TenantId};

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
        Some(member) => {
            let made = &draw(world, &member);
            let row = &made.row;
            world
                .store
                .write(|mut tx| async move { tx.add_signin_link(row.clone()).await })
                .await?;
            Ok(Some(made.link.clone()))
        }
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

/// A link that was drawn, and the row by which it opens.
pub(super) struct Drawn {
    pub(super) link: String,
    row: SigninLinkRow,
}

/// Makes a link that is mailed to a member. None is made where the member has another address by now or is let in no longer, nor where as
/// many of theirs are open as anybody needs: whoever asks need not be the member.
pub(super) async fn make_mailed_link(
    world: &World,
    member: &MemberRow,
) -> Result<Option<Drawn>, StoreError> {
    let drawn = draw(world, member);
    let row = &drawn.row;
    let made = world.store.write(|mut tx| async move {
        let now = tx.member(&member.tenant, &member.id).await?;
        let stays = now.is_some_and(|now| now.email == member.email && now.disabled_at.is_none());
        if !stays || tx.open_signin_links(member, row.created_at).await? >= MOST_OPEN {
            return Ok(false);
        }
        tx.add_signin_link(row.clone()).await?;
        Ok::<_, StoreError>(true)
    });
    let made = made.await?;
    Ok(made.then_some(drawn))
}

/// Forgets a link that no mail took along: nobody has it, and it is none of those that are open.
pub(super) async fn forget_unmailed(world: &World, drawn: &Drawn) -> Result<(), StoreError> {
    let row = &drawn.row;
    world
        .store
        .write(|mut tx| async move { tx.forget_signin_link(row).await })
        .await
}

fn draw(world: &World, member: &MemberRow) -> Drawn {
    let now = world.clock.now().unix_millis();
    let token = secret::draw(&*world.rng);
    Drawn {
        row: SigninLinkRow {
            token_hash: secret::hash(world.crypto, &token),
            member: member.id.clone(),
            created_at: now,
            expires_at: now + LINK_MS,
            used_at: None,
        },
        link: world.site.link(&format!("/signin/{token}")),
    }
}

const LINK_MS: i64 = 15 * 60 * 1_000;
/// Links of one member that are open, mailed or made at the machine, with which no more is mailed.
const MOST_OPEN: u64 = 5;
