//! Third state of a batch: somebody agreed to exactly these bytes.
//!
//! **Invariant:** the approval names the hash of all unsigned bytes, in the order of their lines, and is durable before the
//! first signature is made. Sealing checks that hash again.

use touchstone_store::{AuditLine, BatchRow, BatchState, Reader, StoreError, TenantId};

use crate::{World, digest::hex, operations::Lease};

/// Moves a batch whose rows are all reserved on to approved, in the name of `actor`.
pub(crate) async fn approve(
    world: &World,
    lease: &Lease<'_>,
    tenant: &TenantId,
    batch: &BatchRow,
    actor: &str,
) -> Result<(), StoreError> {
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            let now = world.clock.now();
            lease.hold(tx, now).await?;
            let sha256 = reserved_sha256(world, tx, tenant, &batch.id).await?;
            if batch.state == BatchState::Validated {
                tx.move_batch(
                    tenant,
                    &batch.id,
                    BatchState::Validated,
                    BatchState::Reserved,
                )
                .await?;
            }
            tx.approve_batch(tenant, &batch.id, now.unix_millis(), actor, &sha256)
                .await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: now.unix_millis(),
                actor: actor.to_owned(),
                action: "batch.approve".into(),
                subject: batch.id.clone(),
                detail: serde_json::json!({ "sha256": sha256 }).to_string(),
            }])
            .await
        })
        .await
}

/// The hash that stands for all unsigned bytes of a batch, in lower-case hex: beginning with the SHA-256 of nothing, each
/// intent's SHA-256 is taken in as `h = SHA-256(h ‖ hex)`, in the order of their lines.
///
/// One by one, so that a batch of any size takes no memory.
pub(crate) async fn reserved_sha256(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    batch: &str,
) -> Result<String, StoreError> {
    let mut hash = (world.crypto.sha256)(&[]);
    let mut after = -1;
    loop {
        let some = reader.unsigned_hashes(tenant, batch, after, CHUNK).await?;
        let Some((last, _)) = some.last() else {
            return Ok(hex(&hash));
        };
        after = *last;
        for (_, unsigned) in &some {
            hash = (world.crypto.sha256)(&[hash.as_slice(), unsigned.as_bytes()].concat());
        }
    }
}

/// How many hashes are read at a time.
const CHUNK: u64 = 10_000;
