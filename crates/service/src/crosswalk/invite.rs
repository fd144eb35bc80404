//! Asking another institution to take part in a mapping set.

use touchstone_store::{AuditLine, MappingPartyRow, StoreError, TenantId};

use super::propose::{NO_REASON, reason};
use crate::{World, operations::sign_up::NOT_SHOWN};

/// A request to ask an institution.
#[derive(Clone, Debug)]
pub struct InvitedParty {
    /// The institution that publishes the set.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
    /// The other institution, by its short name.
    pub institution: String,
    /// Why it is asked.
    pub why: String,
}

/// Asks an institution of this installation. From here on it sees the set; it votes once it has joined.
#[crate::boxed]
pub async fn invite(world: &World, order: &InvitedParty) -> Result<(), PartyError> {
    let why = &reason(&order.why).ok_or(PartyError::Reason)?;
    let now = world.clock.now().unix_millis();
    let asked = world.store.write(|mut tx| async move {
        let set = tx.mapping_set(&order.tenant, &order.set).await?;
        let set = set.ok_or(PartyError::NoSuchSet)?;
        if set.tenant != order.tenant {
            return Err(PartyError::NotYours);
        }
        let other = tx.institution_shown(order.institution.trim()).await?;
        let other = other.ok_or(PartyError::NoSuchInstitution)?;
        tx.add_mapping_party(MappingPartyRow {
            mapping_set: set.id.clone(),
            tenant: other.id.clone(),
            invited_at: now,
            joined_at: None,
        })
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "mapping_set.invite".into(),
            subject: set.id,
            detail: serde_json::json!({"institution": other.slug, "why": why}).to_string(),
        }])
        .await?;
        Ok(())
    });
    match asked.await {
        Err(PartyError::Store(StoreError::Conflict {
            table: "mapping_party",
        })) => Err(PartyError::Asked),
        asked => asked,
    }
}

/// Why nobody was asked, or nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum PartyError {
    /// There is no such set for this institution.
    #[error("no such mapping set")]
    NoSuchSet,
    /// It signed up by itself, and its domain is not shown.
    #[error("{NOT_SHOWN}")]
    NotShown,
    /// Only the institution that publishes a set asks others.
    #[error("only the institution that publishes the set may ask others")]
    NotYours,
    /// No such institution here.
    #[error("there is no institution with this short name here")]
    NoSuchInstitution,
    /// It takes part, or was asked before.
    #[error("this institution takes part already, or was asked before")]
    Asked,
    /// One organization would have two votes.
    #[error(
        "an organization that has shown the same domain, or one above or below it, takes part already: one organization has one vote"
    )]
    SameDomain,
    /// Nothing about why, or too many words.
    #[error("{NO_REASON}")]
    Reason,
    /// It joined before.
    #[error("your institution has joined already")]
    Joined,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
