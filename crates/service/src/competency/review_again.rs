//! Beginning another review of a version that was decided: because its agreement ended, or because something changed.

use touchstone_store::{AuditLine, CompetencyState, StoreError, TenantId};

use super::{
    CompetencyError,
    error::{joined, whole, why},
};
use crate::World;

/// A request to review a version again.
#[derive(Clone, Debug)]
pub struct ReviewAgain {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// Why.
    pub why: String,
}

/// Begins a new round and answers its number: the votes before stay on record and count no more. What was released stays released.
#[crate::boxed]
pub async fn review_again(world: &World, order: &ReviewAgain) -> Result<i64, CompetencyError> {
    let why = &why(&order.why)?;
    let now = world.clock.now().unix_millis();
    let begun = world.store.write(|mut tx| async move {
        joined(&tx, &order.tenant, &order.competency).await?;
        let mut row = whole(&tx, &order.tenant, &order.competency, order.version).await?;
        if row.state == CompetencyState::Proposed {
            return Err(CompetencyError::UnderReview);
        }
        let before = row.round;
        row.round += 1;
        row.state = CompetencyState::Proposed;
        (row.decided_at, row.review_due) = (None, None);
        tx.settle_competency_version(&row, before).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "competency.review_again".into(),
            subject: order.competency.clone(),
            detail: serde_json::json!({"version": row.number, "round": row.round, "why": why})
                .to_string(),
        }])
        .await?;
        Ok(row.round)
    });
    match begun.await {
        Err(CompetencyError::Store(StoreError::Conflict {
            table: "competency_version",
        })) => Err(CompetencyError::OtherRound),
        begun => begun,
    }
}
