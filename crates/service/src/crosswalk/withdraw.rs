//! Taking a proposal back.

use touchstone_store::{AuditLine, MappingState, TenantId};

use super::propose::{MappingError, party, reason};
use crate::World;

/// A request to take a proposal back.
#[derive(Clone, Debug)]
pub struct Withdrawal {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
    /// The mapping, by id.
    pub mapping: String,
    /// Why.
    pub why: String,
}

/// Takes a mapping back. It is in no release that is made from here on.
#[crate::boxed]
pub async fn withdraw(world: &World, order: &Withdrawal) -> Result<(), MappingError> {
    let why = &reason(&order.why).ok_or(MappingError::Reason)?;
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            party(&tx, &order.tenant, &order.set).await?;
            let row = tx
                .mapping(&order.tenant, &order.set, &order.mapping)
                .await?;
            let mut row = row.ok_or(MappingError::NoSuchMapping)?;
            if row.organization != order.tenant {
                return Err(MappingError::NotYours);
            }
            if row.state == MappingState::Withdrawn {
                return Err(MappingError::Withdrawn);
            }
            row.state = MappingState::Withdrawn;
            row.review_due = None;
            tx.settle_mapping(&row, row.round).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "mapping.withdraw".into(),
                subject: row.id.clone(),
                detail: serde_json::json!({"set": order.set, "why": why}).to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}
