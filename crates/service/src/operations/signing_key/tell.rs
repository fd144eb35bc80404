//! Telling those who administer the institution that a key was given up.

use touchstone_store::{StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;

use crate::{
    World,
    operations::{
        Member, Permission,
        job::{Job, Lease},
        member,
        notice::{Notice, Unavailable, mail},
    },
};

/// Queues a mail to each owner. One that is refused, or that waits for its server, holds up no other and has none sent twice.
pub(super) async fn queue_mails(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    key: &str,
) -> Result<(), StoreError> {
    let now = world.clock.now();
    for row in tx.members(tenant).await? {
        let member = Member::from_row(row)?;
        if !member.may(Permission::Administer) {
            continue;
        }
        let job = Job::KeyMail {
            tenant: tenant.to_string(),
            key: key.to_owned(),
            member: Some(member.id),
        };
        tx.enqueue(job.queued(&*world.rng, now, now)).await?;
    }
    Ok(())
}

/// Takes a job apart that a version before queued for all owners, and ends it with that: taken apart twice, it would tell whoever was told by then
/// again.
pub(in crate::operations) async fn tell_owners(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    key: &str,
) -> Result<(), TellError> {
    world
        .store
        .write(|mut tx| async move {
            queue_mails(world, &mut tx, tenant, key).await?;
            lease.end(&mut tx).await
        })
        .await
        .map_err(TellError::Store)
}

/// Mails an owner: which key, since when, what rests on it and what is to be done. Nothing to whoever is none any more.
pub(in crate::operations) async fn tell_owner(
    world: &World,
    tenant: &TenantId,
    key: &str,
    owner: &str,
) -> Result<(), TellError> {
    let reader = world.store.read();
    let Some(institution) = reader.institution(tenant).await? else {
        return Ok(());
    };
    let Some(row) = reader.signing_key(tenant, key).await? else {
        return Ok(());
    };
    let Some(since) = row.compromised_since.map(Timestamp::from_unix_millis) else {
        return Ok(());
    };
    let signed = reader.count_signed_with(tenant, key).await?;
    let name = &institution.name;
    let said = format!(
        "the signing key {key} of {name} was given up: it may have been in other hands since {since}. Nothing is signed with it any more. \
         {signed} credentials were signed with it; whoever checks one is told that it is in doubt."
    );
    let out = format!(
        "What to do: issue them again. The page {} lists the key, and `touchstone key reissue {key}` issues anew what still stands.",
        world.site.link("/signing-keys")
    );
    let Some(member) = member(world, tenant, owner).await? else {
        return Ok(());
    };
    if !member.may(Permission::Administer) {
        return Ok(());
    }
    let notice = Notice {
        id: format!("key.{key}.{owner}"),
        to: (&member.email, &member.name),
        institution: name,
        subject: format!("A signing key of {name} was given up"),
        said: &said,
        out: &out,
        about: "a signing key that was given up",
    };
    Ok(mail(world, notice).await?)
}

/// Why somebody was not told this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum TellError {
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    #[error(transparent)]
    Store(#[from] StoreError),
}
