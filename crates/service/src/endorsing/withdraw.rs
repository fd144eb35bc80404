//! Taking an endorsement back, by the link under which it was given: here it is neither published nor counted from now on. A copy that others
//! have of the record of a passkey's answer has a place in the institution's list, and is revoked there; of any other a copy says until its own
//! end what it says.

use touchstone_store::{AuditLine, EndorsementRow, StoreError, Tx};
use touchstone_vc::Timestamp;

use super::{ENDORSER, EndorsementError, document::place_of};
use crate::{World, operations::Job, secret, text::lines_or_nothing};

/// Takes it back, with a reason that may be empty.
#[crate::boxed]
pub async fn withdraw(world: &World, token: &str, reason: &str) -> Result<(), EndorsementError> {
    let reason = &lines_or_nothing(reason, 500).ok_or(EndorsementError::Reason)?;
    let hash = &secret::hash(world.crypto, token);
    let now = world.clock.now();
    let at = now.unix_millis();
    let withdrawn = world.store.write(|mut tx| async move {
        let row = tx.endorsement_request_by_token(hash).await?;
        let row = row.ok_or(EndorsementError::NoSuchEndorsement)?;
        let said = tx.endorsement(&row.tenant, &row.id).await?;
        let said = said.ok_or(EndorsementError::NoSuchEndorsement)?;
        tx.withdraw_endorsement(&row.tenant, &row.id, at, reason)
            .await?;
        revoke_record(world, &mut tx, &said, now).await?;
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

/// Revokes what the institution signed of it. What somebody else signed may name any place of any list: none is touched that was not given to
/// this request.
async fn revoke_record(
    world: &World,
    tx: &mut Tx,
    said: &EndorsementRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Records that were signed by versions before have no place.
    let Some((number, index)) = place_of(&said.document) else {
        return Ok(());
    };
    let Some(list) = tx.status_list(&said.tenant, number).await? else {
        return Ok(());
    };
    let given = tx.given_to(&said.tenant, &list.id, index).await?;
    if given.as_deref() != Some(said.request.as_str()) {
        return Ok(());
    }
    tx.force_positions(&said.tenant, &list.id, &[index], now.unix_millis())
        .await?;
    let job = Job::PublishStatus {
        tenant: said.tenant.to_string(),
        list: list.id,
    };
    tx.enqueue(job.queued(&*world.rng, now, now)).await
}
