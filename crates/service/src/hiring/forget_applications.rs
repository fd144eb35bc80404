//! Deleting applications whose time has ended: that which was said when they came, or the most for which this installation keeps any now.

use touchstone_store::{AuditLine, StoreError};
use touchstone_vc::DAY_MS;

use crate::{World, operations::Lease};

/// Deletes every application whose time has ended, some in each transaction.
pub(crate) async fn forget_applications(
    world: &World,
    lease: &Lease<'_>,
) -> Result<(), StoreError> {
    loop {
        let now = world.clock.now();
        let at = now.unix_millis();
        let until = at - i64::from(world.applications.keep_days) * DAY_MS;
        let ended = &world
            .store
            .read()
            .applications_ended(at, until, CHUNK)
            .await?;
        if ended.is_empty() {
            return Ok(());
        }
        world
            .store
            .write(|mut tx| async move {
                lease.hold(&mut tx, now).await?;
                for row in ended {
                    match tx.remove_application(&row.tenant, &row.id).await {
                        // Its sender was faster.
                        Err(StoreError::Conflict { .. }) => continue,
                        removed => removed?,
                    }
                    tx.audit([AuditLine {
                        tenant: row.tenant.clone(),
                        at,
                        actor: "system".into(),
                        action: "application.end".into(),
                        subject: row.id.clone(),
                        detail: serde_json::json!({"posting": row.posting}).to_string(),
                    }])
                    .await?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
    }
}

const CHUNK: u64 = 50;
