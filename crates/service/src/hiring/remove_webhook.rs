//! Telling an address nothing more.

use touchstone_store::{AuditLine, StoreError, TenantId};

use super::WebhookError;
use crate::World;

/// A request to remove a webhook.
#[derive(Clone, Debug)]
pub struct WebhookRemoval {
    /// The institution.
    pub tenant: TenantId,
    /// Who removes it, as proven by the caller.
    pub actor: String,
    /// The webhook, by id.
    pub webhook: String,
}

/// Removes a webhook, with what waits for it.
#[crate::boxed]
pub async fn remove_webhook(world: &World, order: &WebhookRemoval) -> Result<(), WebhookError> {
    let now = world.clock.now().unix_millis();
    let removed = world.store.write(|mut tx| async move {
        tx.remove_webhook(&order.tenant, &order.webhook).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "webhook.remove".into(),
            subject: order.webhook.clone(),
            detail: "{}".into(),
        }])
        .await
    });
    match removed.await {
        Err(StoreError::Conflict { table: "webhook" }) => Err(WebhookError::NoSuchWebhook),
        removed => Ok(removed?),
    }
}
