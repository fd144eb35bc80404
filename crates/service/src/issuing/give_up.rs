//! What was approved and is not signed after all: its rows say why, and can be issued again by another batch.

use touchstone_store::{AuditLine, StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;

use super::intake::{FaultCode, RowFault};
use crate::{World, operations::Lease};

/// Gives up everything of a batch that is reserved and not signed: the key that was to sign it has ended.
pub(super) async fn give_up(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    batch: &str,
) -> Result<(), StoreError> {
    let fault = RowFault::new(
        None,
        FaultCode::KeyEnded,
        "the key that was to sign it was given up first; upload this row again, and it is signed with the new key",
    );
    let fault = &fault;
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            lease.hold(tx, world.clock.now()).await?;
            let given_up = give_up_intents(tx, tenant, batch, None, fault).await?;
            tracing::warn!(
                batch.id = %batch,
                given_up,
                "{given_up} approved credentials were not signed: their key has ended"
            );
            Ok(())
        })
        .await
}

/// Gives up intents whose bytes are not what was approved, and them alone: somebody or something altered them where they were stored. Each has a
/// line in the audit record.
pub(super) async fn give_up_spoiled(
    tx: &mut Tx,
    tenant: &TenantId,
    batch: &str,
    spoiled: &[String],
    (actor, now): (&str, Timestamp),
) -> Result<(), StoreError> {
    if spoiled.is_empty() {
        return Ok(());
    }
    let fault = RowFault::new(
        None,
        FaultCode::Spoiled,
        "what is stored of it is not what was approved, so it was not signed; find out who or what altered the database, then upload this row again",
    );
    let given_up = give_up_intents(tx, tenant, batch, Some(spoiled), &fault).await?;
    tracing::error!(
        batch.id = %batch,
        given_up,
        "{given_up} approved credentials were not signed: what is stored of them was altered"
    );
    let detail = serde_json::json!({ "batch": batch }).to_string();
    let audit = |intent: &String| AuditLine {
        tenant: tenant.clone(),
        at: now.unix_millis(),
        actor: actor.to_owned(),
        action: "credential.refuse".into(),
        subject: intent.clone(),
        detail: detail.clone(),
    };
    tx.audit(spoiled.iter().map(audit)).await
}

/// Gives up what is reserved in a batch, all of it or these intents: their rows have this fault. Answers with how many intents.
async fn give_up_intents(
    tx: &mut Tx,
    tenant: &TenantId,
    batch: &str,
    only: Option<&[String]>,
    fault: &RowFault,
) -> Result<u64, StoreError> {
    let faults = serde_json::to_string(&[fault]).expect("texts always become JSON");
    let given_up = tx.abandon_intents(tenant, batch, only).await?;
    let rows = tx.give_up_rows(tenant, batch, only, &faults).await?;
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    if let Some(row) = tx.batch(tenant, batch).await? {
        let (ready, faulty) = (row.rows_ready - rows, row.rows_faulty + rows);
        tx.count_batch_rows(tenant, batch, ready, faulty, row.rows_total)
            .await?;
    }
    Ok(given_up)
}
