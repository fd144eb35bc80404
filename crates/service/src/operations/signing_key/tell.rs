//! Telling those who administer the institution that a key was given up.

use touchstone_store::{StoreError, TenantId};
use touchstone_vc::Timestamp;
use tracing::warn;

use crate::{
    World,
    operations::{Permission, members},
    ports::{MailError, Message},
    secret,
};

/// Mails every owner: which key, since when, what rests on it and what is to be done.
pub(in crate::operations) async fn tell_owners(
    world: &World,
    tenant: &TenantId,
    key: &str,
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
    for member in members(world, tenant).await? {
        if !member.may(Permission::Administer) {
            continue;
        }
        let letter = Message {
            id: format!("key.{}", world.rng.uuid()),
            to: member.email.clone(),
            to_name: member.name.clone(),
            from_name: name.clone(),
            reply_to: None,
            subject: format!("A signing key of {name} was given up"),
            language: "en".into(),
            text: format!("Dear {},\n\n{said}\n\n{out}\n", member.name),
            html: format!(
                "<!doctype html><html lang=\"en\"><body><p>Dear {},</p><p>{}</p><p>{}</p></body></html>",
                secret::escape(&member.name),
                secret::escape(&said),
                secret::escape(&out),
            ),
            unsubscribe: None,
        };
        match world.mail.send(&letter).await {
            Ok(()) => {}
            // What the mail server says may name the recipient, so only the kind of failure is told.
            Err(MailError::Refused(_)) => {
                warn!("the mail server refused to tell an owner that a key was given up");
            }
            Err(MailError::Unavailable(_)) => return Err(TellError::Unavailable),
        }
    }
    Ok(())
}

/// Why somebody was not told this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum TellError {
    #[error("the mail server did not take a mail about a signing key")]
    Unavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}
