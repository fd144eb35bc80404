//! Telling an address that it belongs to a member no more.

use touchstone_store::{StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{
    World,
    operations::notice::{Notice, Unavailable, mail},
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
        "an owner of {institution} changed the address of your account there at {when}. Sign-in links go to the new address from now on; \
         whoever was signed in is signed out, and passkeys that were added are removed."
    );
    let out = format!("If you did not expect this, {ask}.");
    let notice = Notice {
        id: format!("moved.{}", world.rng.uuid()),
        to: (address, name),
        institution: &institution,
        subject: format!("Your address at {institution} was changed"),
        said: &said,
        out: &out,
        about: "an address that was changed",
    };
    Ok(mail(world, notice).await?)
}

/// Why the old address was not told this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum OldAddressError {
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    #[error(transparent)]
    Store(#[from] StoreError),
}
