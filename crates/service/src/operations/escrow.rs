//! The passphrase of the keys is split among people: who had that done, and which set of shares it is.
//!
//! The shares are made where the passphrase is, and none is ever here. The line stands before the first share is written: of what a run that was
//! stopped left, the record knows.

use touchstone_store::{Store, StoreError};
use touchstone_vc::Timestamp;

use super::{audit::Decision, restore::is_restored};

/// Shares that are about to be written.
#[derive(Clone, Debug)]
pub struct Escrow {
    /// Who has them made, as proven by the caller.
    pub actor: String,
    /// What the shares have in common.
    pub set: String,
    /// How many there are.
    pub shares: u8,
    /// How many of them give the passphrase back.
    pub needed: u8,
}

/// Notes in every institution's record that the passphrase is split.
#[crate::boxed]
pub async fn escrow(store: &Store, now: Timestamp, order: &Escrow) -> Result<(), EscrowError> {
    if is_restored(store).await? {
        return Err(EscrowError::ReadOnly);
    }
    let decision = &Decision {
        at: now.unix_millis(),
        actor: &order.actor,
        action: "key.escrow",
        subject: &order.set,
        detail: serde_json::json!({ "shares": order.shares, "needed": order.needed }),
    };
    store
        .write(|mut tx| async move { decision.record(&mut tx).await })
        .await?;
    Ok(())
}

/// Why the passphrase was not split.
#[derive(Debug, thiserror::Error)]
pub enum EscrowError {
    /// Nothing is written yet.
    #[error(
        "restored from a backup and read-only, so that no record would have it: `touchstone restore --again` first"
    )]
    ReadOnly,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
