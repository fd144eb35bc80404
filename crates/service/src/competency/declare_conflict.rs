//! Declaring a conflict of interest: the reviewer has no vote on this version in this round, and everybody who takes part sees why.

use touchstone_store::{AuditLine, CompetencyConflictRow, StoreError, TenantId};

use super::{
    CompetencyError, Voted,
    error::{joined, whole, words},
    vote::{is_due, settled},
};
use crate::{World, operations::as_one_person};

/// A declaration.
#[derive(Clone, Debug)]
pub struct DeclaredConflict {
    /// The reviewer's organization.
    pub tenant: TenantId,
    /// The reviewer, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// The round that the reviewer saw.
    pub round: i64,
    /// In what it lies.
    pub comment: String,
}

/// Declares it. What the reviewer voted before, also by a key of theirs or for another organization, no longer counts; a colleague without a
/// conflict may vote for the organization.
#[crate::boxed]
pub async fn declare_conflict(
    world: &World,
    order: &DeclaredConflict,
) -> Result<Voted, CompetencyError> {
    let comment = &words(&order.comment).ok_or(CompetencyError::Words)?;
    let now = world.clock.now().unix_millis();
    let declared = world.store.write(|mut tx| async move {
        let competency = joined(&tx, &order.tenant, &order.competency).await?;
        let mut row = whole(&tx, &order.tenant, &competency.id, order.version).await?;
        if row.round != order.round {
            return Err(CompetencyError::OtherRound);
        }
        if is_due(&row, now) {
            return Err(CompetencyError::Ended);
        }
        let votes = tx.competency_votes(&order.tenant, &competency.id, row.number);
        let mut votes = votes.await?;
        votes.retain(|vote| vote.round == row.round);
        let actors = votes.into_iter().map(|vote| (vote.tenant, vote.actor));
        let voted_as = as_one_person(&tx, &order.tenant, &order.actor, actors.collect()).await?;
        let conflict = CompetencyConflictRow {
            competency: competency.id.clone(),
            version: row.number,
            round: row.round,
            tenant: order.tenant.clone(),
            actor: order.actor.clone(),
            comment: comment.clone(),
            declared_at: now,
        };
        tx.declare_competency_conflict(conflict, &voted_as).await?;
        let tally = settled(&mut tx, &order.tenant, &competency, &mut row, now).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "competency.declare_conflict".into(),
            subject: competency.id,
            detail: serde_json::json!({
                "version": row.number, "round": row.round, "state": row.state.as_str(),
                "why": comment,
            })
            .to_string(),
        }])
        .await?;
        Ok(Voted {
            state: row.state,
            tally,
        })
    });
    match declared.await {
        Err(CompetencyError::Store(StoreError::Conflict {
            table: "competency_conflict",
        })) => Err(CompetencyError::Declared),
        declared => declared,
    }
}
