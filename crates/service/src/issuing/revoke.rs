//! Taking credentials back, for good.
//!
//! **Invariant:** the mark, the audit line, the outbox line and the job commit together; a revoked credential never stands again
//! (there is no way back in the store), and who revokes it again is told that it was.

use touchstone_store::{AuditLine, OutboxLine, StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;

use crate::{World, operations::Job};

/// A request to take one credential back.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// The institution.
    pub tenant: TenantId,
    /// The credential.
    pub credential: String,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Why, in words that the holder and every verifier may read.
    pub reason: String,
}

/// Revokes a credential: from the next published status list on, it verifies as revoked.
#[crate::boxed]
pub async fn revoke(world: &World, order: &Revocation) -> Result<(), RevokeError> {
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move { revoke_within(world, &mut tx, order, now).await })
        .await
}

/// The same as a part of a larger unit of work. Refused, it has changed nothing.
pub(super) async fn revoke_within(
    world: &World,
    tx: &mut Tx,
    order: &Revocation,
    now: Timestamp,
) -> Result<(), RevokeError> {
    let reason = reason(&order.reason)?;
    let issued = tx.credential(&order.tenant, &order.credential).await?;
    let issued = issued.ok_or(RevokeError::NoSuchCredential)?;
    if issued.revoked_at.is_some() {
        return Err(RevokeError::AlreadyRevoked);
    }
    if issued.status_list.is_none() {
        return Err(RevokeError::NotRevocable);
    }
    let (tenant, credential) = (&order.tenant, &order.credential);
    match withdraw(world, tx, tenant, credential, &order.actor, reason, now).await {
        Err(StoreError::Conflict {
            table: "credential",
        }) => Err(RevokeError::AlreadyRevoked),
        withdrawn => Ok(withdrawn?),
    }
}

/// Why a credential was not revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// It was revoked before.
    #[error("the credential is already revoked")]
    AlreadyRevoked,
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// It was issued without an entry in a status list.
    #[error("the credential cannot be revoked: it was issued without a place in a status list")]
    NotRevocable,
    /// The reason is empty or too long.
    #[error(transparent)]
    Reason(#[from] ReasonError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Marks a credential revoked, with everything that follows from it.
pub(super) async fn withdraw(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    credential: &str,
    actor: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.mark_revoked(tenant, credential, now.unix_millis(), actor, reason)
        .await?;
    tx.end_deliveries(tenant, credential, NOT_ANNOUNCED).await?;
    let change = StatusChange {
        action: "credential.revoke",
        kind: "credential.revoked",
        actor,
        reason,
    };
    record(world, tx, tenant, credential, &change, now).await
}

/// What stands with a delivery that had not begun.
const NOT_ANNOUNCED: &str = "the credential was withdrawn before it was announced";

/// What is written beside a change of status.
pub(super) struct StatusChange<'a> {
    pub(super) action: &'a str,
    pub(super) kind: &'a str,
    pub(super) actor: &'a str,
    pub(super) reason: &'a str,
}

/// The audit line, the outbox line and the publication that go with a change of status.
pub(super) async fn record(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    credential: &str,
    change: &StatusChange<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.audit([AuditLine {
        tenant: tenant.clone(),
        at: now.unix_millis(),
        actor: change.actor.to_owned(),
        action: change.action.to_owned(),
        subject: credential.to_owned(),
        detail: serde_json::json!({ "reason": change.reason }).to_string(),
    }])
    .await?;
    tx.outbox([OutboxLine {
        tenant: tenant.clone(),
        kind: change.kind.to_owned(),
        subject: credential.to_owned(),
        version: 1,
        at: now.unix_millis(),
    }])
    .await?;
    let Some(row) = tx.credential(tenant, credential).await? else {
        return Ok(());
    };
    for list in [row.status_list, row.suspension_list].into_iter().flatten() {
        let job = Job::PublishStatus {
            tenant: tenant.to_string(),
            list,
        };
        tx.enqueue(job.queued(&*world.rng, now, now)).await?;
    }
    Ok(())
}

/// A reason that can be shown: one to 500 characters, no control characters.
pub fn reason(text: &str) -> Result<&str, ReasonError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(ReasonError::Empty),
        1..=500 if text.chars().any(|c| c.is_control() && c != '\n') => {
            Err(ReasonError::ControlCharacters)
        }
        1..=500 => Ok(text),
        _ => Err(ReasonError::TooLong),
    }
}

/// Why a text is no reason.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReasonError {
    /// Nothing is said.
    #[error("give a reason: the holder and everyone who checks the credential will read it")]
    Empty,
    /// More than 500 characters.
    #[error("the reason is longer than 500 characters; shorten it")]
    TooLong,
    /// Control characters.
    #[error("the reason holds control characters; remove them")]
    ControlCharacters,
}
