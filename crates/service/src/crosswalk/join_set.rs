//! Saying yes to taking part in a mapping set.

use touchstone_store::{AuditLine, StoreError, TenantId};

use super::{PartyError, propose::reason, taking_part::takes_part_already};
use crate::{World, operations::sign_up::is_shown};

/// A yes.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The institution that was asked.
    pub tenant: TenantId,
    /// Who says so, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
    /// Why it joins.
    pub why: String,
}

/// Joins: the institution proposes and votes from here on, with one vote.
#[crate::boxed]
pub async fn join_set(world: &World, order: &Joining) -> Result<(), PartyError> {
    let why = &reason(&order.why).ok_or(PartyError::Reason)?;
    let now = world.clock.now().unix_millis();
    let joined = world.store.write(|mut tx| async move {
        let set = tx.mapping_set(&order.tenant, &order.set).await?;
        let set = set.ok_or(PartyError::NoSuchSet)?;
        if !is_shown(&tx, &order.tenant).await? {
            return Err(PartyError::NotShown);
        }
        if takes_part_already(&tx, &order.tenant, &set.id).await? {
            return Err(PartyError::SameDomain);
        }
        tx.join_mapping_set(&order.tenant, &set.id, now).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "mapping_set.join".into(),
            subject: set.id,
            detail: serde_json::json!({"why": why}).to_string(),
        }])
        .await?;
        Ok(())
    });
    match joined.await {
        Err(PartyError::Store(StoreError::Conflict {
            table: "mapping_party",
        })) => Err(PartyError::Joined),
        joined => joined,
    }
}
