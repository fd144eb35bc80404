//! Closing the page for an institution's own people. What they sent stays.

use touchstone_store::{AuditLine, StoreError, TenantId};

use super::StaffPageError;
use crate::World;

/// A request to close the page.
#[derive(Clone, Debug)]
pub struct StaffPageClosing {
    /// The institution.
    pub tenant: TenantId,
    /// Who closes it, as proven by the caller.
    pub actor: String,
}

/// Closes the page: its address leads nowhere from then on.
#[crate::boxed]
pub async fn close_staff_page(
    world: &World,
    order: &StaffPageClosing,
) -> Result<(), StaffPageError> {
    let now = world.clock.now().unix_millis();
    let closed = world.store.write(|mut tx| async move {
        tx.remove_staff_page(&order.tenant).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "staff_page.close".into(),
            subject: order.tenant.to_string(),
            detail: "{}".into(),
        }])
        .await
    });
    match closed.await {
        Err(StoreError::Conflict {
            table: "staff_page",
        }) => Err(StaffPageError::None),
        closed => Ok(closed?),
    }
}
