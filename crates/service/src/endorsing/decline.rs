//! Saying no.

use touchstone_store::{AuditLine, StoreError};

use super::{
    AnswerError, ENDORSER,
    answer::{is_open, open, to_tell},
};
use crate::{World, secret, text::lines_or_nothing};

/// Declines, with a reason that may be empty. Only the institution that asked sees it.
#[crate::boxed]
pub async fn decline(world: &World, token: &str, reason: &str) -> Result<(), AnswerError> {
    let reason = &lines_or_nothing(reason, 500).ok_or(AnswerError::Reason)?;
    let open = open(world, token).await?;
    let (tenant, id) = (&open.request.tenant, &open.request.id);
    let hash = &secret::hash(world.crypto, token);
    let now = world.clock.now();
    let told = &to_tell(world, &open.request, now);
    let declined = world.store.write(|mut tx| async move {
        let still = tx.endorsement_request_by_token(hash).await?;
        is_open(&still.ok_or(AnswerError::NoSuchLink)?, now)?;
        let at = now.unix_millis();
        tx.answer_endorsement_request(tenant, id, at, Some(reason.as_str()))
            .await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at,
            actor: ENDORSER.into(),
            action: "endorsement.decline".into(),
            subject: id.clone(),
            detail: "{}".into(),
        }])
        .await?;
        tx.enqueue(told.clone()).await?;
        Ok(())
    });
    match declined.await {
        Err(AnswerError::Store(StoreError::Conflict {
            table: "endorsement_request",
        })) => Err(AnswerError::Answered),
        declined => declined,
    }
}
