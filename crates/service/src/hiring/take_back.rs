//! Taking an application back: everything that was sent is deleted.

use touchstone_store::{AuditLine, StoreError};

use super::{
    apply::APPLICANT,
    tell_webhooks::{Event, to_be_told},
};
use crate::{World, secret};

/// Deletes the application of whoever holds `token`. `false` where there is none.
#[crate::boxed]
pub async fn take_back(world: &World, token: &str) -> Result<bool, StoreError> {
    let moment = world.clock.now();
    let now = moment.unix_millis();
    let hash = &secret::hash(world.crypto, token);
    world
        .store
        .write(|mut tx| async move {
            let Some(row) = tx.application_by_token(hash).await? else {
                return Ok(false);
            };
            tx.remove_application(&row.tenant, &row.id).await?;
            let (posting, id) = (&row.posting, &row.id);
            to_be_told(
                world,
                &mut tx,
                &row.tenant,
                posting,
                id,
                Event::Withdrawn,
                moment,
            )
            .await?;
            tx.audit([AuditLine {
                tenant: row.tenant,
                at: now,
                actor: APPLICANT.into(),
                action: "application.take_back".into(),
                subject: row.id,
                detail: serde_json::json!({"posting": row.posting}).to_string(),
            }])
            .await?;
            Ok(true)
        })
        .await
}
