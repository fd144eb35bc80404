//! Showing an endorsement no more: the institution that asked decides what stands on its pages.

use touchstone_store::{AuditLine, StoreError, TenantId};

use super::EndorsementError;
use crate::World;

/// A request to show an endorsement no more.
#[derive(Clone, Debug)]
pub struct Hiding {
    /// The institution that asked for it.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The request, by id.
    pub id: String,
}

/// Stops showing it. It counts for nothing from now on; its entry in the log stays.
#[crate::boxed]
pub async fn hide(world: &World, order: &Hiding) -> Result<(), EndorsementError> {
    let at = world.clock.now().unix_millis();
    let hidden = world.store.write(|mut tx| async move {
        let said = tx.endorsement(&order.tenant, &order.id).await?;
        let said = said.ok_or(EndorsementError::NoSuchEndorsement)?;
        tx.hide_endorsement(&order.tenant, &order.id, at).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at,
            actor: order.actor.clone(),
            action: "endorsement.hide".into(),
            subject: order.id.clone(),
            detail: serde_json::json!({"sha256": said.sha256}).to_string(),
        }])
        .await?;
        Ok(())
    });
    match hidden.await {
        Err(EndorsementError::Store(StoreError::Conflict {
            table: "endorsement",
        })) => Err(EndorsementError::Hidden),
        hidden => hidden,
    }
}
