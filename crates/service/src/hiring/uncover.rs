//! Having a covered name shown: one application at a time, and on record.

use touchstone_store::{AuditLine, StoreError, TenantId};

use crate::World;

/// A request to show who applied.
#[derive(Clone, Debug)]
pub struct Uncovering {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The application, by id.
    pub application: String,
}

/// Shows the name of an application from here on. `false` where there is no such application.
#[crate::boxed]
pub async fn uncover(world: &World, order: &Uncovering) -> Result<bool, StoreError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx.application(&order.tenant, &order.application).await?;
            let Some(row) = row else {
                return Ok(false);
            };
            if row.uncovered_at.is_some() {
                return Ok(true);
            }
            tx.uncover_application(&order.tenant, &row.id, now).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "application.uncover".into(),
                subject: row.id,
                detail: serde_json::json!({"posting": row.posting}).to_string(),
            }])
            .await?;
            Ok(true)
        })
        .await
}
