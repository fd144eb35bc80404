//! Signing what waits, line after line. Any number of processes may: a version takes one line only.

use touchstone_store::{AuditLine, DidVersionRow, OutboxLine, StoreError, TenantId};
use touchstone_vc::{
    Timestamp,
    did::webvh::{Line, UpdateKeys, WebvhFault},
    json::Value,
};

use super::{HistoryError, keys, published, read, signing, webvh_of};
use crate::{World, logging};

/// Signs and publishes the versions of an institution's document that wait. What was said within one second comes a second apart: no reader
/// believes a version that is not later than the one before, or that is still to come.
pub(in crate::operations) async fn sign(
    world: &World,
    tenant: &TenantId,
) -> Result<(), HistoryError> {
    loop {
        let reader = world.store.read();
        let Some(institution) = reader.institution(tenant).await? else {
            return Ok(());
        };
        let Some(did) = webvh_of(&institution) else {
            return Ok(());
        };
        let (slug, now) = (institution.slug.as_str(), world.clock.now());
        let versions = reader.did_versions(tenant).await?;
        let mut log = published(&versions);
        let history = read(world, did, &log, now)?;
        let number = signed(history.versions);
        // A crash after its line was kept leaves the key; the line is what counts.
        let spent = keys::spend(world, slug, number).await;
        let Some(waiting) = versions.into_iter().find(|row| row.line.is_none()) else {
            return Ok(spent?);
        };
        let said = Timestamp::from_unix_millis(waiting.at).whole_seconds();
        let at = said.max(history.updated.whole_seconds().plus_millis(1_000));
        if at > now {
            return later(world, tenant, at).await;
        }
        let state = Value::parse(waiting.document.as_bytes());
        let state = state.map_err(|_| HistoryError::Refused(WebvhFault::Malformed))?;
        let key = keys::promised(world, slug, waiting.number, &history).await?;
        let next = keys::ahead(world, slug, waiting.number + 1).await?;
        let keys = UpdateKeys {
            signs: &key.multikey,
            next: &next.multikey,
        };
        let line = Line::next(&history, &state, keys, at, world.crypto);
        let line = line?;
        let signature = world.signer.sign(&key.handle, line.signing_input()).await;
        let signature = signature?;
        let line = line.seal(&signature).into_bytes();
        log.extend_from_slice(&line);
        read(world, did, &log, now)?;
        let row = DidVersionRow {
            line: Some(line),
            ..waiting
        };
        keep(world, &row).await?;
    }
}

/// Publishes a line: from this transaction on it is shown, and on its way into the log.
async fn keep(world: &World, row: &DidVersionRow) -> Result<(), StoreError> {
    let at = world.clock.now().unix_millis();
    let kept = world.store.write(|mut tx| async move {
        tx.sign_did_version(row).await?;
        tx.outbox([line(&row.tenant, row.number, at)]).await?;
        tx.audit([AuditLine {
            tenant: row.tenant.clone(),
            at,
            actor: "system".into(),
            action: "did.publish".into(),
            subject: row.number.to_string(),
            detail: "{}".into(),
        }])
        .await
    });
    match kept.await {
        // Another process was faster: what it kept is looked at next.
        Err(StoreError::Conflict {
            table: "did_version",
        }) => Ok(()),
        kept => kept,
    }
}

/// The line of the outbox that says how far a history is published.
pub(super) fn line(tenant: &TenantId, number: i64, at: i64) -> OutboxLine {
    OutboxLine {
        tenant: tenant.clone(),
        kind: logging::DID.into(),
        subject: tenant.to_string(),
        version: number,
        at,
    }
}

/// Goes on when the next version can be.
async fn later(world: &World, tenant: &TenantId, at: Timestamp) -> Result<(), HistoryError> {
    let job = &signing(world, tenant, at);
    let queued = world
        .store
        .write(|mut tx| async move { tx.enqueue(job.clone()).await });
    Ok(queued.await?)
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
