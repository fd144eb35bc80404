//! Removing a passkey: it opens nothing from now on.

use touchstone_store::{AuditLine, StoreError, TenantId};

use super::PasskeyError;
use crate::World;

/// A request to remove a passkey.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Removal {
    pub tenant: TenantId,
    /// Who asks: the member whose passkey it is, or an owner.
    pub actor: String,
    pub member: String,
    pub passkey: String,
}

/// Removes a passkey of a member. Sessions that it opened stay until they end or are signed out, unless somebody else removes it: a
/// device that was lost may be signed in, or read the mail with the next link.
#[crate::boxed]
pub async fn remove(world: &World, order: &Removal) -> Result<(), PasskeyError> {
    let now = world.clock.now().unix_millis();
    let removed = world.store.write(|mut tx| async move {
        let holder = tx.member(&order.tenant, &order.member).await?;
        let holder = holder.ok_or(PasskeyError::NoSuchPasskey)?;
        let row = tx.passkey(&order.passkey).await?;
        let row = row.filter(|row| row.member == holder.id);
        let row = row.ok_or(PasskeyError::NoSuchPasskey)?;
        tx.remove_passkey(&holder.id, &row.id).await?;
        if order.actor != holder.id {
            tx.end_sessions_of(&holder.id).await?;
            tx.forget_signin_links_of(&holder.id).await?;
        }
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "passkey.remove".into(),
            subject: holder.id,
            detail: serde_json::json!({ "passkey": row.id, "label": row.label }).to_string(),
        }])
        .await?;
        Ok(())
    });
    match removed.await {
        Err(PasskeyError::Store(StoreError::Conflict { .. })) => Err(PasskeyError::NoSuchPasskey),
        removed => removed,
    }
}
