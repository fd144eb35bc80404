//! Letting a holder have a token over a credential on a chain: `docs/formats/token.md`.
//!
//! What is drawn here is the salt. It is kept nowhere but in the file that the holder gets: without it nobody can show, the institution
//! included, which credential a token is over. The record says over which credential one was permitted, and when.

use touchstone_store::{AuditLine, StoreError, TenantId};

use crate::{World, digest::from_hex};

/// A request to let somebody have a token.
#[derive(Clone, Debug)]
pub struct TokenPermit {
    /// The institution.
    pub tenant: TenantId,
    /// Who permits it, as proven by the caller.
    pub actor: String,
    /// Over which credential: its id.
    pub credential: String,
    /// On which chain, by its number.
    pub chain: u64,
}

/// Over what a token will be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TokenGround {
    /// The SHA-256 of the credential.
    pub sha256: [u8; 32],
    /// What the commitment is salted with.
    pub salt: [u8; 32],
}

/// Draws the salt of a token over a credential that stands, and records that it was permitted.
#[crate::boxed]
pub async fn permit_token(
    world: &World,
    order: &TokenPermit,
) -> Result<TokenGround, PermitTokenError> {
    let now = world.clock.now().unix_millis();
    let salt = world.rng.bytes();
    let (tenant, id) = (&order.tenant, &order.credential);
    let line = &AuditLine {
        tenant: tenant.clone(),
        at: now,
        actor: order.actor.clone(),
        action: "credential.permit-token".into(),
        subject: id.clone(),
        detail: serde_json::json!({ "chain": order.chain }).to_string(),
    };
    let permitted = world.store.write(|mut tx| async move {
        let row = tx.credential(tenant, id).await?;
        let row = row.ok_or(PermitTokenError::NoSuchCredential)?;
        if row.revoked_at.is_some() {
            return Err(PermitTokenError::Revoked);
        }
        if row.suspended_at.is_some() {
            return Err(PermitTokenError::Suspended);
        }
        if row.valid_until.is_some_and(|until| until < now) {
            return Err(PermitTokenError::Expired);
        }
        tx.audit([line.clone()]).await?;
        Ok(row.sha256)
    });
    let sha256 = from_hex(&permitted.await?).ok_or(StoreError::Corrupt {
        table: "credential",
        column: "sha256",
    })?;
    Ok(TokenGround { sha256, salt })
}

/// Why nobody may have a token over a credential.
#[derive(Debug, thiserror::Error)]
pub enum PermitTokenError {
    /// This institution never issued it.
    #[error(
        "this institution issued no such credential; `touchstone credential list` shows which it did"
    )]
    NoSuchCredential,
    /// It was withdrawn.
    #[error(
        "the credential was withdrawn; permit a token over the one that replaced it, if there is one"
    )]
    Revoked,
    /// It is suspended.
    #[error("the credential is suspended; permit it when that has ended")]
    Suspended,
    /// It has expired.
    #[error(
        "the credential has expired; permit a token over the one that renews it, if there is one"
    )]
    Expired,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
