//! Signing in with a passkey, without saying who one is: the passkey says it.

use tracing::info;

use super::{Begun, Kind, PasskeyError, keep, port, take};
use crate::{
    World,
    operations::signin::{self, SignedIn},
};

/// Makes a challenge for whoever comes.
#[crate::boxed]
pub async fn begin(world: &World) -> Result<Begun, PasskeyError> {
    let begun = port(world)?.start_authentication()?;
    keep(world, Kind::Authentication, None, begun).await
}

/// Starts a session for the member whose passkey answered the challenge.
#[crate::boxed]
pub async fn sign_in(
    world: &World,
    ceremony: &str,
    answer: &str,
) -> Result<SignedIn, PasskeyError> {
    let port = port(world)?;
    let state = &take(world, Kind::Authentication, None, ceremony).await?;
    let claimed = &port.claimed(answer)?;
    let now = world.clock.now();
    let signed_in = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        let row = tx.passkey(&claimed.id).await?;
        let row = row.filter(|row| row.member == claimed.holder);
        let row = row.ok_or(PasskeyError::Unknown)?;
        let kept = port
            .finish_authentication(state, answer, &row.credential)
            .inspect_err(|fault| info!(%fault, "a passkey was refused"))?;
        let member = tx.member_of_any_tenant(&row.member).await?;
        let member = member.filter(|member| member.disabled_at.is_none());
        let member = member.ok_or(PasskeyError::Unknown)?;
        tx.use_passkey(&row.id, &kept, now.unix_millis()).await?;
        Ok(signin::start(world, tx, member, now, "passkey").await?)
    });
    let signed_in = signed_in.await;
    if let Err(PasskeyError::CountsBackwards) = signed_in {
        tell(world, &claimed.id).await?;
    }
    signed_in
}

/// Leaves a line for the auditor: somebody holds a copy of a member's passkey.
async fn tell(world: &World, id: &str) -> Result<(), PasskeyError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            let Some(row) = tx.passkey(id).await? else {
                return Ok(());
            };
            let Some(member) = tx.member_of_any_tenant(&row.member).await? else {
                return Ok(());
            };
            let detail = serde_json::json!({ "passkey": row.id, "label": row.label }).to_string();
            tx.audit([signin::line(&member, now, "passkey.refuse-copy", detail)])
                .await?;
            Ok(())
        })
        .await
}
