//! The moment from which a version of an achievement never changes again.

use touchstone_store::{OutboxLine, StoreError, TenantId, Tx};

use crate::logging;

/// Freezes a version, and has the log say so: before any credential that is issued under it. Doing it again changes nothing.
pub(crate) async fn freeze(
    tx: &mut Tx,
    tenant: &TenantId,
    achievement: &str,
    version: i64,
    at: i64,
) -> Result<(), StoreError> {
    let frozen = tx.freeze_achievement_version(tenant, achievement, version, at);
    if !frozen.await? {
        return Ok(());
    }
    tx.outbox([OutboxLine {
        tenant: tenant.clone(),
        kind: logging::ACHIEVEMENT.into(),
        subject: achievement.to_owned(),
        version,
        at,
    }])
    .await
}
