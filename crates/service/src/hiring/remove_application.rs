//! Deleting an application before its time ends, because it is decided.

use touchstone_store::{ApplicationRow, AuditLine, StoreError, TenantId, Tx};

use crate::World;

/// A request to delete an application.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The institution.
    pub tenant: TenantId,
    /// Who deletes, as proven by the caller.
    pub actor: String,
    /// The application, by id.
    pub application: String,
}

/// Deletes an application with all that came with it, and answers to which posting it was sent. `None` where there is none.
#[crate::boxed]
pub async fn remove_application(
    world: &World,
    order: &Removal,
) -> Result<Option<String>, StoreError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx.application(&order.tenant, &order.application).await?;
            let Some(row) = row else {
                return Ok(None);
            };
            remove_within(&mut tx, &row, &order.actor, now).await?;
            Ok(Some(row.posting))
        })
        .await
}

/// Deletes one, on record, as part of a unit of work.
pub(super) async fn remove_within(
    tx: &mut Tx,
    row: &ApplicationRow,
    actor: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.remove_application(&row.tenant, &row.id).await?;
    tx.audit([AuditLine {
        tenant: row.tenant.clone(),
        at: now,
        actor: actor.to_owned(),
        action: "application.remove".into(),
        subject: row.id.clone(),
        detail: serde_json::json!({"posting": row.posting}).to_string(),
    }])
    .await
}
