//! Saying yes to taking part in a mapping set.

use touchstone_store::{AuditLine, Reader, StoreError, TenantId};

use super::PartyError;
use crate::{
    World,
    operations::sign_up::{is_shown, shown_domain},
};

/// A yes.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The institution that was asked.
    pub tenant: TenantId,
    /// Who says so, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
}

/// Joins: the institution proposes and votes from here on, with one vote.
#[crate::boxed]
pub async fn join_set(world: &World, order: &Joining) -> Result<(), PartyError> {
    let now = world.clock.now().unix_millis();
    let joined = world.store.write(|mut tx| async move {
        let set = tx.mapping_set(&order.tenant, &order.set).await?;
        let set = set.ok_or(PartyError::NoSuchSet)?;
        if !is_shown(&tx, &order.tenant).await? {
            return Err(PartyError::NotShown);
        }
        if same_domain(&tx, &order.tenant, &set.id).await? {
            return Err(PartyError::SameDomain);
        }
        tx.join_mapping_set(&order.tenant, &set.id, now).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "mapping_set.join".into(),
            subject: set.id,
            detail: "{}".into(),
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

/// Whether another organization that takes part has shown the same domain: one organization would have two votes.
async fn same_domain(reader: &Reader, tenant: &TenantId, set: &str) -> Result<bool, StoreError> {
    let own = shown_domain(reader, tenant).await?;
    if own.is_none() {
        return Ok(false);
    }
    for party in reader.mapping_parties(tenant, set).await? {
        if party.joined_at.is_none() || party.tenant == *tenant {
            continue;
        }
        if shown_domain(reader, &party.tenant).await? == own {
            return Ok(true);
        }
    }
    Ok(false)
}
