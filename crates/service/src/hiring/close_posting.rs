//! Closing a posting: nothing more is taken; what was sent stays until its time ends.

use touchstone_store::{AuditLine, StoreError, TenantId};

use super::PostingError;
use crate::World;

/// A request to close a posting.
#[derive(Clone, Debug)]
pub struct Closing {
    /// The institution.
    pub tenant: TenantId,
    /// Who closes, as proven by the caller.
    pub actor: String,
    /// The posting, by id.
    pub posting: String,
}

/// Closes a posting.
#[crate::boxed]
pub async fn close_posting(world: &World, order: &Closing) -> Result<(), PostingError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx.posting(&order.tenant, &order.posting).await?;
            let row = row.ok_or(PostingError::NoSuchPosting)?;
            match tx.close_posting(&order.tenant, &row.id, now).await {
                Err(StoreError::Conflict { .. }) => return Err(PostingError::Closed),
                closed => closed?,
            }
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "posting.close".into(),
                subject: row.id,
                detail: "{}".into(),
            }])
            .await?;
            Ok(())
        })
        .await
}
