//! Telling an address that it belongs to a member no more.

use touchstone_store::{StoreError, TenantId};
use touchstone_vc::Timestamp;
use tracing::warn;

use crate::{
    World,
    ports::{MailError, Message},
    secret,
};

/// Mails the old address of a member that it was changed, when, and whom to ask. The new one is not named: the old one may be
/// somebody else's.
pub(in crate::operations) async fn tell_old_address(
    world: &World,
    tenant: &TenantId,
    name: &str,
    address: &str,
    moved_at: i64,
) -> Result<(), OldAddressError> {
    let Some(institution) = world.store.read().institution(tenant).await? else {
        return Ok(());
    };
    let ask = match &institution.contact_email {
        Some(contact) => format!("write to {contact}"),
        None => "ask one of its owners".to_owned(),
    };
    let institution = institution.name;
    let when = Timestamp::from_unix_millis(moved_at).whole_seconds();
    let said = format!(
        "an owner of {institution} changed the address of your account there at {when}. Sign-in links go to the new address from now on, \
         and whoever was signed in is signed out."
    );
    let out = format!("If you did not expect this, {ask}.");
    let letter = Message {
        id: format!("moved.{}", world.rng.uuid()),
        to: address.to_owned(),
        to_name: name.to_owned(),
        from_name: institution.clone(),
        reply_to: None,
        subject: format!("Your address at {institution} was changed"),
        language: "en".into(),
        text: format!("Dear {name},\n\n{said}\n\n{out}\n"),
        html: format!(
            "<!doctype html><html lang=\"en\"><body><p>Dear {},</p><p>{}</p><p>{}</p></body></html>",
            secret::escape(name),
            secret::escape(&said),
            secret::escape(&out),
        ),
        unsubscribe: None,
    };
    match world.mail.send(&letter).await {
        Ok(()) => Ok(()),
        // What the mail server says may name the recipient, so only the kind of failure is told.
        Err(MailError::Refused(_)) => {
            warn!("the mail server refused to tell an old address that it was changed");
            Ok(())
        }
        Err(MailError::Unavailable(_)) => Err(OldAddressError::Unavailable),
    }
}

/// Why the old address was not told this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum OldAddressError {
    #[error("the mail server did not take a mail to an old address")]
    Unavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}
