//! Beginning another review of a mapping that was decided: because its agreement ended, or because something changed.

use touchstone_store::{AuditLine, MappingState, StoreError, TenantId};

use super::{
    document::stated_until,
    propose::{MappingError, party, reason},
    vote::undecided,
};
use crate::World;

/// A request to review a mapping again.
#[derive(Clone, Debug)]
pub struct ReviewAgain {
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

/// Begins a new round: the votes before stay on record and count no more. What was released stays released.
#[crate::boxed]
pub async fn review_again(world: &World, order: &ReviewAgain) -> Result<i64, MappingError> {
    let why = &reason(&order.why).ok_or(MappingError::Reason)?;
    let now = world.clock.now().unix_millis();
    let begun = world.store.write(|mut tx| async move {
        party(&tx, &order.tenant, &order.set).await?;
        let row = tx
            .mapping(&order.tenant, &order.set, &order.mapping)
            .await?;
        let mut row = row.ok_or(MappingError::NoSuchMapping)?;
        match row.state {
            MappingState::Agreed | MappingState::Refused => {}
            MappingState::Withdrawn => return Err(MappingError::Withdrawn),
            _ => return Err(MappingError::UnderReview),
        }
        let before = row.round;
        row.round += 1;
        if row.state == MappingState::Refused {
            // What organizations disagreed with is in no release until they agree: that somebody stated it counts no more.
            row.stated = None;
        }
        row.state = undecided(&row)?;
        (row.decided_at, row.review_due) = (None, stated_until(&row));
        tx.settle_mapping(&row, before).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "mapping.review_again".into(),
            subject: row.id.clone(),
            detail: serde_json::json!({"set": order.set, "round": row.round, "why": why})
                .to_string(),
        }])
        .await?;
        Ok(row.round)
    });
    match begun.await {
        Err(MappingError::Store(StoreError::Conflict { table: "mapping" })) => {
            Err(MappingError::OtherRound)
        }
        begun => begun,
    }
}
