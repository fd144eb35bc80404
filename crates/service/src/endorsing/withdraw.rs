//! Taking an endorsement back, by the link under which it was given. A copy that others have says until its own end what it says: it cannot be
//! reached; here it is neither published nor counted from now on.

use touchstone_store::{AuditLine, StoreError};

use super::{ENDORSER, EndorsementError};
use crate::{World, secret, text::lines_or_nothing};

/// Takes it back, with a reason that may be empty.
#[crate::boxed]
pub async fn withdraw(world: &World, token: &str, reason: &str) -> Result<(), EndorsementError> {
    let reason = &lines_or_nothing(reason, 500).ok_or(EndorsementError::Reason)?;
    let hash = &secret::hash(world.crypto, token);
    let at = world.clock.now().unix_millis();
    let withdrawn = world.store.write(|mut tx| async move {
        let row = tx.endorsement_request_by_token(hash).await?;
        let row = row.ok_or(EndorsementError::NoSuchEndorsement)?;
        let said = tx.endorsement(&row.tenant, &row.id).await?;
        let said = said.ok_or(EndorsementError::NoSuchEndorsement)?;
        tx.withdraw_endorsement(&row.tenant, &row.id, at, reason)
            .await?;
        let detail = serde_json::json!({"sha256": said.sha256}).to_string();
        tx.audit([AuditLine {
            tenant: row.tenant,
            at,
            actor: ENDORSER.into(),
            action: "endorsement.withdraw".into(),
            subject: row.id,
            detail,
        }])
        .await?;
        Ok(())
    });
    match withdrawn.await {
        Err(EndorsementError::Store(StoreError::Conflict {
            table: "endorsement",
        })) => Err(EndorsementError::Withdrawn),
        withdrawn => withdrawn,
    }
}
