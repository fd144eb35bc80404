//! Declaring a conflict of interest: the reviewer has no vote on this mapping in this round, and everybody who takes part sees why.

use touchstone_store::{AuditLine, MappingConflictRow, MappingState, StoreError, TenantId};

use super::{
    Voted,
    propose::{MappingError, party, reason},
    vote::{has_ended, settled},
};
use crate::{World, operations::as_one_person};

/// A declaration.
#[derive(Clone, Debug)]
pub struct DeclaredConflict {
    /// The reviewer's organization.
    pub tenant: TenantId,
    /// The reviewer, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
    /// The mapping, by id.
    pub mapping: String,
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
) -> Result<Voted, MappingError> {
    let comment = &reason(&order.comment).ok_or(MappingError::Comment)?;
    let now = world.clock.now().unix_millis();
    let declared = world.store.write(|mut tx| async move {
        party(&tx, &order.tenant, &order.set).await?;
        let row = tx
            .mapping(&order.tenant, &order.set, &order.mapping)
            .await?;
        let mut row = row.ok_or(MappingError::NoSuchMapping)?;
        if row.state == MappingState::Withdrawn {
            return Err(MappingError::Withdrawn);
        }
        if row.round != order.round {
            return Err(MappingError::OtherRound);
        }
        if has_ended(&row, now) {
            return Err(MappingError::Ended);
        }
        let votes = tx.mapping_votes(&order.tenant, &order.set, &row.id);
        let mut votes = votes.await?;
        votes.retain(|vote| vote.round == row.round);
        let actors = votes.into_iter().map(|vote| (vote.tenant, vote.actor));
        let voted_as = as_one_person(&tx, &order.tenant, &order.actor, actors.collect()).await?;
        let conflict = MappingConflictRow {
            mapping: row.id.clone(),
            round: row.round,
            tenant: order.tenant.clone(),
            actor: order.actor.clone(),
            comment: comment.clone(),
            declared_at: now,
        };
        tx.declare_mapping_conflict(conflict, &voted_as).await?;
        let tally = settled(&mut tx, &order.tenant, &mut row, now).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "mapping.declare_conflict".into(),
            subject: row.id.clone(),
            detail: serde_json::json!({
                "set": order.set, "round": row.round, "state": row.state.as_str(),
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
        Err(MappingError::Store(StoreError::Conflict {
            table: "mapping_conflict",
        })) => Err(MappingError::Declared),
        declared => declared,
    }
}
