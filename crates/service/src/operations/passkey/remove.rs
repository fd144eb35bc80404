//! Removing a passkey: it opens nothing from now on.

use touchstone_store::StoreError;

use super::PasskeyError;
use crate::{
    World,
    operations::{Member, signin},
};

/// Removes one of a member's own passkeys. Sessions that it opened stay until they end or are signed out.
pub async fn remove(world: &World, member: &Member, id: &str) -> Result<(), PasskeyError> {
    let now = world.clock.now();
    let removed = world.store.write(|mut tx| async move {
        let holder = tx.member(&member.tenant, &member.id).await?;
        let holder = holder.ok_or(PasskeyError::NoSuchPasskey)?;
        let row = tx.passkey(id).await?;
        let row = row.filter(|row| row.member == holder.id);
        let row = row.ok_or(PasskeyError::NoSuchPasskey)?;
        tx.remove_passkey(&holder.id, id).await?;
        let detail = serde_json::json!({ "passkey": row.id, "label": row.label }).to_string();
        tx.audit([signin::line(&holder, now, "passkey.remove", detail)])
            .await?;
        Ok(())
    });
    match removed.await {
        Err(PasskeyError::Store(StoreError::Conflict { .. })) => Err(PasskeyError::NoSuchPasskey),
        removed => removed,
    }
}
