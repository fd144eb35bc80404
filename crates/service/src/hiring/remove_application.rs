//! Deleting an application before its time ends, because it is decided.

use touchstone_store::{AuditLine, StoreError, TenantId};

use crate::World;

/// A request to delete an application.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The institution.
    pub tenant: TenantId,
    /// Who deletes, as proven by the caller.
    pub actor: String,
    /// The application, by id.
    pub application: String,
}

/// Deletes an application with all that came with it, and answers to which posting it was sent. `None` where there is none.
pub async fn remove_application(
    world: &World,
    order: &Removal,
) -> Result<Option<String>, StoreError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx.application(&order.tenant, &order.application).await?;
            let Some(row) = row else {
                return Ok(None);
            };
            tx.remove_application(&order.tenant, &row.id).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "application.remove".into(),
                subject: row.id,
                detail: serde_json::json!({"posting": row.posting}).to_string(),
            }])
            .await?;
            Ok(Some(row.posting))
        })
        .await
}
