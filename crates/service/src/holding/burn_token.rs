//! Ending a token over a credential as the institution that issued it: `docs/formats/token.md`.
//!
//! The chain does it, and is told by a transaction that is made elsewhere. Here stands who had it sent, and as which transaction: written
//! down before that leaves, since what was sent cannot be taken back.

use touchstone_store::{AuditLine, Store, StoreError};
use touchstone_vc::Timestamp;

use crate::operations::restore::is_restored;

/// A token that is about to be ended.
#[derive(Clone, Debug)]
pub struct TokenBurn {
    /// Who ends it, as proven by the caller.
    pub actor: String,
    /// Over which credential it is: its id.
    pub credential: String,
    /// SHA-256 of that credential, as the token commits to it, in lower-case hex.
    pub sha256: String,
    /// On which chain, by its number.
    pub chain: u64,
    /// The contract's address.
    pub contract: String,
    /// The token.
    pub token: String,
    /// The transaction that ends it.
    pub transaction: String,
}

/// Notes in the record of the institution that issued the credential that a token over it is ended. `false`: nobody here issued it.
///
/// What a token commits to is the bytes of a credential; which one that is, only its file says. So they are held against each other.
#[crate::boxed]
pub async fn burn_token(
    store: &Store,
    now: Timestamp,
    order: &TokenBurn,
) -> Result<bool, BurnTokenError> {
    if is_restored(store).await? {
        return Err(BurnTokenError::ReadOnly);
    }
    let detail = serde_json::json!({
        "chain": order.chain, "contract": order.contract, "token": order.token, "transaction": order.transaction,
    });
    let detail = &detail.to_string();
    let recorded = store.write(|mut tx| async move {
        for institution in tx.institutions().await? {
            let (tenant, id) = (institution.id, &order.credential);
            let Some(row) = tx.credential(&tenant, id).await? else {
                continue;
            };
            if row.sha256 != order.sha256 {
                return Err(BurnTokenError::OtherBytes);
            }
            let line = AuditLine {
                tenant,
                at: now.unix_millis(),
                actor: order.actor.clone(),
                action: "credential.burn-token".into(),
                subject: id.clone(),
                detail: detail.clone(),
            };
            tx.audit([line]).await?;
            return Ok(true);
        }
        Ok(false)
    });
    recorded.await
}

/// Why no token is ended.
#[derive(Debug, thiserror::Error)]
pub enum BurnTokenError {
    /// Nothing is written yet.
    #[error(
        "restored from a backup and read-only, so that no record would have it: `touchstone restore --again` first"
    )]
    ReadOnly,
    /// The file names one credential, and its token is over another one.
    #[error(
        "the token is not over the credential that its file names: take the file as `touchstone token permit` wrote it"
    )]
    OtherBytes,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
